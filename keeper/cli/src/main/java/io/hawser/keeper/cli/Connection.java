package io.hawser.keeper.cli;

import io.hawser.keeper.config.Secret;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which each command finds ZooKeeper, and how it speaks with it. */
final class Connection {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Option(
            names = "--zookeeper",
            paramLabel = "HOST:PORT,...",
            defaultValue = "${env:HAWSER_ZOOKEEPER}",
            description = "Where ZooKeeper is; else from HAWSER_ZOOKEEPER.")
    private @Nullable String zookeeper;

    @Option(
            names = "--zookeeper-digest-file",
            paramLabel = "FILE",
            description = "File with USER:PASSWORD for ZooKeeper's digest scheme.")
    private @Nullable Path digestFile;

    /** What a command does with a client. */
    @FunctionalInterface
    interface Work<T> {
        T with(CuratorFramework client) throws Exception;
    }

    /**
     * Runs {@code work} with a connected client.
     *
     * @throws HawserException with INVALID_ARGUMENT when no address was given, UNAVAILABLE when nothing answers there
     */
    <T> T use(Work<T> work) throws Exception {
        try (CuratorFramework client = ZooKeeperSession.client(settings())) {
            client.start();
            if (!client.blockUntilConnected((int) PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unreachable(null);
            }
            return work.with(client);
        } catch (KeeperException.ConnectionLossException | KeeperException.OperationTimeoutException e) {
            throw unreachable(e);
        }
    }

    private ZooKeeperSettings settings() throws IOException {
        String connect = zookeeper == null ? "" : zookeeper;
        if (connect.isBlank()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "--zookeeper: missing (expected: HOST:PORT,..., or HAWSER_ZOOKEEPER in the environment)");
        }
        return new ZooKeeperSettings(connect, Duration.ofSeconds(10), PATIENCE, digest());
    }

    private Secret digest() throws IOException {
        return digestFile == null
                ? Secret.none()
                : Secret.of(Files.readString(digestFile).strip());
    }

    private HawserException unreachable(@Nullable Exception cause) {
        return new HawserException(
                ErrorCode.UNAVAILABLE,
                "zookeeper: " + zookeeper + " does not answer (expected: within " + PATIENCE.toSeconds() + " s)",
                cause);
    }
}
