package io.hawser.room.broadcast;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The TRANSIENT broadcasts that are under way on an event loop. Apps take turns, and an app's go side by side, in the order
 * in which they came: those that came together meet each member in the same turn, and reach it in one write. An app has as
 * many places as are free still, so that one that takes all it gets leaves as many to the others.
 */
final class Transients {
    /** A broadcast that some members get at a time. */
    interface Job {
        String app();

        /** Serves some. Returns false once all had their turn. */
        boolean goOn(int members);
    }

    /** So many go as fast together as one alone; more of them, slower. */
    private static final int SIDE_BY_SIDE = 16;

    private final Map<String, Queue<Job>> byApp = new LinkedHashMap<>();
    private int underWay;

    /** Returns false where its app has too many of all the {@code places}. */
    boolean add(Job one, int places) {
        Queue<Job> ofApp = byApp.get(one.app());
        if ((ofApp == null ? 0 : ofApp.size()) >= places - underWay) {
            return false;
        }
        byApp.computeIfAbsent(one.app(), app -> new ArrayDeque<>()).add(one);
        underWay++;
        return true;
    }

    boolean isEmpty() {
        return byApp.isEmpty();
    }

    /** The next app's are written to some members each. One that meets a fault is over. */
    void goOn(int members) {
        Iterator<Queue<Job>> apps = byApp.values().iterator();
        if (!apps.hasNext()) {
            return;
        }
        Queue<Job> ofApp = apps.next();
        apps.remove();
        String app = ofApp.element().app();
        try {
            goOn(ofApp, Math.max(1, members * SIDE_BY_SIDE / Math.max(SIDE_BY_SIDE, ofApp.size())));
        } finally {
            if (!ofApp.isEmpty()) {
                byApp.put(app, ofApp);
            }
        }
    }

    private void goOn(Queue<Job> ofApp, int members) {
        Iterator<Job> jobs = ofApp.iterator();
        while (jobs.hasNext()) {
            boolean more = false;
            try {
                more = jobs.next().goOn(members);
            } finally {
                if (!more) {
                    jobs.remove();
                    underWay--;
                }
            }
        }
    }
}
