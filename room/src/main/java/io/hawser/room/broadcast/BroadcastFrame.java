package io.hawser.room.broadcast;

import com.google.protobuf.ByteString;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Broadcast;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.List;

/**
 * A BROADCAST frame: app, number and groups, then the content as it was stored, which protobuf reads as one message. It
 * holds nothing of whom it is written to, so that one buffer serves all.
 */
final class BroadcastFrame {
    private BroadcastFrame() {}

    static ByteBuf encode(ByteBufAllocator allocator, String app, long bseq, List<String> groups, ByteString content) {
        byte[] head = head(app, bseq, groups, content);
        return write(allocator.directBuffer(head.length + content.size()), head, content);
    }

    /** The frames of these, one after the other. */
    static ByteBuf encode(ByteBufAllocator allocator, String app, List<Entry> entries) {
        List<byte[]> heads = entries.stream()
                .map(entry -> head(app, entry.bseq(), entry.groups(), entry.content()))
                .toList();
        int bytes = 0;
        for (int i = 0; i < heads.size(); i++) {
            bytes += heads.get(i).length + entries.get(i).content().size();
        }
        ByteBuf frames = allocator.directBuffer(bytes);
        for (int i = 0; i < heads.size(); i++) {
            write(frames, heads.get(i), entries.get(i).content());
        }
        return frames;
    }

    /** All but the content. */
    private static byte[] head(String app, long bseq, List<String> groups, ByteString content) {
        Broadcast fields = Broadcast.newBuilder()
                .setApp(app)
                .setBseq(bseq)
                // A list of the other protobuf runtime, which services have, is none to this one.
                .addAllGroups(List.copyOf(groups))
                .build();
        byte[] known = fields.toByteArray();
        byte[] prefix = new byte[FrameLimits.MAX_PREFIX_BYTES + 1];
        int prefixBytes = Frames.writeHead(prefix, 0, FrameType.BROADCAST, known.length + content.size());
        byte[] head = Arrays.copyOf(prefix, prefixBytes + known.length);
        System.arraycopy(known, 0, head, prefixBytes, known.length);
        return head;
    }

    private static ByteBuf write(ByteBuf into, byte[] head, ByteString content) {
        return into.writeBytes(head).writeBytes(content.asReadOnlyByteBuffer());
    }
}
