package io.hawser.room;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A link between clients and a room that breaks as links do: it is cut, or it stands still and what is on it comes late. */
final class Relay implements AutoCloseable {
    private static final int BUFFER_BYTES = 8_192;

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();

    /** To a room at "ip:port". */
    Relay(String address) {
        int colon = address.lastIndexOf(':');
        target = new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Where clients connect to: "ip:port". */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Both sides of all connections are reset, and what was on them is lost; new ones may be made. */
    void cut() {
        lines.forEach(Line::cut);
    }

    /** Nothing goes on over the connections that there are, and neither side is told, not of its end either. */
    void standStill() {
        lines.forEach(Line::standStill);
    }

    /** What stood still arrives. */
    void goOn() {
        lines.forEach(Line::goOn);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = listener.accept();
                Socket far = new Socket();
                far.connect(target);
                Line line = new Line(near, far);
                lines.add(line);
                Thread.ofVirtual().start(() -> carry(line, near, far));
                Thread.ofVirtual().start(() -> carry(line, far, near));
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private void carry(Line line, Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            int count = from.getInputStream().read(buffer);
            while (count >= 0) {
                line.flowing.join();
                to.getOutputStream().write(buffer, 0, count);
                count = from.getInputStream().read(buffer);
            }
        } catch (SocketException gone) {
            lines.remove(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        line.flowing.join();
        line.cut();
        lines.remove(line);
    }

    /** A client's connection, and the one to the room behind it. */
    private static final class Line {
        private final Socket near;
        private final Socket far;
        private volatile CompletableFuture<Void> flowing = CompletableFuture.completedFuture(null);

        Line(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }

        void standStill() {
            flowing = new CompletableFuture<>();
        }

        void goOn() {
            flowing.complete(null);
        }

        void cut() {
            reset(near);
            reset(far);
            goOn();
        }

        private static void reset(Socket socket) {
            try (socket) {
                if (!socket.isClosed()) {
                    socket.setSoLinger(true, 0);
                }
            } catch (SocketException closedMeanwhile) {
                assert socket.isClosed();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
