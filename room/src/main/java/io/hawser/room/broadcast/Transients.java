package io.hawser.room.broadcast;

import io.hawser.room.fair.AppShares;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The TRANSIENT broadcasts that are under way on an event loop. Apps take turns, and an app's audiences go side by side.
 * Those to one audience go in runs: while one is under way, the next one gathers what comes. An app has as many places as
 * are free still, so that one that takes all it gets leaves as many to the others.
 */
final class Transients<T> {
    /** Broadcasts that go together. */
    interface Run<T> {
        /** Takes another in; false: it has begun, or is full. */
        boolean add(T next);

        int size();

        /** Serves some members. Returns false once all had their turn. */
        boolean goOn(int members);
    }

    /** So many audiences go as fast together as one alone; more of them, slower. */
    private static final int SIDE_BY_SIDE = 16;

    private final Function<T, Run<T>> runs;
    private final Map<String, OfApp<T>> byApp = new LinkedHashMap<>();
    private final AppShares underWay = new AppShares();

    /** @param runs makes a run of its first broadcast */
    Transients(Function<T, Run<T>> runs) {
        this.runs = runs;
    }

    /** Returns false where its app has too many of all the {@code places}. */
    boolean add(String app, List<String> audience, T one, int places) {
        if (!underWay.mayTake(app, 1, places)) {
            return false;
        }
        byApp.computeIfAbsent(app, OfApp::new).add(audience, one, runs);
        underWay.take(app, 1);
        return true;
    }

    boolean isEmpty() {
        return byApp.isEmpty();
    }

    /** The next app's are written to some members each. A run that meets a fault is over. */
    void goOn(int members) {
        Iterator<OfApp<T>> apps = byApp.values().iterator();
        if (!apps.hasNext()) {
            return;
        }
        OfApp<T> next = apps.next();
        apps.remove();
        int before = next.underWay;
        try {
            next.goOn(members);
        } finally {
            underWay.giveBack(next.app, before - next.underWay);
            if (next.underWay > 0) {
                byApp.put(next.app, next);
            }
        }
    }

    private static final class OfApp<T> {
        private final String app;
        private final Map<List<String>, Deque<Run<T>>> byAudience = new LinkedHashMap<>();
        private int underWay;

        OfApp(String app) {
            this.app = app;
        }

        void add(List<String> audience, T one, Function<T, Run<T>> runs) {
            Deque<Run<T>> line = byAudience.computeIfAbsent(audience, _ -> new ArrayDeque<>(2));
            @Nullable Run<T> last = line.peekLast();
            if (last == null || !last.add(one)) {
                line.add(runs.apply(one));
            }
            underWay++;
        }

        void goOn(int members) {
            int share = Math.max(1, members * SIDE_BY_SIDE / Math.max(SIDE_BY_SIDE, byAudience.size()));
            Iterator<Deque<Run<T>>> lines = byAudience.values().iterator();
            while (lines.hasNext()) {
                Deque<Run<T>> line = lines.next();
                boolean more = false;
                try {
                    more = line.element().goOn(share);
                } finally {
                    if (!more) {
                        underWay -= line.remove().size();
                    }
                    if (line.isEmpty()) {
                        lines.remove();
                    }
                }
            }
        }
    }
}
