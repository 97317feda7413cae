package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.OutboxItem;
import java.util.function.Supplier;

/** How much is in memory, by app and in all, against its bounds. For the owner alone; others read the totals. */
final class Held {
    private final Supplier<ForwardSettings> settings;
    private volatile int items;
    private volatile long bytes;

    Held(Supplier<ForwardSettings> settings) {
        this.settings = settings;
    }

    boolean hasRoom(AppQueue app) {
        ForwardSettings bounds = settings.get();
        return app.held < bounds.maxHeldPerApp()
                && app.heldBytes < bounds.maxHeldBytesPerApp().bytes()
                && bytes < bounds.maxHeldBytes().bytes();
    }

    /** Half of it is free: reading is worth its while. */
    boolean hasMuchRoom(AppQueue app) {
        ForwardSettings bounds = settings.get();
        return app.held <= bounds.maxHeldPerApp() / 2
                && app.heldBytes <= bounds.maxHeldBytesPerApp().bytes() / 2
                && bytes <= bounds.maxHeldBytes().bytes() / 10 * 9;
    }

    boolean hasRoom(Stream stream) {
        return stream.held.size() < settings.get().maxHeldPerStream() && hasRoom(stream.app);
    }

    boolean hasRoomForStream(AppQueue app) {
        return app.streams.size() < settings.get().maxStreamsPerApp();
    }

    Entry take(Stream stream, OutboxItem item) {
        Entry entry = new Entry(item);
        stream.held.add(entry);
        count(stream.app, 1, entry.bytes);
        return entry;
    }

    void release(AppQueue app, Entry entry) {
        count(app, -1, -entry.bytes);
    }

    int items() {
        return items;
    }

    long bytes() {
        return bytes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the owner alone.
    private void count(AppQueue app, int more, int moreBytes) {
        app.held += more;
        app.heldBytes += moreBytes;
        items += more;
        bytes += moreBytes;
    }
}
