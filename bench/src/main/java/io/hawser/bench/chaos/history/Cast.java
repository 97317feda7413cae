package io.hawser.bench.chaos.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who takes part in a run, from before its first message to its end.
 *
 * @param groups of each endpoint that is there, the groups it is in
 * @param policies of each app that is there
 * @param available the apps that have their messages accepted by a saver's spool while MySQL is out
 */
public record Cast(Map<Endpoint, Set<String>> groups, Map<String, SessionPolicy> policies, Set<String> available) {
    public Cast {
        groups = Map.copyOf(groups);
        policies = Map.copyOf(policies);
        available = Set.copyOf(available);
        for (Endpoint endpoint : groups.keySet()) {
            if (!policies.containsKey(endpoint.app())) {
                throw new IllegalArgumentException("endpoint: " + endpoint + " (expected: of one of the apps "
                        + policies.keySet().stream().sorted().toList() + ")");
            }
        }
    }

    /** Whether a spool takes it: a message to a user of such an app, with all that belongs to it. */
    public boolean maySpool(Audience audience, Terms terms) {
        return available.contains(audience.app()) && !audience.isBroadcast() && !terms.pulled();
    }

    /** In an order that is always the same. */
    public List<Endpoint> endpoints() {
        return groups.keySet().stream()
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .toList();
    }

    /** Those that read one mailbox together, of whom one is there at a time; a device that has its own is by itself. */
    public Collection<List<Endpoint>> readers() {
        Map<String, List<Endpoint>> byMailbox = new TreeMap<>();
        for (Endpoint endpoint : endpoints()) {
            SessionPolicy policy = policies.getOrDefault(endpoint.app(), SessionPolicy.ONE_PER_DEVICE);
            byMailbox
                    .computeIfAbsent(policy.mailbox(endpoint), mailbox -> new ArrayList<>())
                    .add(endpoint);
        }
        return byMailbox.values();
    }

    /** Those that share their mailbox with nobody. */
    public Set<Endpoint> alone() {
        Set<Endpoint> alone = new TreeSet<>((one, other) -> one.toString().compareTo(other.toString()));
        readers().stream().filter(some -> some.size() == 1).forEach(alone::addAll);
        return alone;
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

    /**
     * For each copy that there has to be, those of whom one has to have it: of a message the readers of each mailbox, of a
     * broadcast each endpoint by itself.
     */
    public List<List<Endpoint>> copies(Audience audience) {
        Stream<List<Endpoint>> all =
                audience.isBroadcast() ? endpoints().stream().map(endpoint -> List.of(endpoint)) : readers().stream();
        return all.filter(some -> isFor(audience, some.getFirst())).toList();
    }

    /** {@code app/user} of each user, in an order that is always the same. */
    public Set<Audience> users() {
        Set<Audience> users = new TreeSet<>((one, other) -> one.toString().compareTo(other.toString()));
        groups.keySet().forEach(endpoint -> users.add(Audience.user(endpoint.app(), endpoint.user())));
        return users;
    }
}
