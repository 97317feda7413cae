package io.hawser.bench.chaos.relay;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Stands between a server and all who connect to it: carries bytes both ways, until it is told to carry those of some, or of
 * all, one way, or slowly, or not at all, or to reset every connection.
 */
public final class Relay implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int BACKLOG = 200;
    /** A process that has just begun may be seen a moment later than its connection. */
    private static final int LOOKS = 3;

    private static final long BETWEEN_LOOKS_MILLIS = 50;

    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final Function<InetSocketAddress, String> callers;
    private final Set<Connection> connections = new HashSet<>();
    /** Nothing passes on them any more, and neither end is told. */
    private final Set<Connection> stranded = new HashSet<>();
    /** What befalls connections until all is opened: those there are, and those that come. */
    private final List<Consumer<Connection>> troubles = new ArrayList<>();

    /**
     * One that is carried.
     *
     * @param from the name of who connected; empty: somebody who has none
     */
    private record Connection(String from, Socket near, Socket far, Gate there, Gate back) {}

    private Relay(ServerSocket listener, InetSocketAddress server, Function<InetSocketAddress, String> callers) {
        this.listener = listener;
        this.server = server;
        this.callers = callers;
    }

    /**
     * Listens at {@code near}, and connects to the server for each that comes.
     *
     * @param callers says who is at an address; nothing: somebody
     */
    public static Relay start(
            InetSocketAddress near, InetSocketAddress server, Function<InetSocketAddress, String> callers) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(near, BACKLOG);
            Relay relay = new Relay(listener, server, callers);
            Thread.ofVirtual().name("relay to " + server).start(relay::accept);
            return relay;
        } catch (IOException e) {
            throw new BenchException("no relay at " + near + ": " + e.getMessage(), e);
        }
    }

    /** What goes this way does not arrive any more, on any connection; connections stay. */
    public void cut(Way way) {
        cut(way, from -> true);
    }

    /** The same, for those who connected and have such a name. */
    public void cut(Way way, Predicate<String> from) {
        trouble(connection -> {
            if (from.test(connection.from)) {
                if (way.isThere()) {
                    connection.there.shut();
                }
                if (way.isBack()) {
                    connection.back.shut();
                }
            }
        });
    }

    public void slow(Duration delay, long bytesPerSecond) {
        trouble(connection -> {
            connection.there.slow(delay, bytesPerSecond);
            connection.back.slow(delay, bytesPerSecond);
        });
    }

    private synchronized void trouble(Consumer<Connection> trouble) {
        troubles.add(trouble);
        connections.forEach(trouble);
    }

    /** As at first; what waited goes on. */
    public synchronized void open() {
        troubles.clear();
        connections.forEach(connection -> {
            connection.there.open();
            connection.back.open();
        });
    }

    /** Nothing passes on any connection that there is, for good, and neither end hears of it, nor that the other has gone; new ones may be made. */
    public synchronized void strand() {
        connections.forEach(connection -> {
            connection.there.shut();
            connection.back.shut();
        });
        stranded.addAll(connections);
        connections.clear();
    }

    /** Both ends of every connection are reset; new ones may be made. */
    public void reset() {
        copyOf(connections).forEach(connection -> end(connection, Relay::reset));
    }

    public boolean isAnybodyConnected() {
        return !copyOf(connections).isEmpty();
    }

    /** Whether one of this name is connected. */
    public boolean isConnected(String from) {
        return copyOf(connections).stream().anyMatch(connection -> connection.from.equals(from));
    }

    /** Whether all who are connected have a name. */
    public boolean knowsAll() {
        return !isConnected("");
    }

    private synchronized List<Connection> copyOf(Set<Connection> some) {
        return List.copyOf(some);
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
        copyOf(stranded).forEach(connection -> end(connection, Relay::reset));
    }

    /** Each in a thread of its own: to look who somebody is takes a while. */
    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                Thread.ofVirtual().start(() -> connect(near));
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
            reset(near);
            reset(far);
            return;
        }
        Connection connection = new Connection(nameOf(near), near, far, new Gate(), new Gate());
        begin(connection);
        Thread.ofVirtual().start(() -> carry(connection, near, far, connection.there));
        Thread.ofVirtual().start(() -> carry(connection, far, near, connection.back));
    }

    /** Who is not known is carried all the same: a fault that has to know says so. */
    private String nameOf(Socket near) {
        try {
            String name = "";
            for (int look = 0; look < LOOKS && name.isEmpty(); look++) {
                Pause.millis(look * BETWEEN_LOOKS_MILLIS);
                name = callers.apply((InetSocketAddress) near.getRemoteSocketAddress());
            }
            return name;
        } catch (BenchException e) {
            System.err.println("relay to " + server + ": who connected is not known: " + e.getMessage());
            return "";
        }
    }

    private synchronized void begin(Connection connection) {
        connections.add(connection);
        troubles.forEach(trouble -> trouble.accept(connection));
    }

    /** Either end of a connection ends both, once what was sent before has passed: in the way in which it ended. */
    private void carry(Connection connection, Socket from, Socket to, Gate gate) {
        byte[] buffer = new byte[BUFFER_BYTES];
        boolean inOrder = false;
        try {
            int count = from.getInputStream().read(buffer);
            while (count >= 0) {
                gate.pass(count);
                to.getOutputStream().write(buffer, 0, count);
                count = from.getInputStream().read(buffer);
            }
            inOrder = true;
        } catch (IOException gone) {
            // One of the two; the other is told below, when it may hear it.
        }
        gate.pass(0);
        end(connection, inOrder ? Relay::close : Relay::reset);
    }

    private void end(Connection connection, Consumer<Socket> how) {
        synchronized (this) {
            connections.remove(connection);
            stranded.remove(connection);
        }
        how.accept(connection.near);
        how.accept(connection.far);
        // What waits for it to be opened finds the sockets closed.
        connection.there.open();
        connection.back.open();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new BenchException("a connection does not close: " + e.getMessage(), e);
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException closedBefore) {
            // Then there is nothing to reset.
        }
    }
}
