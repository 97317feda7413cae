package io.hawser.agent.command;

import io.hawser.agent.Agent;
import io.hawser.agent.AgentDirectory;
import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.agent.Obituaries;
import io.hawser.agent.ZooKeeperObituaries;
import io.hawser.agent.config.AgentConfig;
import io.hawser.agent.config.ServiceJvm;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

@Command(
        name = "agent",
        sortOptions = false,
        description = "Looks after the processes that a file lists for this host, until SIGTERM; below: asks it.",
        subcommands = {
            AgentVerbs.Status.class,
            AgentVerbs.Start.class,
            AgentVerbs.Drain.class,
            AgentVerbs.Restart.class,
            AgentVerbs.Kill.class,
            AgentVerbs.Pause.class,
            AgentVerbs.Resume.class,
            AgentVerbs.Down.class,
            LogsCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done; 1 failed, one line says why; 2 wrong usage; 3 wrong configuration; 6 an agent runs in"
                    + " the directory already; 7 no such process; 8 the process is in no state for this; 10 no agent runs"
                    + " there; 130, 143 ended by a signal."
        })
public final class AgentCommand implements Callable<Integer>, AgentHome {
    /** For a stage of processes; each says for itself how long it may take. */
    private static final Duration STOP = Duration.ofMinutes(5);

    /** Takes a service's name and its arguments. */
    private static final String SERVICE_MAIN = "io.hawser.standalone.Hawser";

    @Option(names = "--config", paramLabel = "FILE", description = "What to run, YAML.")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The agent's directory (default: the one in the file, else /var/lib/hawser).")
    private @Nullable Path data;

    @Option(
            names = "--release",
            description =
                    "On SIGTERM the processes go on, for the next agent to adopt: for a change of the agent itself.")
    private boolean release;

    @Override
    public Path directory() {
        return data != null ? data : AgentConfig.defaults().data();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (config == null) {
            throw new AgentException(AgentExit.USAGE, "--config: missing (expected: a file, or a verb below 'agent')");
        }
        AgentConfig read = AgentConfig.read(config);
        Path wanted = data != null ? data : read.data();
        try (Agent agent = Agent.start(
                AgentDirectory.hold(wanted), read.restarts(), read.logs(), STOP, obituaries(read), Agent.Verbs.USUAL)) {
            agent.takeOver(read.specs(
                    ServiceJvm.likeThisOne(SERVICE_MAIN, agent.directory().resolve("logs"))));
            agent.startWhatCan(read.readyWithin());
            if (agent.awaitStop() && release) {
                agent.release();
            }
        }
        return AgentExit.OK.number();
    }

    private static Obituaries obituaries(AgentConfig read) {
        Optional<ZooKeeperSettings> zooKeeper = read.zooKeeperSettings(System.getenv("HAWSER_ZOOKEEPER"));
        return zooKeeper.isEmpty() ? Obituaries.NONE : new ZooKeeperObituaries(zooKeeper.get());
    }
}
