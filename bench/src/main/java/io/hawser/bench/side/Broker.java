package io.hawser.bench.side;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import io.hawser.bench.measure.Proc;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Ramp;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Another broker, where it is installed: started with a configuration of its own, on a free port, without persistence. */
public final class Broker implements Side {
    private static final String SUBJECT = "bench";
    private static final int AT_ONCE = 256;
    private static final Duration START = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 20;

    private final BrokerKind kind;
    private final Process process;
    private final Path configuration;
    private final int port;
    private final OutputStream publisher;

    private Broker(BrokerKind kind, Process process, Path configuration, int port) throws IOException {
        this.kind = kind;
        this.process = process;
        this.configuration = configuration;
        this.port = port;
        this.publisher = publisher();
    }

    /** The program of the kind, where it is installed. */
    public static Optional<Path> program(BrokerKind kind) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin:/usr/local/bin";
        return Stream.of(path.split(":", -1))
                .map(folder -> Path.of(folder, kind.program()))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static Broker start(BrokerKind kind) {
        Path program = program(kind).orElseThrow(() -> new BenchException(kind.program() + " is not installed"));
        try {
            int port = freePort();
            Path configuration = Files.createTempFile("hawser-bench", ".conf");
            Files.writeString(configuration, kind.configuration(port));
            Process process = new ProcessBuilder(program.toString(), "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Broker(kind, process, configuration, port);
        } catch (IOException e) {
            throw new BenchException("cannot start " + program + ": " + e.getMessage(), e);
        }
    }

    private OutputStream publisher() throws IOException {
        Socket socket = connect();
        socket.setTcpNoDelay(true);
        // What the broker answers is little, and is left unread.
        OutputStream out = socket.getOutputStream();
        out.write(kind.publisherGreeting());
        return out;
    }

    private Socket connect() throws IOException {
        long giveUp = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() - giveUp > 0) {
                    process.destroyForcibly();
                    throw notYet;
                }
                Pause.millis(LOOK_MILLIS);
            }
        }
    }

    @Override
    public String name() {
        return kind.label();
    }

    @Override
    public Ramp ramp(boolean bind) {
        return Ramp.to(kind.protocol(), List.of("127.0.0.1:" + port), SUBJECT, AT_ONCE, true);
    }

    @Override
    public List<Member> members(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Member("bench-" + i, ""))
                .toList();
    }

    @Override
    public Map<String, Proc> servers() {
        return Map.of(kind.label(), Proc.of(process.pid()));
    }

    @Override
    public Map<String, Proc> helpers() {
        return Map.of();
    }

    @Override
    public boolean isJava() {
        return false;
    }

    @Override
    public void broadcast(List<byte[]> bodies) {
        try {
            publisher.write(kind.publications(SUBJECT, bodies));
        } catch (IOException e) {
            throw new BenchException(kind.label() + " takes no more: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            publisher.close();
            Files.deleteIfExists(configuration);
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
