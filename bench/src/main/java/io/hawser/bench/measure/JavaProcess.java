package io.hawser.bench.measure;

import io.hawser.agent.process.Signals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process that runs a main of this class path, is told lines, and tells lines. It ends when its input does. */
public final class JavaProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;
    private static final Signals SIGNALS = new Signals();

    private final Process process;
    private final BufferedReader out;
    private final PrintWriter in;

    private JavaProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    /** Starts {@code main} with these flags of the JVM, after those that all of ours have. */
    public static JavaProcess start(Class<?> main, String... flags) {
        return start(main.getName(), List.of(flags), List.of());
    }

    public static JavaProcess start(String main, List<String> flags, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), main));
        command.addAll(arguments);
        try {
            return new JavaProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new BenchException("cannot start " + main + ": " + e.getMessage(), e);
        }
    }

    public Proc proc() {
        return Proc.of(process.pid());
    }

    public synchronized void tell(String line) {
        in.println(line);
    }

    /** The next line; null: it has ended. */
    public @Nullable String readLine() throws IOException {
        return out.readLine();
    }

    /** SIGKILL, as a crash; what it told until then can still be read. */
    public void kill() {
        // Process.destroyForcibly would close the pipe that it is read from.
        var _ = process.toHandle().destroyForcibly();
    }

    /** It stands still, and its connections stay, as those of a device that nobody reaches any more. */
    public void pause() {
        if (!SIGNALS.pause(process.pid())) {
            throw new BenchException("process " + process.pid() + " has ended (expected: one to stand still)");
        }
    }

    public void resume() {
        if (!SIGNALS.resume(process.pid())) {
            throw new BenchException("process " + process.pid() + " has ended (expected: one to go on)");
        }
    }

    @Override
    public void close() {
        in.close();
        end(process);
    }

    /** Has a process end that was asked to, by force if need be. */
    static void end(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
