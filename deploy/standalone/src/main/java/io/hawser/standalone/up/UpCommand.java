package io.hawser.standalone.up;

import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.Output;
import io.hawser.standalone.command.OutputFormat;
import io.hawser.standalone.command.RunningPlatform;
import io.hawser.stores.DataDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        sortOptions = false,
        description = "Starts the whole platform on this machine, and stays until Ctrl-C.",
        footer = {
            "",
            "Ports, from the base on: center, dispatcher, room, ZooKeeper, Redis, MariaDB.",
            "A data directory that was used before keeps its ports and keys.",
            "Everything listens on 127.0.0.1. Logs: hawser.log in the data directory.",
            "A store that dies is started again, a few times; so is a service that 'keeper drain' has ended.",
            "Exit codes: 1 could not start or go on (one line says why), 2 wrong usage; 130, 143 ended by a signal."
        })
public final class UpCommand implements Callable<Integer> {
    private static final int DEFAULT_BASE = 8080;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where everything is kept (default: .hawser/data of this installation).")
    private @Nullable Path data;

    @Option(
            names = "--port-base",
            paramLabel = "PORT",
            description = "The first of six ports (default: 8080); 0 means --free-ports.")
    private @Nullable Integer portBase;

    @Option(names = "--free-ports", description = "Takes free ports where the wanted ones are taken.")
    private boolean freePorts;

    @Option(
            names = "-o",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}: what is printed when ready (default: text). json is one line.")
    private OutputFormat format = OutputFormat.text;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("hawser.home", "."));
        Path directory = created(data != null ? data : home.resolve(".hawser").resolve("data"));
        System.setProperty("hawser.log", directory.resolve("hawser.log").toString());
        var progress = new Progress(System.err);
        PrintStream out = System.out;
        // Libraries print now and then. Standard output belongs to what was asked for: scripts read its first line.
        System.setOut(System.err);
        // Before the ports are looked at: the platform that holds the directory holds those, too.
        try (var _ = DataDirectory.hold(directory);
                var started = new Started();
                var announcement = new Announcement(home, directory, progress)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(announcement, started, progress), "stop"));
            var failure = new CompletableFuture<String>();
            RunningPlatform running = Platform.start(directory, ports(directory), started, progress, failure::complete);
            print(out, running, announcement.publish(running), progress);
            // A signal ends the process from beside.
            throw new CommandException(failure.join());
        }
    }

    private static Path created(Path directory) {
        try {
            return Files.createDirectories(directory.toAbsolutePath()).toRealPath();
        } catch (IOException e) {
            throw new CommandException(
                    "--data: " + directory + " (expected: a directory that can be written): " + e, e);
        }
    }

    private PlatformPorts ports(Path directory) {
        PlatformPorts wanted = wanted(directory);
        if (freePorts || Integer.valueOf(0).equals(portBase)) {
            return wanted.orFree();
        }
        wanted.requireFree();
        return wanted;
    }

    private PlatformPorts wanted(Path directory) {
        if (portBase != null && portBase != 0) {
            return PlatformPorts.from(portBase);
        }
        Path earlier = RunningPlatform.fileOfData(directory);
        if (Files.exists(earlier)) {
            return PlatformPorts.of(RunningPlatform.read(earlier));
        }
        return portBase == null ? PlatformPorts.from(DEFAULT_BASE) : PlatformPorts.free();
    }

    private void print(PrintStream out, RunningPlatform running, String option, Progress progress) {
        progress.say("ready after %.1f s; Ctrl-C stops everything".formatted(progress.seconds()));
        switch (format) {
            case text -> ReadyText.print(out, running, option);
            case json -> new Output(out).json(running);
        }
    }

    private static void stop(Announcement announcement, Started started, Progress progress) {
        announcement.close();
        boolean anything = started.isAny();
        if (anything) {
            progress.say("stopping");
        }
        started.close();
        if (anything) {
            progress.say("stopped");
        }
    }
}
