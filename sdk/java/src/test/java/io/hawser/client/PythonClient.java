package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** docs/examples/hawser_client.py, running. */
final class PythonClient implements AutoCloseable {
    static final Path FOLDER = Path.of("../../docs/examples").toAbsolutePath().normalize();

    private static final long PATIENCE_SECONDS = 20;

    private final Process process;
    private final BufferedReader out;

    private PythonClient(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    static boolean isPossible() {
        try {
            return python("--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Starts the client for alice of the demo app. */
    static PythonClient start(String... options) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(FOLDER.resolve("hawser_client.py").toString()));
        arguments.addAll(List.of("--app", "demo", "--user", "alice", "--device", "py", "--token", "token"));
        arguments.addAll(List.of(options));
        return new PythonClient(python(arguments.toArray(String[]::new))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** A run of python3 that leaves no compiled files behind. */
    static ProcessBuilder python(String... arguments) {
        List<String> command = new ArrayList<>(List.of("python3", "-B"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** Waits for the next line that holds the text, and returns it. */
    String awaitLine(String text) throws IOException {
        String line;
        do {
            line = Objects.requireNonNull(out.readLine(), "the client ended before it printed " + text);
        } while (!line.contains(text));
        return line;
    }

    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Ends it as a crash would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
