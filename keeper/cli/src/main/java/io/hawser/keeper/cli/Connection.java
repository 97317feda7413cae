package io.hawser.keeper.cli;

import io.hawser.keeper.zookeeper.ZooKeeperOptions;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** How each command speaks with ZooKeeper. */
final class Connection {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Mixin
    private ZooKeeperOptions zookeeper = new ZooKeeperOptions();

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
        ZooKeeperSettings settings = zookeeper.settings(Duration.ofSeconds(10), PATIENCE);
        try (CuratorFramework client = ZooKeeperSession.client(settings)) {
            client.start();
            if (!client.blockUntilConnected((int) PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unreachable(settings, null);
            }
            return work.with(client);
        } catch (KeeperException.ConnectionLossException
                | KeeperException.OperationTimeoutException
                | KeeperException.SessionExpiredException e) {
            throw unreachable(settings, e);
        } catch (KeeperException.NoAuthException e) {
            throw new KeeperFailure(
                    Exit.USAGE,
                    "zookeeper: " + e.getPath() + ": not allowed (expected: --zookeeper-digest-file of the services)",
                    e);
        }
    }

    private static HawserException unreachable(ZooKeeperSettings settings, @Nullable Exception cause) {
        return new HawserException(
                ErrorCode.UNAVAILABLE,
                "zookeeper: " + settings.connect() + " does not answer (expected: within " + PATIENCE.toSeconds()
                        + " s)",
                cause);
    }
}
