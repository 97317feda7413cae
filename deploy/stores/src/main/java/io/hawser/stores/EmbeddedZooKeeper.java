package io.hawser.stores;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * A ZooKeeper server in this process, on the loopback address.
 *
 * <p>Closing it ends no session: to its clients it looks as if the server had crashed, and their sessions go on where
 * it is started again, with the same directory and port, before they time out.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final String NAME = "zookeeper";
    private static final long FREE_BYTES = 128L << 20;
    private static final int TICK_MILLIS = 500;
    private static final int MAX_SESSION_MILLIS = 60_000;
    private static final int BACKLOG = 128;
    private static final int NO_CONNECTION_LIMIT = 0;

    private final DataDirectory data;
    private final ServerCnxnFactory connections;
    private final ZooKeeperServer server;

    private EmbeddedZooKeeper(DataDirectory data, ServerCnxnFactory connections, ZooKeeperServer server) {
        this.data = data;
        this.connections = connections;
        this.server = server;
    }

    /**
     * Starts a server that answers when this returns.
     *
     * @param port 0 for a free one
     * @throws StoreException where it cannot be: port taken, directory in use or full
     */
    public static EmbeddedZooKeeper start(Path directory, int port) {
        return DataDirectory.serve(
                directory, FREE_BYTES, data -> Ports.bind(NAME, port, chosen -> launch(data, chosen)));
    }

    /** For tests: a server with nothing in it, deleted with this JVM. */
    public static EmbeddedZooKeeper temporary() {
        Path directory = DataDirectory.temporary("hawser-zookeeper-");
        EmbeddedZooKeeper zooKeeper = start(directory, 0);
        AtExit.run(zooKeeper::close, directory);
        return zooKeeper;
    }

    public String host() {
        return Ports.HOST;
    }

    public int port() {
        return connections.getLocalPort();
    }

    /** {@code host:port}, what clients are given to connect. */
    public String connectString() {
        return Ports.HOST + ":" + port();
    }

    /**
     * Ends the sessions that an earlier life of this server left, instead of after their time: for where the processes
     * that held them are known to have ended with it. Sessions opened after this call are not touched.
     */
    public void endSessions() {
        server.getZKDatabase().getSessionWithTimeOuts().keySet().forEach(server::closeSession);
    }

    @Override
    public void close() {
        connections.shutdown();
        // The factory has stopped the server, which leaves its files open.
        try {
            server.getTxnLogFactory().close();
        } catch (IOException e) {
            throw new StoreException("zookeeper: cannot close its files in " + data.path() + ": " + e, e);
        } finally {
            data.close();
        }
    }

    private static EmbeddedZooKeeper launch(DataDirectory data, int port) {
        File files = data.path().toFile();
        try {
            var log = new FileTxnSnapLog(files, files);
            ZooKeeperFiles.deleteOld(log);
            var server = new ZooKeeperServer(log, TICK_MILLIS, -1, MAX_SESSION_MILLIS, BACKLOG, null, "");
            ServerCnxnFactory connections = ServerCnxnFactory.createFactory();
            connections.configure(new InetSocketAddress(Ports.HOST, port), NO_CONNECTION_LIMIT);
            connections.startup(server);
            return new EmbeddedZooKeeper(data, connections, server);
        } catch (IOException e) {
            throw new StoreException("zookeeper: cannot start in " + data.path() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("zookeeper: interrupted while starting", e);
        }
    }
}
