package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.OutboxItem;
import java.util.function.Supplier;

/**
 * How much is in memory, by app and in all, against its bounds. For the owner alone; others read the totals.
 *
 * <p>What one app has never keeps another from forwarding: who has nothing here may always have one item, and one stream.
 */
final class Held {
    private final Supplier<ForwardSettings> settings;
    private volatile int items;
    private volatile long bytes;
    private volatile int streams;

    Held(Supplier<ForwardSettings> settings) {
        this.settings = settings;
    }

    boolean hasRoom(AppQueue app) {
        return app.held == 0 || (app.held < settings.get().maxHeldPerApp() && app.heldBytes < shareOfBytes());
    }

    /** Half of it is free: reading is worth its while. */
    boolean hasMuchRoom(AppQueue app) {
        return app.held == 0 || (app.held <= settings.get().maxHeldPerApp() / 2 && app.heldBytes <= shareOfBytes() / 2);
    }

    boolean hasRoom(Stream stream) {
        return stream.held.size() < settings.get().maxHeldPerStream() && hasRoom(stream.app);
    }

    boolean hasRoomForStream(AppQueue app) {
        ForwardSettings bounds = settings.get();
        int share = Math.min(bounds.maxStreamsPerApp(), bounds.maxStreams() - streams);
        return app.streams.isEmpty() || app.streams.size() < share;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the owner alone.
    Stream begin(AppQueue app, StreamKey key, int slot) {
        Stream stream = new Stream(app, key, slot);
        app.streams.put(key, stream);
        streams++;
        return stream;
    }

    /** The stream is none of the app's any more; where it was none, or another took its place, nothing changes. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the owner alone.
    void end(Stream stream) {
        if (stream.app.streams.remove(stream.key, stream)) {
            streams--;
        }
    }

    Entry take(Stream stream, OutboxItem item) {
        Entry entry = new Entry(item);
        stream.add(entry);
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

    int streams() {
        return streams;
    }

    /** What an app may have is what is still free (decision 0011), so that as much is left for the next one. */
    private long shareOfBytes() {
        ForwardSettings bounds = settings.get();
        return Math.min(
                bounds.maxHeldBytesPerApp().bytes(), bounds.maxHeldBytes().bytes() - bytes);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the owner alone.
    private void count(AppQueue app, int more, int moreBytes) {
        app.held += more;
        app.heldBytes += moreBytes;
        items += more;
        bytes += moreBytes;
    }
}
