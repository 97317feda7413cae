package io.hawser.room.broadcast;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.wire.BodyDeflater;
import io.hawser.wire.v1.Content;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Compresses the bodies of what an event loop writes. */
final class Compression {
    /**
     * Frames one after the other.
     *
     * @param bodies how many of them have a compressed body
     * @param savedBytes what they all are shorter by
     */
    record Compressed(ByteBuf frames, int bodies, int savedBytes) {}

    private final ByteBufAllocator memory;
    private final Supplier<CompressionConfig> config;
    private final BroadcastMeters meters;
    private @Nullable BodyDeflater deflater;

    /** @param config asked before each use */
    Compression(ByteBufAllocator memory, Supplier<CompressionConfig> config, BroadcastMeters meters) {
        this.memory = memory;
        this.config = config;
        this.meters = meters;
    }

    boolean isOn() {
        return switch (config.get().method()) {
            case DEFLATE -> true;
            case NONE -> false;
        };
    }

    /** Whether so many who take compressed bodies and were given plain ones are enough. */
    boolean isDue(int given) {
        return isOn() && given >= config.get().after();
    }

    BroadcastMeters meters() {
        return meters;
    }

    /** Returns the frames, to be released by who takes them; null where no body gets shorter. */
    @Nullable
    Compressed compress(String app, List<? extends BroadcastFrame.Source> sources) {
        List<BroadcastFrame> frames = new ArrayList<>(sources.size());
        int bodies = 0;
        int savedBytes = 0;
        for (BroadcastFrame.Source source : sources) {
            BroadcastFrame plain = BroadcastFrame.of(app, source);
            BroadcastFrame shorter = compressed(app, source);
            if (shorter != null && shorter.bytes() < plain.bytes()) {
                bodies++;
                savedBytes += plain.bytes() - shorter.bytes();
                frames.add(shorter);
            } else {
                frames.add(plain);
            }
        }
        return bodies == 0 ? null : new Compressed(BroadcastFrame.glued(memory, frames), bodies, savedBytes);
    }

    private @Nullable BroadcastFrame compressed(String app, BroadcastFrame.Source source) {
        long minBytes = config.get().minBody().bytes();
        if (source.content().size() < minBytes) {
            return null;
        }
        Content content = parsed(source.content());
        if (content == null || content.getBody().size() < minBytes) {
            return null;
        }
        meters.compressions().increment();
        ByteString deflated = deflater().deflate(content.getBody());
        return deflated == null ? null : BroadcastFrame.deflated(app, source, content, deflated);
    }

    /** What is no content is written as it is, as ever. */
    private static @Nullable Content parsed(ByteString stored) {
        try {
            return Content.parseFrom(stored);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private BodyDeflater deflater() {
        BodyDeflater present = deflater;
        if (present == null) {
            present = new BodyDeflater();
            deflater = present;
        }
        return present;
    }

    /** Holds no memory until it is used again. */
    void release() {
        if (deflater != null) {
            deflater.close();
            deflater = null;
        }
    }
}
