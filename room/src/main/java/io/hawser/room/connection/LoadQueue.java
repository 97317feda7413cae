package io.hawser.room.connection;

import io.hawser.room.fair.AppTurns;
import java.util.function.IntSupplier;

/**
 * Who of an event loop's streams may load next: so many at a time, the apps in turn. A stream is in it once, so its length
 * is bounded by the bindings.
 */
final class LoadQueue {
    private final IntSupplier atOnce;
    private final AppTurns<Stream> waiting = new AppTurns<>();
    private int inFlight;

    LoadQueue(IntSupplier atOnce) {
        this.atOnce = atOnce;
    }

    void submit(Stream stream) {
        waiting.add(stream.app(), stream);
        startSome();
    }

    void finished() {
        inFlight--;
        startSome();
    }

    private void startSome() {
        while (inFlight < atOnce.getAsInt()) {
            Stream next = waiting.next(app -> true);
            if (next == null) {
                return;
            }
            if (next.startLoad()) {
                inFlight++;
            }
        }
    }
}
