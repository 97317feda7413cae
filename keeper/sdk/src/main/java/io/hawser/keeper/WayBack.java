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

/**
 * Finds what an instance starts with where what is meant for it makes no valid whole. It goes back in time, canaries
 * first and then one revision after the other, whichever was written last, until it has a valid whole; from there each
 * scope goes forward again as far as the whole stays valid, so that only those at fault are left behind. No more than two
 * wholes are tried for each revision that is kept. That nothing was configured once is no revision to go back to, but where it
 * holds for all others.
 */
final class WayBack {
    private static final Comparator<Ladder> LAST_WRITTEN = Comparator.comparing(Ladder::onTrial)
            .thenComparing(ladder -> ladder.now().at());

    private final List<Ladder> ladders = new ArrayList<>();
    private final Consumer<Map<Scope, Revision>> compose;

    /**
     * @param scopes the widest first
     * @param compose makes a whole, or throws a {@link ConfigException}
     */
    WayBack(List<FollowedScope> scopes, Consumer<Map<Scope, Revision>> compose) throws Exception {
        this.compose = compose;
        for (FollowedScope scope : scopes) {
            ladders.add(new Ladder(scope));
        }
    }

    /** Returns the revisions to start with, the widest scope first; empty: none of those kept make a valid whole. */
    Optional<Map<Scope, Revision>> find() {
        while (!isValid()) {
            Optional<Ladder> last = ladders.stream().filter(Ladder::goesOn).max(LAST_WRITTEN);
            if (last.isEmpty()) {
                return Optional.empty();
            }
            last.get().back();
        }
        ladders.forEach(this::forward);
        return Optional.of(revisions());
    }

    /** Ends where it began at the latest: there the whole was valid. */
    private void forward(Ladder ladder) {
        ladder.toNewest();
        while (!isValid()) {
            ladder.back();
        }
    }

    private boolean isValid() {
        try {
            compose.accept(revisions());
            return true;
        } catch (ConfigException e) {
            return false;
        }
    }

    private Map<Scope, Revision> revisions() {
        Map<Scope, Revision> revisions = new LinkedHashMap<>();
        ladders.forEach(ladder -> revisions.put(ladder.followed.scope(), ladder.now()));
        return revisions;
    }

    /** The revisions of a scope, from what is meant here over what holds for all others to what held before. */
    private static final class Ladder {
        private final FollowedScope followed;
        private final List<Revision> revisions;
        private int at;

        Ladder(FollowedScope followed) throws Exception {
            this.followed = followed;
            Set<Revision> newestFirst = new LinkedHashSet<>();
            newestFirst.add(followed.chosen().revision());
            newestFirst.add(followed.stable());
            newestFirst.addAll(followed.held());
            this.revisions = List.copyOf(newestFirst);
        }

        Revision now() {
            return revisions.get(at);
        }

        boolean onTrial() {
            return at == 0 && followed.chosen().canary();
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
