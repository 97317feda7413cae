package io.hawser.keeper;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hawser.keeper.admin.AdminServer;
import io.hawser.keeper.admin.Page;
import io.hawser.keeper.config.EffectiveConfig;
import io.hawser.keeper.registry.Discovery;
import io.hawser.keeper.registry.Identity;
import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one service in this process: its session with ZooKeeper, its name, its configuration, its admin pages, and the
 * service itself. Several hosts live side by side in one JVM, each with its own metrics and ports.
 *
 * <p>Its life: starting, ready, draining, stopped. {@link #close} drains first.
 *
 * @param <C> the service's configuration
 */
public final class ServiceHost<C extends Record> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceHost.class);
    /** What a drain may take over its bound, and a close in all, before the host goes on without it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HostSettings settings;
    private final Unwinding parts = new Unwinding();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Health health = new Health();
    private final MeterRegistry meters;
    private final Identity identity;
    private final LiveConfig<C> config;
    private final HostContext<C> context;
    private final AdminServer admin;
    private final Service service;
    private final Operations operations;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    /** Builds from the bottom up; what was built is taken down again when a later part fails. */
    private ServiceHost(HostSettings settings, Class<C> configType, ServiceStarter<C> starter) throws Exception {
        this.settings = settings;
        try {
            HostMeters hostMeters = parts.add(new HostMeters(settings.service()));
            this.meters = hostMeters.registry();
            KeeperLoop loop = parts.add(new KeeperLoop(settings.service(), meters));
            ZooKeeperSession session = parts.add(connect(loop));
            this.identity = parts.add(establish(session, loop));
            this.config = parts.add(new LiveConfig<>(configType, settings, identity.name(), session, loop, meters));
            LOG.info("{} starts with the configuration:{}", name(), EffectiveConfig.lines(config.current()));
            health.show("zookeeper", session::connected);
            health.explain("configuration", config::whyRefused);
            health.require("identity", () -> identity.established() || !session.connected());
            Discovery discovery = new Discovery(session, loop, settings.discovery(), meters);
            Remarks remarks = new Remarks();
            this.context = new HostContext<>(
                    settings, config, identity, discovery, health, remarks, meters, Clock.systemUTC());
            this.operations = parts.add(new Operations(
                    settings, session, loop, identity, config, health, remarks, meters, Instant.now(), this::close));
            this.admin = parts.add(AdminServer.start(
                    Operations.adminListen(config.current()), pages(hostMeters), operations::page, meters));
            this.service = parts.add(starter.start(context));
            // Only now: a change while the service starts would find it between reading and listening.
            config.follow();
            health.enter(Health.State.READY);
            operations.open(adminPort());
            LOG.info("{} is ready, incarnation {}, admin port {}", name(), incarnation(), adminPort());
        } catch (Exception | Error e) {
            parts.close();
            throw e;
        }
    }

    /**
     * Starts a service and returns when it is ready.
     *
     * @throws StartException when it cannot start; nothing is left running then
     */
    public static <C extends Record> ServiceHost<C> start(
            HostSettings settings, Class<C> configType, ServiceStarter<C> starter) {
        try {
            return new ServiceHost<>(settings, configType, starter);
        } catch (Exception e) {
            throw StartException.explain(e);
        }
    }

    public String name() {
        return identity.name();
    }

    public long incarnation() {
        return identity.incarnation();
    }

    /** Returns the configuration in force now. */
    public C config() {
        return config.current();
    }

    /** Returns where the admin pages are served. */
    public int adminPort() {
        return admin.port();
    }

    public MeterRegistry meters() {
        return meters;
    }

    /** Returns what completes once it has stopped: told so by {@link #close} or by an operator's order. */
    public CompletableFuture<Void> stopped() {
        return stopped.copy();
    }

    /**
     * Drains the service for at most the drain timeout, and ends it. Whoever calls while that is under way waits for its
     * end.
     */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            try {
                stop();
            } finally {
                stopped.complete(null);
            }
        } else {
            stopped.join();
        }
    }

    private void stop() {
        health.enter(Health.State.DRAINING);
        operations.changed();
        LOG.info("{} drains", name());
        if (!context.listedWhileDraining()) {
            leave();
        }
        BoundedStep.run("drain", settings.drainTimeout().plus(PATIENCE), () -> service.drain(settings.drainTimeout()));
        leave();
        BoundedStep.run("close", PATIENCE, parts::close);
        health.enter(Health.State.STOPPED);
        LOG.info("{} has stopped", name());
    }

    private void leave() {
        BoundedStep.run("leave", PATIENCE, identity::withdraw);
    }

    private ZooKeeperSession connect(KeeperLoop loop) {
        try {
            var shared = settings.sharedClient();
            return shared == null
                    ? ZooKeeperSession.open(settings.zookeeper(), loop, meters)
                    : ZooKeeperSession.share(shared, settings.zookeeper().connectTimeout(), loop, meters);
        } catch (RuntimeException e) {
            throw StartException.ofConnect(e);
        }
    }

    /** A killed process's session ends within its timeout; its ensemble takes up to one more tick to notice. */
    private Identity establish(ZooKeeperSession session, KeeperLoop loop) {
        Duration patience = settings.zookeeper().sessionTimeout().plusSeconds(4);
        try {
            return Identity.establish(
                    session, loop, settings.service(), settings.name(), settings.dataDirectory(), patience, meters);
        } catch (Exception e) {
            throw StartException.ofName(e);
        }
    }

    private Map<String, Supplier<Page>> pages(HostMeters hostMeters) {
        return Map.of(
                "/livez", health::livez,
                "/readyz", health::readyz,
                "/metrics",
                        () -> Page.text(
                                200,
                                "text/plain; version=0.0.4; charset=utf-8",
                                hostMeters.registry().scrape()),
                "/config", () -> Page.json(200, config.show()),
                "/info", this::info);
    }

    private Page info() {
        return Page.json(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("service", settings.service())
                        .put("name", name())
                        .put("incarnation", incarnation())
                        .put("version", BuildVersion.current())
                        .put("state", health.state().label())
                        .put("pid", ProcessHandle.current().pid()));
    }
}
