package io.hawser.room.broadcast;

import io.hawser.room.broadcast.Compression.Compressed;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames of broadcasts, one after the other, that an event loop writes to many: as they were stored, and with compressed bodies
 * besides, for those who take these, once it is known that they are many: so who comes back alone, to a hundred broadcasts,
 * costs no compression of a hundred bodies.
 */
final class Glued {
    private final ByteBuf plain;
    private final Compression compression;
    private @Nullable Compressed compressed;
    private boolean tried;
    /** To how many who take compressed bodies, before there were any. */
    private int given;

    /** @param plain taken over */
    Glued(ByteBuf plain, Compression compression) {
        this.plain = plain;
        this.compression = compression;
    }

    /** What both take. */
    int bytes() {
        Compressed present = compressed;
        return plain.readableBytes() + (present == null ? 0 : present.frames().readableBytes());
    }

    /** What to write to one who takes them as they are, to be released by who takes it. */
    ByteBuf plain() {
        return plain.retainedDuplicate();
    }

    /**
     * What to write to one who takes compressed bodies, to be released by who takes it.
     *
     * @param sources what these are the frames of
     */
    ByteBuf compressed(String app, List<? extends BroadcastFrame.Source> sources) {
        if (!tried && compression.isDue(given++)) {
            tried = true;
            compressed = tryCompress(app, sources);
        }
        Compressed present = compressed;
        if (present == null) {
            return plain();
        }
        compression.meters().compressed(present.bodies(), present.savedBytes());
        return present.frames().retainedDuplicate();
    }

    /** Where there is no memory for it, or anything else is wrong, the frames go as they are. */
    private @Nullable Compressed tryCompress(String app, List<? extends BroadcastFrame.Source> sources) {
        try {
            return compression.compress(app, sources);
        } catch (RuntimeException | OutOfMemoryError fault) {
            compression.meters().compressionFailed(app, fault);
            return null;
        }
    }

    void release() {
        plain.release();
        if (compressed != null) {
            compressed.frames().release();
        }
    }
}
