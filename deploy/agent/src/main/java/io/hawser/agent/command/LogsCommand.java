package io.hawser.agent.command;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.agent.ProcessStatus;
import io.hawser.agent.control.ControlClient;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "logs", description = "Prints the end of what a process printed; older files stand beside it.")
public final class LogsCommand implements Callable<Integer> {
    private static final long PAUSE_MILLIS = 200;
    private static final int MOST_LINES = 100_000;

    @ParentCommand
    private @Nullable AgentHome home;

    @Parameters(paramLabel = "NAME", description = "A process, as 'status' names it.")
    private String name = "";

    @Option(names = "-n", paramLabel = "LINES", defaultValue = "100", description = "So many lines (default: 100).")
    private int lines;

    @Option(names = "-f", description = "Goes on with what is printed next, until Ctrl-C.")
    private boolean follow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        AgentHome known = home;
        if (known == null) {
            throw new IllegalStateException("not called through picocli");
        }
        if (lines < 0 || lines > MOST_LINES) {
            throw new AgentException(AgentExit.USAGE, "-n: " + lines + " (expected: 0 to " + MOST_LINES + ")");
        }
        ProcessStatus status = new ControlClient(known.directory())
                .ask("status", List.of(name), 10)
                .processes()
                .getFirst();
        Path log = Path.of(status.log());
        long end = Files.exists(log) ? Files.size(log) : 0;
        printEnd(log);
        while (follow) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            end = printFrom(log, end);
        }
        return AgentExit.OK.number();
    }

    private void printEnd(Path log) throws IOException {
        if (!Files.exists(log)) {
            return;
        }
        var last = new ArrayDeque<String>();
        // Of any encoding: a byte that is no text must not hide the others.
        try (var all = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            all.forEach(line -> {
                last.add(line);
                if (last.size() > lines) {
                    last.removeFirst();
                }
            });
        }
        last.forEach(line -> print((line + "\n").getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** A file that is shorter than it was has been put aside meanwhile. */
    private static long printFrom(Path log, long printed) throws IOException {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            long from = file.length() < printed ? 0 : printed;
            byte[] more = new byte[(int) Math.min(file.length() - from, 1 << 20)];
            file.seek(from);
            file.readFully(more);
            print(more);
            return from + more.length;
        }
    }

    private static void print(byte[] text) {
        System.out.write(text, 0, text.length);
        System.out.flush();
    }
}
