package io.hawser.stores;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * A Redis server on the loopback address, with an append-only file in its data directory.
 *
 * <p>{@code HAWSER_REDIS=/usr/bin/redis-server} in the environment takes another program than the one brought along.
 */
public final class EmbeddedRedis implements StoreServer {
    private static final String NAME = "redis";
    static final long FREE_BYTES = 64L << 20;
    private static final int PROBE_MILLIS = 1_000;
    private static final int INFO_BYTES = 64 << 10;

    private final DataDirectory data;
    private final int port;
    private final ServerProcess process;

    private EmbeddedRedis(DataDirectory data, int port, ServerProcess process) {
        this.data = data;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts a server that answers when this returns. A server that an earlier life left in the directory is ended.
     *
     * @param port 0 for a free one
     * @throws StoreException where it cannot be: port taken, directory in use or full, program does not run
     */
    public static EmbeddedRedis start(Path directory, int port) {
        return DataDirectory.serve(directory, FREE_BYTES, data -> {
            ServerProcess.endLeftovers(mark(data));
            return Ports.bind(NAME, port, chosen -> launch(data, chosen));
        });
    }

    /** For tests: a server with nothing in it, ended and deleted with this JVM at the latest. */
    public static EmbeddedRedis temporary() {
        Path directory = DataDirectory.temporary("hawser-redis-");
        EmbeddedRedis redis = start(directory, 0);
        AtExit.run(redis::kill, directory);
        return redis;
    }

    /** The server of this directory and port, for somebody else to run. */
    public static StoreProgram program(Path directory, int port) {
        return DataDirectory.prepare(
                directory,
                FREE_BYTES,
                data -> new StoreProgram(command(data.path().toString(), port)));
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

    public long pid() {
        return process.pid();
    }

    /** Ends the server as a crash would (SIGKILL); the directory can be started again at once. */
    public void kill() {
        process.kill();
        data.close();
    }

    /** Stops the server, with all that it was told on disk. */
    @Override
    public void close() {
        try {
            process.stop();
        } finally {
            data.close();
        }
    }

    private static EmbeddedRedis launch(DataDirectory data, int port) {
        String directory = data.path().toString();
        ServerProcess process = ServerProcess.start(NAME, data, command(directory, port));
        process.awaitReady(() -> isReady(port, process.pid()));
        return new EmbeddedRedis(data, port, process);
    }

    private static String mark(DataDirectory data) {
        return "--dir " + data.path() + " --set-proc-title";
    }

    static List<String> command(String directory, int port) {
        return List.of(
                program().toString(),
                "--dir",
                directory,
                // Else the server rewrites its command line, by which a leftover is known.
                "--set-proc-title",
                "no",
                "--bind",
                Ports.HOST,
                "--port",
                Integer.toString(port),
                "--appendonly",
                "yes",
                "--appendfsync",
                "everysec",
                "--save",
                "",
                "--maxmemory-policy",
                "noeviction");
    }

    static Path program() {
        String own = System.getenv("HAWSER_REDIS");
        if (own != null) {
            return Path.of(own);
        }
        String resource = resource(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        return Programs.ofUser()
                .unpack(resource, resource, "", resource::equals)
                .resolve(resource);
    }

    private static String resource(String system, String architecture) {
        boolean arm = architecture.equals("aarch64");
        return switch (system.toLowerCase(Locale.ROOT)) {
            case "linux" -> arm ? "redis-server-6.2.7-linux-arm64" : "redis-server-6.2.6-v5-linux-amd64";
            case "mac os x" -> "redis-server-6.2.6-v5-darwin-" + (arm ? "arm64" : "amd64");
            default ->
                throw new StoreException(
                        "system: " + system + " (expected: Linux or macOS; elsewhere name a program in HAWSER_REDIS)");
        };
    }

    /** Answers, is the one we started, and has read its file to the end. */
    private static boolean isReady(int port, long pid) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Ports.HOST, port), PROBE_MILLIS);
            socket.setSoTimeout(PROBE_MILLIS);
            socket.getOutputStream().write("INFO\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            String info = new String(socket.getInputStream().readNBytes(INFO_BYTES), StandardCharsets.ISO_8859_1);
            return info.contains("process_id:" + pid + "\r\n") && info.contains("loading:0\r\n");
        }
    }
}
