package io.hawser.bench.chaos.relay;

import io.hawser.bench.measure.BenchException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a server and all who connect to it: carries bytes both ways, until it is told to carry them one way, or
 * slowly, or not at all, or to reset every connection.
 */
public final class Relay implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int BACKLOG = 200;

    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final Gate there = new Gate();
    private final Gate back = new Gate();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private Relay(ServerSocket listener, InetSocketAddress server) {
        this.listener = listener;
        this.server = server;
    }

    /** Listens at {@code near}, and connects to the server for each that comes. */
    public static Relay start(InetSocketAddress near, InetSocketAddress server) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(near, BACKLOG);
            Relay relay = new Relay(listener, server);
            Thread.ofVirtual().name("relay to " + server).start(relay::accept);
            return relay;
        } catch (IOException e) {
            throw new BenchException("no relay at " + near + ": " + e.getMessage(), e);
        }
    }

    /** Nothing comes to the server any more, and nothing from it; connections stay. */
    public void partition() {
        there.shut();
        back.shut();
    }

    /** What is said to the server does not come to it; what it says does. */
    public void deafen() {
        there.shut();
    }

    /** The server is told everything, and nobody hears it. */
    public void mute() {
        back.shut();
    }

    public void slow(Duration delay, long bytesPerSecond) {
        there.slow(delay, bytesPerSecond);
        back.slow(delay, bytesPerSecond);
    }

    /** As at first; what waited goes on. */
    public void open() {
        there.open();
        back.open();
    }

    /** Both ends of every connection are reset; new ones may be made. */
    public void reset() {
        sockets.forEach(this::end);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new BenchException("a relay does not close: " + e.getMessage(), e);
        }
        open();
        reset();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException closed) {
                // By us; or this one has gone again before it was accepted.
            }
        }
    }

    /** Who comes while the server is down is reset, as if nobody listened. */
    private void connect(Socket near) {
        Socket far = new Socket();
        try {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            far.connect(server);
        } catch (IOException down) {
            end(near);
            end(far);
            return;
        }
        sockets.add(near);
        sockets.add(far);
        Thread.ofVirtual().start(() -> carry(near, far, there));
        Thread.ofVirtual().start(() -> carry(far, near, back));
    }

    /** Either end of a connection ends both, once what was sent before has passed. */
    private void carry(Socket from, Socket to, Gate gate) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            int count = from.getInputStream().read(buffer);
            while (count >= 0) {
                gate.pass(count);
                to.getOutputStream().write(buffer, 0, count);
                count = from.getInputStream().read(buffer);
            }
        } catch (IOException gone) {
            // One of the two; the other is told below, when it may hear it.
        }
        gate.pass(0);
        end(to);
        end(from);
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException closedBefore) {
            // Then there is nothing to reset.
        }
    }
}
