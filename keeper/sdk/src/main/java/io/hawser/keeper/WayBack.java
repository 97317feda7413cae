package io.hawser.keeper;

import io.hawser.keeper.config.ConfigException;
import io.hawser.keeper.revision.Revision;
import io.hawser.keeper.revision.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Finds what an instance starts with where what is meant for it makes no valid whole. It goes back in time, canaries
 * first and then one revision after the other, whichever was written last, until it has a valid whole; from there each
 * scope goes forward again as far as the whole stays valid, so that only those at fault are left behind. No more than two
 * wholes are tried for each revision that is kept.
 *
 * <p>Only where none of those kept makes one, it goes on to having nothing at all of a scope, as those have it that ran
 * before the scope's first revision and refused that.
 */
final class WayBack {
    private static final Comparator<Ladder> LAST_WRITTEN = Comparator.comparing(Ladder::onTrial)
            .thenComparing(ladder -> ladder.now().at());

    private final List<Ladder> ladders = new ArrayList<>();
    private final Consumer<Map<Scope, Revision>> check;

    /**
     * @param scopes the widest first
     * @param check throws a {@link ConfigException} at what makes no valid whole, or none that may stand in for what is meant
     */
    WayBack(List<FollowedScope> scopes, Consumer<Map<Scope, Revision>> check) throws Exception {
        this.check = check;
        for (FollowedScope scope : scopes) {
            ladders.add(new Ladder(scope));
        }
    }

    /**
     * Returns the revisions to start with, the widest scope first.
     *
     * @param meant what is wrong with those that are meant
     * @throws ConfigException with that, and with what is wrong without any, when it cannot start either way
     */
    Map<Scope, Revision> find(ConfigException meant) {
        if (!backUntilValid(Ladder::goesOnAmongKept) && !backUntilValid(Ladder::goesOn)) {
            throw hopeless(meant);
        }
        ladders.forEach(this::forward);
        return revisions();
    }

    private boolean backUntilValid(Predicate<Ladder> goesOn) {
        while (!isValid()) {
            Optional<Ladder> last = ladders.stream().filter(goesOn).max(LAST_WRITTEN);
            if (last.isEmpty()) {
                return false;
            }
            last.get().back();
        }
        return true;
    }

    /** Ends where it began at the latest: there the whole was valid. */
    private void forward(Ladder ladder) {
        ladder.toNewest();
        while (!isValid()) {
            ladder.back();
        }
    }

    private boolean isValid() {
        return problems().isEmpty();
    }

    private List<String> problems() {
        try {
            check.accept(revisions());
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    private ConfigException hopeless(ConfigException meant) {
        List<String> all = new ArrayList<>(meant.problems());
        problems().stream()
                .filter(problem -> !meant.problems().contains(problem))
                .forEach(problem -> all.add("without what is refused: " + problem));
        return new ConfigException(all);
    }

    private Map<Scope, Revision> revisions() {
        Map<Scope, Revision> revisions = new LinkedHashMap<>();
        ladders.forEach(ladder -> revisions.put(ladder.followed.scope(), ladder.now()));
        return revisions;
    }

    /** The revisions of a scope, from what is meant here over what holds for all others to what held before, and to none. */
    private static final class Ladder {
        private final FollowedScope followed;
        private final List<Revision> revisions;
        /** How many of them are kept: after these there is nothing. */
        private final int kept;

        private int at;

        Ladder(FollowedScope followed) throws Exception {
            this.followed = followed;
            Set<Revision> newestFirst = new LinkedHashSet<>();
            newestFirst.add(followed.chosen().revision());
            newestFirst.add(followed.stable());
            newestFirst.addAll(followed.held());
            this.kept = newestFirst.size();
            newestFirst.add(Revision.nothing());
            this.revisions = List.copyOf(newestFirst);
        }

        Revision now() {
            return revisions.get(at);
        }

        boolean onTrial() {
            return at == 0 && followed.chosen().canary();
        }

        boolean goesOnAmongKept() {
            return at + 1 < kept;
        }

        boolean goesOn() {
            return at + 1 < revisions.size();
        }

        void back() {
            at++;
        }

        void toNewest() {
            at = 0;
        }
    }
}
