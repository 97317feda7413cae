package io.hawser.room.broadcast;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The TRANSIENT broadcasts that are under way on an event loop. Apps take turns, and an app's go one after another. An app
 * has as many places as are free still, so that one that takes all it gets leaves as many to the others.
 */
final class Transients {
    /** A broadcast that some members get at a time. */
    interface Job {
        String app();

        /** Serves some. Returns false once all had their turn. */
        boolean goOn(int members);
    }

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

    /** The next app's first one is written to some members. One that meets a fault is over. */
    void goOn(int members) {
        Iterator<Queue<Job>> apps = byApp.values().iterator();
        if (!apps.hasNext()) {
            return;
        }
        Queue<Job> ofApp = apps.next();
        apps.remove();
        Job first = ofApp.element();
        boolean more = false;
        try {
            more = first.goOn(members);
        } finally {
            if (!more) {
                ofApp.remove();
                underWay--;
            }
            if (!ofApp.isEmpty()) {
                byApp.put(first.app(), ofApp);
            }
        }
    }
}
