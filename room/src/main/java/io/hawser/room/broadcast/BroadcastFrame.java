package io.hawser.room.broadcast;

import com.google.protobuf.ByteString;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Encoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.List;

/**
 * A BROADCAST frame: app, number and groups, then the content as it was stored, which protobuf reads as one message. It
 * holds nothing of whom it is written to, so that one buffer serves all.
 */
final class BroadcastFrame {
    /** What such a frame is made of, but for the app. */
    interface Source {
        /** 0: TRANSIENT. */
        long bseq();

        List<String> groups();

        ByteString content();
    }

    /** All but the content. */
    private final byte[] head;

    private final ByteString content;

    private BroadcastFrame(Broadcast.Builder fields, ByteString content) {
        this.head = head(fields.build().toByteArray(), content.size());
        this.content = content;
    }

    /** The content as it was stored. */
    static BroadcastFrame of(String app, Source source) {
        return of(app, source.bseq(), source.groups(), source.content());
    }

    static BroadcastFrame of(String app, long bseq, List<String> groups, ByteString content) {
        return new BroadcastFrame(fields(app, bseq, groups), content);
    }

    /** The content with its body compressed, which is then read: so it is of another kind than what was stored. */
    static BroadcastFrame deflated(String app, Source source, Content content, ByteString deflated) {
        Broadcast.Builder fields = fields(app, source.bseq(), source.groups())
                .setEncoding(Encoding.DEFLATE)
                .setBodyBytes(content.getBody().size());
        return new BroadcastFrame(
                fields, content.toBuilder().setBody(deflated).build().toByteString());
    }

    /** The frames, one after the other. */
    static ByteBuf glued(ByteBufAllocator memory, List<BroadcastFrame> frames) {
        int bytes = 0;
        for (BroadcastFrame frame : frames) {
            bytes += frame.bytes();
        }
        ByteBuf glued = memory.directBuffer(bytes);
        for (BroadcastFrame frame : frames) {
            glued.writeBytes(frame.head).writeBytes(frame.content.asReadOnlyByteBuffer());
        }
        return glued;
    }

    int bytes() {
        return head.length + content.size();
    }

    private static Broadcast.Builder fields(String app, long bseq, List<String> groups) {
        return Broadcast.newBuilder()
                .setApp(app)
                .setBseq(bseq)
                // A list of the other protobuf runtime, which services have, is none to this one.
                .addAllGroups(List.copyOf(groups));
    }

    private static byte[] head(byte[] fields, int contentBytes) {
        byte[] prefix = new byte[FrameLimits.MAX_PREFIX_BYTES + 1];
        int prefixBytes = Frames.writeHead(prefix, 0, FrameType.BROADCAST, fields.length + contentBytes);
        byte[] head = Arrays.copyOf(prefix, prefixBytes + fields.length);
        System.arraycopy(fields, 0, head, prefixBytes, fields.length);
        return head;
    }
}
