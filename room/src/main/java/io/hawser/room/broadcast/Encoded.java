package io.hawser.room.broadcast;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashMap;
import java.util.Map;

/**
 * The frames that an event loop is writing to an app's members: each encoded once, and kept while there is more to do.
 * Each loop has its own, so that no two processors count one buffer's references.
 */
final class Encoded {
    private final String app;
    private final Map<Long, ByteBuf> frames = new HashMap<>();

    Encoded(String app) {
        this.app = app;
    }

    /** Returns the frame, to be released by who takes it. */
    ByteBuf of(Entry entry) {
        ByteBuf frame = frames.get(entry.bseq());
        if (frame == null) {
            frame = BroadcastFrame.encode(ByteBufAllocator.DEFAULT, app, entry.bseq(), entry.groups(), entry.content());
            frames.put(entry.bseq(), frame);
        }
        return frame.retainedDuplicate();
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    void release() {
        if (!frames.isEmpty()) {
            frames.values().forEach(ByteBuf::release);
            frames.clear();
        }
    }
}
