package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The frames that an event loop is writing to its apps' members: each encoded once, and compressed once at most, and kept
 * while the loop has more to do; those of a run stand in one buffer. Each loop has its own, so that no two processors count
 * one buffer's references.
 *
 * <p>A crowd is served run by run, so that few frames are wanted at a time. Those who come back after a night bring
 * more of them than memory should hold: what was least recently written goes, and is encoded again for who comes to it
 * later.
 */
final class Encoded {
    /** Of these alone, or of all that were for the same members between them. */
    private record Key(String app, long first, long last) {}

    /** The least recently written first. */
    private final Map<Key, Glued> frames = new LinkedHashMap<>(16, 0.75f, true);

    private final ByteBufAllocator memory;
    private final LongSupplier maxBytes;
    private final Compression compression;
    private final BroadcastMeters meters;
    private long bytes;

    /** @param maxBytes asked before each use; one frame is kept in any case */
    Encoded(ByteBufAllocator memory, LongSupplier maxBytes, Compression compression, BroadcastMeters meters) {
        this.memory = memory;
        this.maxBytes = maxBytes;
        this.compression = compression;
        this.meters = meters;
    }

    /** Returns the entries' frames for the member, one after the other, to be released by who takes them. */
    ByteBuf of(String app, List<Entry> entries, Attached member) {
        Key key = new Key(app, entries.getFirst().bseq(), entries.getLast().bseq());
        Glued glued = frames.get(key);
        if (glued == null) {
            glued = encode(app, entries);
            frames.put(key, glued);
            held(glued.bytes());
            keepWithin();
        }
        return member.inflates() ? compressed(glued, app, entries) : glued.plain();
    }

    private ByteBuf compressed(Glued glued, String app, List<Entry> entries) {
        int bytesBefore = glued.bytes();
        ByteBuf given = glued.compressed(app, entries);
        if (glued.bytes() != bytesBefore) {
            held(glued.bytes() - bytesBefore);
            keepWithin();
        }
        return given;
    }

    private Glued encode(String app, List<Entry> entries) {
        List<BroadcastFrame> encoded =
                entries.stream().map(entry -> BroadcastFrame.of(app, entry)).toList();
        return new Glued(BroadcastFrame.glued(memory, encoded), compression);
    }

    private void keepWithin() {
        Iterator<Glued> leastRecent = frames.values().iterator();
        while (bytes > maxBytes.getAsLong() && frames.size() > 1) {
            release(leastRecent.next());
            leastRecent.remove();
            meters.framesReleased().increment();
        }
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    void release() {
        frames.values().forEach(this::release);
        frames.clear();
    }

    private void release(Glued glued) {
        held(-glued.bytes());
        glued.release();
    }

    private void held(int change) {
        bytes += change;
        meters.frameBytes().add(change);
    }
}
