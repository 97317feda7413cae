package io.hawser.keeper.registry;

import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this instance is: its name, its incarnation, and what it says of itself to others. It lives in the keeper's loop.
 *
 * <p>After the loss of a session the order is: take the name again, get a new incarnation, tell the service's listeners,
 * and only then be seen by others. So nobody meets the new incarnation before the service has dropped what it held.
 */
public final class Identity implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ZooKeeperSession session;
    private final CuratorFramework client;
    private final KeeperLoop loop;
    private final String service;
    private final String name;
    private final NameHold hold;
    private final List<LongConsumer> listeners = new ArrayList<>();
    private @Nullable LongFunction<Registration> announcement;
    private boolean restoring;
    private boolean closed;
    private volatile boolean established = true;
    private volatile long incarnation;
    private volatile long firstIncarnation;

    private Identity(ZooKeeperSession session, KeeperLoop loop, String service, String name, NameHold hold) {
        this.session = session;
        this.client = session.client();
        this.loop = loop;
        this.service = service;
        this.name = name;
        this.hold = hold;
    }

    /**
     * Settles the name, holds it and gets an incarnation.
     *
     * @param waitForName how long the holder of the name, if there is one, has to vanish
     * @throws io.hawser.wire.HawserException with ALREADY_EXISTS when another live process has the name, or
     *     INVALID_ARGUMENT when it is no name
     */
    public static Identity establish(
            ZooKeeperSession session,
            KeeperLoop loop,
            String service,
            @Nullable String givenName,
            @Nullable Path dataDirectory,
            Duration waitForName,
            MeterRegistry meters)
            throws Exception {
        String name = new NodeName(session.client(), service).settle(givenName, dataDirectory);
        NameHold hold = new NameHold(session.client(), service, name);
        Identity identity = new Identity(session, loop, service, name, hold);
        // Followed from here on, so that no loss of the session goes unnoticed.
        session.onNewSession(identity::restore);
        hold.acquire(waitForName);
        identity.firstIncarnation = loop.call(identity::begin);
        Gauge.builder("hawser.incarnation", identity, Identity::incarnation)
                .description("The number of this life of the instance")
                .register(meters);
        return identity;
    }

    public String name() {
        return name;
    }

    public long incarnation() {
        return incarnation;
    }

    /** Returns false from the loss of a session until name, incarnation and registration are there again. */
    public boolean established() {
        return established;
    }

    /**
     * Calls in the loop with each new incarnation, before others can see it; and at once where there was one already,
     * between the start and this call.
     */
    public void onReincarnation(LongConsumer listener) {
        loop.execute(() -> {
            listeners.add(listener);
            if (incarnation != firstIncarnation) {
                listener.accept(incarnation);
            }
        });
    }

    /**
     * Registers, now and after each loss of a session.
     *
     * @param what makes the registration of the incarnation that is then in force
     * @throws IllegalStateException when called a second time
     */
    public void announce(LongFunction<Registration> what) {
        loop.call(() -> {
            if (announcement != null) {
                throw new IllegalStateException("advertise: called twice (expected: once a service)");
            }
            announcement = what;
            register();
            return null;
        });
    }

    /**
     * Takes the registration back, in one step with a note that this incarnation left by itself: others need not
     * wonder whether it is alive. It never registers again.
     */
    public void withdraw() {
        loop.call(() -> {
            if (announcement != null && !closed) {
                announcement = null;
                leave();
            }
            return null;
        });
    }

    /** Withdraws and gives the name free. */
    @Override
    public void close() {
        withdraw();
        loop.call(() -> {
            closed = true;
            if (session.connected()) {
                hold.release();
            }
            return null;
        });
    }

    private long begin() throws Exception {
        incarnation = nextIncarnation();
        return incarnation;
    }

    private void restore() {
        established = false;
        restoring = true;
        retryRestore();
    }

    private void retryRestore() {
        if (!restoring || closed) {
            return;
        }
        try {
            tryRestore();
        } catch (Exception e) {
            LOG.warn("{} is not registered again yet: {}", name, e.toString());
            loop.after(RETRY, this::retryRestore);
        }
    }

    private void tryRestore() throws Exception {
        if (!hold.tryAcquire()) {
            throw new IllegalStateException("the name is held by another process now");
        }
        incarnation = nextIncarnation();
        LOG.warn("{} goes on as incarnation {}", name, incarnation);
        listeners.forEach(listener -> loop.contain("incarnation listener", () -> listener.accept(incarnation)));
        if (announcement != null) {
            register();
        }
        restoring = false;
        established = true;
    }

    /** The name is ours, so what stands under it is a leftover of ours, and goes as the new one comes. */
    private void register() throws Exception {
        LongFunction<Registration> what = announcement;
        if (what == null) {
            return;
        }
        Registration registration = what.apply(incarnation);
        String path = ZooKeeperPaths.member(service, name);
        try {
            client.create()
                    .creatingParentsIfNeeded()
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath(path, registration.toJson());
        } catch (KeeperException.NodeExistsException e) {
            replace(path, registration.toJson());
        }
        LOG.info(
                "{} is registered as incarnation {} at {}:{}",
                name,
                incarnation,
                registration.host(),
                registration.port());
    }

    /** In one step, so that nobody sees the instance missing. */
    private void replace(String path, byte[] data) throws Exception {
        CuratorOp delete = client.transactionOp().delete().forPath(path);
        CuratorOp create =
                client.transactionOp().create().withMode(CreateMode.EPHEMERAL).forPath(path, data);
        try {
            client.transaction().forOperations(List.of(delete, create));
        } catch (KeeperException.NoNodeException e) {
            client.create().withMode(CreateMode.EPHEMERAL).forPath(path, data);
        }
    }

    private void leave() throws Exception {
        if (!session.connected()) {
            LOG.warn("{} cannot say that it leaves: ZooKeeper is away, and will miss it when its session ends", name);
            return;
        }
        CuratorOp note = client.transactionOp()
                .setData()
                .forPath(ZooKeeperPaths.name(service, name), Departure.note(incarnation));
        CuratorOp delete = client.transactionOp().delete().forPath(ZooKeeperPaths.member(service, name));
        try {
            client.transaction().forOperations(List.of(note, delete));
        } catch (KeeperException.NoNodeException e) {
            LOG.debug("{} was not registered", name);
        } catch (Exception e) {
            LOG.warn("{} could not say that it leaves; its session's end will: {}", name, e.toString());
        }
    }

    /** The zxid of a write is one number for the whole ensemble, and each write has a greater one. */
    private long nextIncarnation() throws Exception {
        byte[] by = name.getBytes(StandardCharsets.UTF_8);
        try {
            return client.setData().forPath(ZooKeeperPaths.INCARNATION, by).getMzxid();
        } catch (KeeperException.NoNodeException e) {
            NodeName.createUnlessThere(client, ZooKeeperPaths.INCARNATION);
            return client.setData().forPath(ZooKeeperPaths.INCARNATION, by).getMzxid();
        }
    }
}
