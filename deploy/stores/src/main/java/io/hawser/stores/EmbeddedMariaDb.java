package io.hawser.stores;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A MariaDB server on the loopback address, with a database {@code hawser}: each commit is on disk before it returns.
 *
 * <p>{@code HAWSER_MARIADB=/usr/sbin/mariadbd} in the environment takes another program than the one brought along.
 */
public final class EmbeddedMariaDb implements StoreServer {
    private static final String NAME = "mariadb";
    private static final String DATABASE = "hawser";
    private static final String USER = "hawser";
    private static final long FREE_BYTES = 512L << 20;
    private static final int PROBE_MILLIS = 1_000;
    /** Of the greeting's type, the fifth byte a server sends: protocol version 10. */
    private static final int GREETING = 10;

    private final DataDirectory data;
    private final int port;
    private final ServerProcess process;

    private EmbeddedMariaDb(DataDirectory data, int port, ServerProcess process) {
        this.data = data;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts a server that answers when this returns; the first start in a directory creates the system tables. A
     * server that an earlier life left in the directory is ended.
     *
     * @param port 0 for a free one
     * @throws StoreException where it cannot be: port taken, directory in use or full, program does not run
     */
    public static EmbeddedMariaDb start(Path directory, int port) {
        return DataDirectory.serve(directory, FREE_BYTES, data -> {
            ServerProcess.endLeftovers("--datadir=" + tables(data) + " --lc-messages-dir");
            return Ports.bind(NAME, port, chosen -> launch(data, chosen));
        });
    }

    /** For tests: a server with nothing in it, ended and deleted with this JVM at the latest. */
    public static EmbeddedMariaDb temporary() {
        Path directory = DataDirectory.temporary("hawser-mariadb-");
        EmbeddedMariaDb database = start(directory, 0);
        AtExit.run(database::kill, directory);
        return database;
    }

    /** The server of this directory and port, for somebody else to run; its system tables are there. */
    public static StoreProgram program(Path directory, int port) {
        return DataDirectory.prepare(directory, FREE_BYTES, data -> new StoreProgram(command(data, port)));
    }

    /** What {@link #jdbcUrl()} is of a server at this port, as it is reached under this host. */
    public static String jdbcUrl(String host, int port) {
        return "jdbc:mysql://%s:%d/%s?user=%s&sslMode=DISABLED".formatted(host, port, DATABASE, USER);
    }

    public String host() {
        return Ports.HOST;
    }

    public int port() {
        return port;
    }

    @Override
    public String address() {
        return Ports.HOST + ":" + port;
    }

    @Override
    public CompletableFuture<Integer> ended() {
        return process.ended();
    }

    /** For MySQL Connector/J, with user and without encryption: nothing leaves this machine. */
    public String jdbcUrl() {
        return jdbcUrl(Ports.HOST, port);
    }

    public long pid() {
        return process.pid();
    }

    /** Ends the server as a crash would (SIGKILL); the directory can be started again at once. */
    public void kill() {
        process.kill();
        data.close();
    }

    /** Stops the server in good order. */
    @Override
    public void close() {
        try {
            process.stop();
        } finally {
            data.close();
        }
    }

    private static EmbeddedMariaDb launch(DataDirectory data, int port) {
        ServerProcess process = ServerProcess.start(NAME, data, command(data, port));
        process.awaitReady(() -> isReady(port));
        return new EmbeddedMariaDb(data, port, process);
    }

    /** The server's command, and all in the directory that it needs. */
    private static List<String> command(DataDirectory data, int port) {
        MariaDbProgram program = MariaDbProgram.find();
        Path tables = tables(data);
        data.createFolder(MariaDbProgram.temporary(tables));
        if (!Files.isDirectory(tables)) {
            program.createSystemTables(data, tables);
        }
        data.write("init.sql", grants());
        List<String> command = new ArrayList<>(program.command(tables));
        command.addAll(options(data, port));
        return command;
    }

    private static Path tables(DataDirectory data) {
        return data.resolve("db");
    }

    private static String grants() {
        // One statement a line: the server reads the file so.
        return """
                CREATE DATABASE IF NOT EXISTS %1$s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
                CREATE USER IF NOT EXISTS '%2$s'@'%3$s';
                GRANT ALL ON *.* TO '%2$s'@'%3$s';
                """.formatted(DATABASE, USER, Ports.HOST);
    }

    private static List<String> options(DataDirectory data, int port) {
        return List.of(
                "--port=" + port,
                "--bind-address=" + Ports.HOST,
                "--socket=",
                "--ssl=0",
                "--skip-name-resolve",
                "--init-file=" + data.resolve("init.sql"),
                "--max-connections=500",
                // A commit is on disk when it returns. There is no binary log to synchronise besides.
                "--innodb-flush-log-at-trx-commit=1",
                "--skip-log-bin",
                // Small: a machine of a developer's has other things to do.
                "--innodb-buffer-pool-size=128M",
                "--innodb-buffer-pool-dump-at-shutdown=0",
                "--innodb-buffer-pool-load-at-startup=0",
                "--aria-pagecache-buffer-size=8M",
                "--key-buffer-size=1M",
                "--performance-schema=0",
                "--log-warnings=1");
    }

    /** The listener opens early; the greeting comes once the server serves. */
    private static boolean isReady(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Ports.HOST, port), PROBE_MILLIS);
            socket.setSoTimeout(PROBE_MILLIS);
            byte[] head = socket.getInputStream().readNBytes(5);
            return head.length == 5 && head[4] == GREETING;
        }
    }
}
