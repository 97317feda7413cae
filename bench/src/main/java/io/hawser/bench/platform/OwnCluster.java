package io.hawser.bench.platform;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A cluster of its own: {@code cluster up} on free ports, stopped at the end of this process at the latest. */
public final class OwnCluster implements PlatformOptions.Opened {
    private static final String MAIN = "io.hawser.standalone.Hawser";
    private static final long STOP_SECONDS = 40;

    private final Process process;
    private final Path data;
    private final Thread atExit;
    private final Hawser hawser;
    private final boolean thrownAway;

    private OwnCluster(Process process, Path data, boolean thrownAway, @Nullable ThrowAwayCertificate certificate)
            throws IOException {
        this.process = process;
        this.data = data;
        this.thrownAway = thrownAway;
        this.atExit = new Thread(this::stop, "end of the cluster");
        Runtime.getRuntime().addShutdownHook(atExit);
        String ready = process.inputReader(StandardCharsets.UTF_8).readLine();
        if (ready == null) {
            throw new BenchException("the cluster did not start; its logs are in " + data);
        }
        Hawser plain = Hawser.read(data.resolve("up.json"));
        this.hawser = certificate == null ? plain : plain.overTls(certificate.certificate());
    }

    /**
     * One whose data stays.
     *
     * @param arguments of {@code cluster up}
     */
    public static OwnCluster startIn(Path data, List<String> arguments) {
        try {
            Files.createDirectories(data);
            return new OwnCluster(run(data, arguments), data, false, null);
        } catch (IOException e) {
            throw new BenchException("cannot start a cluster: " + e.getMessage(), e);
        }
    }

    /**
     * With one of each service, its data thrown away afterwards.
     *
     * @param tls whether clients come by TLS, with a certificate of its own, and not by plain TCP
     */
    static OwnCluster start(int rooms, List<String> flags, List<String> settings, boolean tls, Output output) {
        try {
            Path data = Files.createTempDirectory("hawser-bench");
            output.progress("a cluster is started in " + data);
            ThrowAwayCertificate certificate = tls ? ThrowAwayCertificate.in(data) : null;
            List<String> all = new ArrayList<>(certificate == null ? List.of() : certificate.settings());
            all.addAll(settings);
            return new OwnCluster(run(data, arguments(rooms, flags, all)), data, true, certificate);
        } catch (IOException e) {
            throw new BenchException("cannot start a cluster: " + e.getMessage(), e);
        }
    }

    private static Process run(Path data, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                // Not the installation's: what runs there stays what other commands find.
                "-Dhawser.home=" + data,
                "-cp",
                System.getProperty("java.class.path", ""),
                MAIN));
        command.addAll(List.of("cluster", "--data", data.toString(), "up", "--port-base", "0", "-o", "json"));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(data.resolve("up.err").toFile()))
                .start();
    }

    private static List<String> arguments(int rooms, List<String> flags, List<String> settings) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--rooms", Integer.toString(rooms), "--registers", "1", "--savers", "1"));
        arguments.addAll(List.of("--centers", "1", "--coordinators", "1", "--dispatchers", "1"));
        flags.forEach(flag -> arguments.add("--jvm=" + flag));
        settings.forEach(setting -> arguments.add("--set=" + setting));
        return arguments;
    }

    @Override
    public Hawser hawser() {
        return hawser;
    }

    @Override
    public void close() {
        stop();
        Runtime.getRuntime().removeShutdownHook(atExit);
        if (thrownAway) {
            remove(data);
        }
    }

    /** Removes a directory and all that is in it. */
    public static void remove(Path data) {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new BenchException("cannot remove " + data + ": " + e.getMessage(), e);
        }
    }

    private void stop() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
