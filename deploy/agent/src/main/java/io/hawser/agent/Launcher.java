package io.hawser.agent;

import io.hawser.agent.process.OsProcesses;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts processes, each in a session of its own where the system has {@code setsid}: then Ctrl-C in the agent's terminal
 * reaches the agent alone, which stops them in their order, and what a process leaves behind is known as its group.
 */
final class Launcher {
    /** Tells whose a process is, for an agent that finds it and has no record of it. */
    static final String MARK = "HAWSER_AGENT";

    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final File NOTHING = new File("/dev/null");

    private final Path directory;
    private final OsProcesses processes;

    /** {@code directory}: the agent's, free of symbolic links. */
    Launcher(Path directory, OsProcesses processes) {
        this.directory = directory;
        this.processes = processes;
    }

    static boolean givesSessions() {
        return Files.isExecutable(SETSID);
    }

    Life launch(ProcessSpec spec, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        if (givesSessions()) {
            command.add(SETSID.toString());
        }
        command.addAll(spec.command());
        var builder = new ProcessBuilder(command)
                .redirectInput(NOTHING)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(spec.environment());
        builder.environment().put(MARK, directory.toString());
        return Life.begun(builder.start(), processes);
    }
}
