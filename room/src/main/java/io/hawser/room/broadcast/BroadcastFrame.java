package io.hawser.room.broadcast;

import com.google.protobuf.ByteString;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Broadcast;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/**
 * A BROADCAST frame: app, number and groups, then the content as it was stored, which protobuf reads as one message. It
 * holds nothing of whom it is written to, so that one buffer serves all.
 */
final class BroadcastFrame {
    private BroadcastFrame() {}

    static ByteBuf encode(ByteBufAllocator allocator, String app, long bseq, List<String> groups, ByteString content) {
        Broadcast head = Broadcast.newBuilder()
                .setApp(app)
                .setBseq(bseq)
                // A list of the other protobuf runtime, which services have, is none to this one.
                .addAllGroups(List.copyOf(groups))
                .build();
        byte[] prefix = new byte[FrameLimits.MAX_PREFIX_BYTES + 1];
        int bodyBytes = head.getSerializedSize() + content.size();
        int prefixBytes = Frames.writeHead(prefix, 0, FrameType.BROADCAST, bodyBytes);
        ByteBuf frame = allocator.directBuffer(prefixBytes + bodyBytes);
        return frame.writeBytes(prefix, 0, prefixBytes)
                .writeBytes(head.toByteArray())
                .writeBytes(content.asReadOnlyByteBuffer());
    }
}
