package io.hawser.bench.unicast;

import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Bytes to frames, as a client reads them. */
final class FrameSplitter extends ByteToMessageDecoder {
    private static final int CONTINUES = 0x80;
    private static final int SEVEN_BITS = 0x7f;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        in.markReaderIndex();
        int length = length(in);
        if (length < 0 || in.readableBytes() < length) {
            in.resetReaderIndex();
            return;
        }
        int type = in.readUnsignedByte();
        byte[] body = new byte[length - 1];
        in.readBytes(body);
        out.add(new Frame(type, body));
    }

    /** The length, or -1 while it is not all there. */
    private static int length(ByteBuf in) {
        int length = 0;
        for (int index = 0; index < FrameLimits.MAX_PREFIX_BYTES && in.isReadable(); index++) {
            byte next = in.readByte();
            length |= (next & SEVEN_BITS) << (7 * index);
            if ((next & CONTINUES) == 0) {
                return length;
            }
        }
        return -1;
    }
}
