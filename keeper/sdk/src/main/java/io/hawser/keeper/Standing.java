package io.hawser.keeper;

import io.hawser.keeper.revision.Scope;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where an instance stands with its configuration.
 *
 * @param running the number of the revision in force, for each scope that has one
 * @param onTrial the scopes whose revision in force is a canary
 * @param refused the number of the revision that is meant and was refused, for each scope where it is not in force
 * @param why what is wrong with it; empty: nothing is refused
 */
record Standing(
        Map<Scope.Kind, Integer> running, Set<Scope.Kind> onTrial, Map<Scope.Kind, Integer> refused, List<String> why) {
    Standing {
        running = Map.copyOf(running);
        onTrial = Set.copyOf(onTrial);
        refused = Map.copyOf(refused);
        why = List.copyOf(why);
    }
}
