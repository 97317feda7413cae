package io.hawser.agent.config;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.agent.LogLimits;
import io.hawser.agent.ProcessSpec;
import io.hawser.agent.Restarts;
import io.hawser.keeper.config.ConfigException;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.keeper.config.Secret;
import io.hawser.keeper.zookeeper.ZooKeeperOptions;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a host's agent runs.
 *
 * @param data where the agent keeps logs, its socket and, below, each service's own directory
 * @param zookeeper for the services; empty: from HAWSER_ZOOKEEPER in the environment
 * @param zookeeperDigestFile with user:password for ZooKeeper's digest scheme, for the services too; empty: none
 * @param restarts after what pauses a process that ended is started again
 * @param logs how much of what they print is kept
 * @param readyWithin how long a stage is waited for before the next one is started all the same
 * @param processes at least one
 */
public record AgentConfig(
        Path data,
        String zookeeper,
        String zookeeperDigestFile,
        Restarts restarts,
        LogLimits logs,
        Duration readyWithin,
        List<ProcessConfig> processes) {
    public AgentConfig {
        processes = List.copyOf(processes);
    }

    public static AgentConfig defaults() {
        return new AgentConfig(
                Path.of("/var/lib/hawser"),
                "",
                "",
                Restarts.defaults(),
                LogLimits.defaults(),
                Duration.ofMinutes(1),
                List.of());
    }

    /**
     * Reads the file.
     *
     * @throws AgentException CONFIGURATION, with every mistake
     */
    public static AgentConfig read(Path file) {
        try {
            AgentConfig config =
                    new ConfigTree().overlayYaml(file.toString(), yaml(file)).bind(AgentConfig.class);
            config.requireWhole();
            if (config.processes.isEmpty()) {
                throw wrong(file + ": processes: none (expected: at least 1)", null);
            }
            return config;
        } catch (ConfigException e) {
            throw wrong(String.join("; ", e.problems()), e);
        }
    }

    private void requireWhole() {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            String path = "processes[" + i + "].";
            processes.get(i).problem().ifPresent(problem -> problems.add(path + problem));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    /** The processes themselves. */
    public List<ProcessSpec> specs(ServiceJvm jvm) {
        return processes.stream()
                .map(process -> process.spec(jvm, zooKeeperArguments(), data))
                .toList();
    }

    /**
     * Returns how the agent itself reaches the services' ZooKeeper; empty: nobody said where it is.
     *
     * @param inEnvironment what HAWSER_ZOOKEEPER says
     * @throws AgentException CONFIGURATION
     */
    public Optional<ZooKeeperSettings> zooKeeperSettings(@Nullable String inEnvironment) {
        String connect = zookeeper.isEmpty() && inEnvironment != null ? inEnvironment : zookeeper;
        try {
            return connect.isBlank() ? Optional.empty() : Optional.of(ofAgent(connect, digest()));
        } catch (HawserException e) {
            throw wrong(String.valueOf(e.getMessage()), e);
        }
    }

    /** How an agent reaches ZooKeeper: what it tells is of use for about as long as a session. */
    public static ZooKeeperSettings ofAgent(String connect, Secret digest) {
        return new ZooKeeperSettings(connect, Duration.ofSeconds(10), Duration.ofSeconds(5), digest);
    }

    private Secret digest() {
        return zookeeperDigestFile.isEmpty()
                ? Secret.none()
                : ZooKeeperOptions.digestIn("zookeeperDigestFile", Path.of(zookeeperDigestFile));
    }

    private List<String> zooKeeperArguments() {
        List<String> arguments = new ArrayList<>();
        if (!zookeeper.isEmpty()) {
            arguments.addAll(List.of("--zookeeper", zookeeper));
        }
        if (!zookeeperDigestFile.isEmpty()) {
            arguments.addAll(List.of("--zookeeper-digest-file", zookeeperDigestFile));
        }
        return arguments;
    }

    private static String yaml(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw wrong("--config: " + file + " (expected: a file that can be read): " + e, e);
        }
    }

    private static AgentException wrong(String message, @Nullable Throwable cause) {
        return new AgentException(AgentExit.CONFIGURATION, message, cause);
    }
}
