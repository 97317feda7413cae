package io.hawser.bench.swarm;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A socket, and what is between it and a client's frames. Belongs to the generator's thread. */
abstract class Wire {
    final SocketChannel socket;

    Wire(SocketChannel socket) {
        this.socket = socket;
    }

    /** Makes wires. */
    interface Kind extends AutoCloseable {
        /**
         * @param client its number
         * @param host where it connects to
         */
        Wire over(SocketChannel socket, int client, String host);

        /** Handshakes that were short, by a ticket of one before. */
        default int resumed() {
            return 0;
        }

        /** No wire of it is in use any more. */
        @Override
        default void close() {}
    }

    /** The socket. Blocks nobody. */
    static SocketChannel socket(@Nullable SocketAddress source) throws IOException {
        SocketChannel opened = SocketChannel.open();
        opened.configureBlocking(false);
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return source == null ? opened : opened.bind(source);
    }

    /** The socket is connected. */
    void connected() throws IOException {}

    /** Whether frames may go out. */
    boolean isOpen() {
        return true;
    }

    /**
     * Puts what came behind what {@code into} holds.
     *
     * @return bytes that the network brought; -1: the other side has closed
     */
    abstract int read(ByteBuffer into) throws IOException;

    /** What a client writes is little: where its socket does not take it, the other side has stopped reading. */
    abstract void write(byte[] frame) throws IOException;

    static void write(SocketChannel to, ByteBuffer all) throws IOException {
        if (to.write(all) >= 0 && all.hasRemaining()) {
            throw new IOException("the other side does not read");
        }
    }

    /** Whether it takes what its socket has. */
    final void reads(Selector selector, boolean reads) {
        SelectionKey key = socket.keyFor(selector);
        if (key != null) {
            key.interestOps(reads ? SelectionKey.OP_READ : 0);
        }
    }

    /** The link breaks: the other side gets no more than a reset. */
    final void reset() {
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            throw new IllegalStateException("a socket that takes no option", e);
        }
        close();
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket that cannot be closed", e);
        }
    }
}
