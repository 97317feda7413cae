package io.hawser.room.gateway;

import io.hawser.room.access.Reason;
import io.hawser.room.connection.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.util.HexFormat;
import java.util.List;

/**
 * Waits for the header by which a proxy says where its client is (PROXY protocol, version 2, HAProxy Technologies,
 * 2.2), and refuses whatever else comes first as soon as a byte of it says so. Netty's decoder reads the header; then
 * both are gone, and what follows is the client's. The connection's own deadline for HELLO holds meanwhile.
 */
final class ProxyHeader extends ByteToMessageDecoder {
    private static final byte[] VERSION2 = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    /** Version 1 is a line of text: "PROXY TCP4 …". */
    private static final int VERSION1_FIRST_BYTE = 'P';
    /** What proxies add to the addresses: names, certificates, ids of their own. */
    private static final int MAX_EXTENSIONS_BYTES = 2_048;

    private final Connection connection;
    private boolean refused;

    ProxyHeader(Connection connection) {
        this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int seen = Math.min(in.readableBytes(), VERSION2.length);
        for (int i = 0; i < seen && !refused; i++) {
            if (in.getByte(in.readerIndex() + i) != VERSION2[i]) {
                refuse(
                        in.getByte(in.readerIndex()) == VERSION1_FIRST_BYTE
                                ? Reason.PROXY_HEADER_V1
                                : Reason.PROXY_HEADER_MISSING);
            }
        }
        if (refused) {
            in.skipBytes(in.readableBytes());
        } else if (seen == VERSION2.length) {
            leaveItToTheDecoder(context);
        }
    }

    private void refuse(Reason reason) {
        refused = true;
        connection.turnAway(reason);
    }

    private void leaveItToTheDecoder(ChannelHandlerContext context) {
        context.pipeline()
                .addAfter(context.name(), null, new ProxiedClient(connection))
                .addAfter(context.name(), null, new HAProxyMessageDecoder(MAX_EXTENSIONS_BYTES))
                .remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        if (!refused) {
            refuse(Reason.PROXY_HEADER_MISSING);
        }
        super.channelInactive(context);
    }
}
