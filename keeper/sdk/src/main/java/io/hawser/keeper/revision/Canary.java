package io.hawser.keeper.revision;

import java.util.List;

/**
 * A revision on trial.
 *
 * @param asked how many the operator wanted: {@code 1}, {@code 10%}, or names
 * @param members who runs it, each {@code SERVICE/NAME}: settled when it was applied, so that it does not change as
 *     instances come and go, and one that starts again is still in
 */
public record Canary(int revision, String asked, List<String> members) {
    public Canary {
        members = List.copyOf(members);
    }

    public boolean has(String service, String name) {
        return members.contains(service + "/" + name);
    }
}
