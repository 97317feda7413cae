package io.hawser.bench.chaos.history;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who takes part in a run, from before its first message to its end.
 *
 * @param groups of each endpoint that is there, the groups it is in
 */
public record Cast(Map<Endpoint, Set<String>> groups) {
    public Cast {
        groups = Map.copyOf(groups);
    }

    /** In an order that is always the same. */
    public List<Endpoint> endpoints() {
        return groups.keySet().stream()
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .toList();
    }

    public boolean isFor(Audience audience, Endpoint endpoint) {
        if (!audience.app().equals(endpoint.app())) {
            return false;
        }
        if (!audience.isBroadcast()) {
            return audience.user().equals(endpoint.user());
        }
        return audience.group().isEmpty()
                || groups.getOrDefault(endpoint, Set.of()).contains(audience.group());
    }

    /** How many it is for. */
    public int size(Audience audience) {
        return (int) groups.keySet().stream()
                .filter(endpoint -> isFor(audience, endpoint))
                .count();
    }

    /** {@code app/user} of each user, in an order that is always the same. */
    public Set<Audience> users() {
        Set<Audience> users = new TreeSet<>((one, other) -> one.toString().compareTo(other.toString()));
        groups.keySet().forEach(endpoint -> users.add(Audience.user(endpoint.app(), endpoint.user())));
        return users;
    }
}
