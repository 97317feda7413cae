package io.hawser.agent;

import io.hawser.keeper.registry.Obituary;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the registration of a service whose process has ended out of ZooKeeper at once: nobody has seen it end but its
 * agent, and all others would wait for its session. What cannot be told now is left to the session's end.
 *
 * <p>Connects for each: deaths are rare, and an agent that holds no session has none to look after.
 */
public final class ZooKeeperObituaries implements Obituaries {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperObituaries.class);

    /** At least as many as a host has processes. */
    private static final int WAITING_AT_MOST = 256;

    private static final int CLOSE_WITHIN_SECONDS = 5;

    private final ZooKeeperSettings zooKeeper;
    private final ThreadPoolExecutor teller = new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_AT_MOST),
            Thread.ofPlatform().name("obituaries").daemon().factory());

    /** @param zooKeeper whose connect timeout is how long each waits for ZooKeeper */
    public ZooKeeperObituaries(ZooKeeperSettings zooKeeper) {
        this.zooKeeper = zooKeeper;
        teller.allowCoreThreadTimeOut(true);
    }

    @Override
    public void ended(String service, String name, long pid) {
        try {
            teller.execute(() -> tell(service, name, pid));
        } catch (RejectedExecutionException e) {
            LOG.warn(
                    "{}: its registration stays until its session ends: {}",
                    name,
                    teller.isShutdown() ? "the agent is stopping" : "too many have ended at once");
        }
    }

    @Override
    public void close() {
        teller.shutdown();
        try {
            if (!teller.awaitTermination(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                teller.shutdownNow();
            }
        } catch (InterruptedException e) {
            teller.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String service, String name, long pid) {
        try (CuratorFramework client = ZooKeeperSession.client(zooKeeper)) {
            client.start();
            int atMostMs = Math.toIntExact(zooKeeper.connectTimeout().toMillis());
            if (!client.blockUntilConnected(atMostMs, TimeUnit.MILLISECONDS)) {
                LOG.warn("{}: its registration stays until its session ends: ZooKeeper does not answer", name);
            } else if (Obituary.tell(client, service, name, pid)) {
                LOG.info("{}: its registration is taken back", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("{}: its registration stays until its session ends", name, e);
        }
    }
}
