package io.hawser.bench.link;

import io.hawser.agent.process.Signals;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Proc;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The {@link EchoServer}, running. */
final class EchoProcess implements AutoCloseable {
    private static final Signals SIGNALS = new Signals();

    private final Process process;
    private final List<Integer> linkPorts;
    private final List<Integer> unaryPorts;
    private final List<Integer> pooledPorts;

    private EchoProcess(Process process, BufferedReader out) throws IOException {
        this.process = process;
        this.linkPorts = ports(out.readLine());
        this.unaryPorts = ports(out.readLine());
        this.pooledPorts = ports(out.readLine());
    }

    static EchoProcess start(int peers) {
        try {
            Process process = new ProcessBuilder(command(peers))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            return new EchoProcess(process, out);
        } catch (IOException e) {
            throw new BenchException("cannot start the called side: " + e.getMessage(), e);
        }
    }

    List<Integer> linkPorts() {
        return linkPorts;
    }

    List<Integer> unaryPorts() {
        return unaryPorts;
    }

    List<Integer> pooledPorts() {
        return pooledPorts;
    }

    Proc proc() {
        return Proc.of(process.pid());
    }

    /** Stops the process where it stands: its sockets stay open, and nothing reads them. */
    void stall() {
        SIGNALS.pause(process.pid());
    }

    void goOn() {
        SIGNALS.resume(process.pid());
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
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

    private static List<String> command(int peers) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(
                java,
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-Dlogback.configurationFile=io/hawser/bench/logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                EchoServer.class.getName(),
                Integer.toString(peers));
    }

    private static List<Integer> ports(@Nullable String line) {
        if (line == null) {
            throw new BenchException("the called side ended before it was ready");
        }
        return Arrays.stream(line.split(" ")).map(Integer::valueOf).toList();
    }
}
