package io.hawser.room.connection;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Who of an event loop's streams may load next: so many at a time, the apps in turn, so that one app's ten thousand
 * returning clients do not stand before another's one. A stream is in it once, so its length is bounded by the bindings.
 */
final class LoadQueue {
    private final IntSupplier atOnce;
    private final Map<String, ArrayDeque<Stream>> waitingByApp = new LinkedHashMap<>();
    private int inFlight;

    LoadQueue(IntSupplier atOnce) {
        this.atOnce = atOnce;
    }

    void submit(Stream stream) {
        waitingByApp.computeIfAbsent(stream.app(), app -> new ArrayDeque<>()).add(stream);
        startSome();
    }

    void finished() {
        inFlight--;
        startSome();
    }

    private void startSome() {
        while (inFlight < atOnce.getAsInt() && !waitingByApp.isEmpty()) {
            if (next().startLoad()) {
                inFlight++;
            }
        }
    }

    /** Takes the first of the app whose turn it is, which then goes to the end of the line. */
    private Stream next() {
        Iterator<Map.Entry<String, ArrayDeque<Stream>>> apps =
                waitingByApp.entrySet().iterator();
        Map.Entry<String, ArrayDeque<Stream>> turn = apps.next();
        apps.remove();
        ArrayDeque<Stream> waiting = turn.getValue();
        Stream first = waiting.remove();
        if (!waiting.isEmpty()) {
            waitingByApp.put(turn.getKey(), waiting);
        }
        return first;
    }
}
