package io.hawser.standalone.cluster;

import io.hawser.agent.command.AgentHome;
import io.hawser.agent.command.AgentVerbs;
import io.hawser.agent.command.LogsCommand;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "cluster",
        sortOptions = false,
        description =
                "The whole platform on this machine, every service a process of its own; and what may happen to it.",
        subcommands = {
            ClusterUpCommand.class,
            AgentVerbs.Status.class,
            AgentVerbs.Kill.class,
            AgentVerbs.Pause.class,
            AgentVerbs.Resume.class,
            AgentVerbs.Restart.class,
            AgentVerbs.Drain.class,
            AgentVerbs.Start.class,
            ClusterAddCommand.class,
            LogsCommand.class,
            AgentVerbs.Down.class
        },
        footer = {
            "",
            "Processes: zookeeper, redis (or redis-1, …, sentinel-1, …), mariadb, and room-1, room-2, saver-1, … as 'status' lists them.",
            "Exit codes: 0 done; 1 failed, one line says why; 2 wrong usage; 4 a port is in use; 5 the given ZooKeeper,"
                    + " 9 a given store does not answer; 6 a cluster runs in the directory already; 7 no such process;"
                    + " 8 the process is in no state for this; 10 no cluster runs in the directory; 130, 143 'up' ended"
                    + " by a signal."
        })
public final class ClusterCommand implements Runnable, AgentHome {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where everything is kept (default: .hawser/cluster of this installation).")
    private @Nullable Path data;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        CommandSpec here = spec;
        if (here != null) {
            throw new ParameterException(
                    here.commandLine(),
                    "cluster: no command (expected: "
                            + String.join(", ", here.subcommands().keySet()) + ")");
        }
    }

    @Override
    public Path directory() {
        return (data != null ? data : home().resolve(".hawser").resolve("cluster")).toAbsolutePath();
    }

    static Path home() {
        return Path.of(System.getProperty("hawser.home", "."));
    }
}
