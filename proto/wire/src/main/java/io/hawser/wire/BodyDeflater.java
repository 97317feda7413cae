package io.hawser.wire;

import com.google.protobuf.ByteString;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses bodies, as {@code Encoding.DEFLATE} has it: the zlib format (RFC 1950). For one thread; holds some 256 KiB
 * outside the heap until it is closed.
 */
public final class BodyDeflater implements AutoCloseable {
    /** What has to be gained of a body, as a part of it: with less, it costs clients more than it saves. */
    private static final int LEAST_GAIN = 8;

    /** Made once and read by many: the effort of the default level is well spent. */
    private final Deflater deflater = new Deflater();

    /** Returns the body compressed; null where that does not take an eighth off it, or it is longer than any may be. */
    public @Nullable ByteString deflate(ByteString body) {
        if (body.size() > FrameLimits.MAX_MESSAGE_BODY_BYTES) {
            return null;
        }
        byte[] deflated = new byte[body.size() - body.size() / LEAST_GAIN];
        try {
            deflater.setInput(body.asReadOnlyByteBuffer());
            deflater.finish();
            int bytes = deflater.deflate(deflated);
            return deflater.finished() ? ByteString.copyFrom(deflated, 0, bytes) : null;
        } finally {
            deflater.reset();
        }
    }

    @Override
    public void close() {
        deflater.end();
    }
}
