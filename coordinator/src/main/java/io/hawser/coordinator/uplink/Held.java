package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.OutboxItem;
import java.util.function.Supplier;

/**
 * How much is in memory, by callback, app and in all, against its bounds. For the owner alone; others read the totals.
 *
 * <p>What one app has never keeps another from forwarding, nor one callback of an app another one of it: each may have what is
 * still free (decision 0011), so that as much is left for the next one; and who has nothing here may always have one item,
 * and one stream.
 */
final class Held {
    private final Supplier<ForwardSettings> settings;
    private volatile int items;
    private volatile long bytes;
    private volatile int streams;

    Held(Supplier<ForwardSettings> settings) {
        this.settings = settings;
    }

    boolean hasRoom(AppQueue app, Share share) {
        return share.held == 0 || fits(app, share.held, share.heldBytes);
    }

    /** Half of it is free: reading is worth its while. */
    boolean hasMuchRoom(AppQueue app, Share share) {
        return share.held == 0 || fits(app, 2 * share.held - 1, 2 * share.heldBytes - 1);
    }

    boolean hasRoom(Stream stream, Share share) {
        return stream.held.size() < settings.get().maxHeldPerStream() && hasRoom(stream.app, share);
    }

    /** Fewer than may be sent at once. */
    boolean hasFewStreams(AppQueue app) {
        return app.streams.size() < settings.get().maxInFlightPerApp();
    }

    boolean hasRoomForStream(AppQueue app, Share share) {
        ForwardSettings bounds = settings.get();
        return share.streams == 0
                || (app.streams.size() < bounds.maxStreams() - streams
                        && share.streams < bounds.maxStreamsPerApp() - app.streams.size());
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the owner alone.
    Stream begin(AppQueue app, StreamKey key, int slot, Share share) {
        Stream stream = new Stream(app, key, slot, share);
        app.streams.put(key, stream);
        share.streams++;
        streams++;
        return stream;
    }

    /** The stream is none of the app's any more; where it was none, or another took its place, nothing changes. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the owner alone.
    void end(Stream stream) {
        if (stream.app.streams.remove(stream.key, stream)) {
            stream.share.streams--;
            streams--;
        }
    }

    Entry take(Stream stream, OutboxItem item, Share share) {
        Entry entry = new Entry(item, share);
        stream.add(entry);
        count(stream.app, share, 1, entry.bytes);
        return entry;
    }

    void release(AppQueue app, Entry entry) {
        count(app, entry.share, -1, -entry.bytes);
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

    /** Whether one more is within what is free to a callback of the app that has so much. */
    private boolean fits(AppQueue app, int heldByIt, long bytesOfIt) {
        ForwardSettings bounds = settings.get();
        return heldByIt < bounds.maxHeldPerApp() - app.held
                && bytesOfIt < bounds.maxHeldBytesPerApp().bytes() - app.heldBytes
                && app.heldBytes < bounds.maxHeldBytes().bytes() - bytes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the owner alone.
    private void count(AppQueue app, Share share, int more, int moreBytes) {
        share.held += more;
        share.heldBytes += moreBytes;
        app.held += more;
        app.heldBytes += moreBytes;
        items += more;
        bytes += moreBytes;
    }
}
