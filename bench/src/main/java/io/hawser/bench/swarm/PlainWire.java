package io.hawser.bench.swarm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The socket, and nothing else. */
final class PlainWire extends Wire {
    private PlainWire(SocketChannel socket) {
        super(socket);
    }

    static PlainWire over(SocketChannel socket, int client, String host) {
        return new PlainWire(socket);
    }

    @Override
    int read(ByteBuffer into) throws IOException {
        return socket.read(into);
    }

    @Override
    void write(byte[] frame) throws IOException {
        write(socket, ByteBuffer.wrap(frame));
    }
}
