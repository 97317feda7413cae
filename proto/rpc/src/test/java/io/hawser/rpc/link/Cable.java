package io.hawser.rpc.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP relay that can be stalled, so that neither side is read from, and cut. */
final class Cable implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile CompletableFuture<Void> flowing = CompletableFuture.completedFuture(null);
    private final AtomicInteger connections = new AtomicInteger();

    Cable(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Connections made so far. */
    int connections() {
        return connections.get();
    }

    void stall() {
        flowing = new CompletableFuture<>();
    }

    void flow() {
        flowing.complete(null);
    }

    /** Ends all connections; new ones may be made. */
    void cut() {
        sockets.forEach(Cable::closeSilently);
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        flow();
        cut();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = listener.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                connections.incrementAndGet();
                sockets.add(near);
                sockets.add(far);
                Thread.ofVirtual().start(() -> relay(near, far));
                Thread.ofVirtual().start(() -> relay(far, near));
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private void relay(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                flowing.join();
                out.write(buffer, 0, n);
            }
        } catch (SocketException cut) {
            sockets.remove(from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void closeSilently(Socket socket) {
        try {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (SocketException closedMeanwhile) {
            assertClosed(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertClosed(Socket socket) {
        if (!socket.isClosed()) {
            throw new AssertionError("still open: " + socket);
        }
    }
}
