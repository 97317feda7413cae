package io.hawser.keeper;

import io.hawser.keeper.admin.Page;
import io.hawser.keeper.command.Answer;
import io.hawser.keeper.command.LogLevels;
import io.hawser.keeper.command.Order;
import io.hawser.keeper.command.OrderInbox;
import io.hawser.keeper.command.Profiler;
import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.DurationText;
import io.hawser.keeper.config.EffectiveConfig;
import io.hawser.keeper.config.LinkListen;
import io.hawser.keeper.registry.Identity;
import io.hawser.keeper.registry.InstanceStatus;
import io.hawser.keeper.registry.StatusNode;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators see of an instance in ZooKeeper, and what they can tell it to do. */
final class Operations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
    private static final String KEYS_WAITING = "hawser.config.needs.restart";

    private final HostSettings settings;
    private final Identity identity;
    private final LiveConfig<?> config;
    private final Health health;
    private final Remarks remarks;
    private final MeterRegistry meters;
    private final Runnable stop;
    private final Instant startedAt;
    private final Profiler profiler;
    private final StatusNode status;
    private final OrderInbox inbox;
    private final Unwinding parts = new Unwinding();
    private final AtomicInteger adminPort = new AtomicInteger();

    /** @param stop drains the instance and ends it; blocks until that is done */
    Operations(
            HostSettings settings,
            ZooKeeperSession session,
            KeeperLoop loop,
            Identity identity,
            LiveConfig<?> config,
            Health health,
            Remarks remarks,
            MeterRegistry meters,
            Instant startedAt,
            Runnable stop) {
        this.settings = settings;
        this.identity = identity;
        this.config = config;
        this.health = health;
        this.remarks = remarks;
        this.meters = meters;
        this.startedAt = startedAt;
        this.stop = stop;
        this.status = parts.add(new StatusNode(session, loop, identity, settings.service(), this::status));
        this.profiler = parts.add(new Profiler(loop));
        LogLevels logLevels = parts.add(new LogLevels(loop));
        this.inbox = new OrderInbox(
                session,
                loop,
                settings.service(),
                identity.name(),
                identity::incarnation,
                Map.of(
                        Order.DRAIN,
                        (arguments, answer) -> drain(answer),
                        Order.LOG_LEVEL,
                        logLevels,
                        Order.PROFILE,
                        profiler),
                meters);
    }

    /** Returns what the admin port serves besides its pages. */
    Optional<Page> page(String path) {
        return profiler.page(path);
    }

    /** Shows the instance, and heeds orders, from now on. */
    void open(int boundAdminPort) {
        adminPort.set(boundAdminPort);
        config.onStanding(status::changed);
        remarks.onChange(status::changed);
        identity.onReincarnation(incarnation -> status.changed());
        status.open();
        inbox.open();
    }

    /** Tells that the instance's state has changed. */
    void changed() {
        status.changed();
    }

    @Override
    public void close() {
        parts.close();
    }

    private void drain(Answer answer) {
        answer.accepted("drains for at most " + DurationText.format(settings.drainTimeout()));
        Thread.ofPlatform().name("keeper-stop").start(stop);
    }

    private InstanceStatus status() {
        Standing standing = config.standing();
        return new InstanceStatus(
                settings.service(),
                identity.name(),
                identity.incarnation(),
                health.state().label(),
                adminHost(),
                adminPort.get(),
                startedAt,
                BuildVersion.current(),
                labels(standing.running()),
                standing.onTrial().stream().map(Scope.Kind::label).collect(Collectors.toSet()),
                labels(standing.refused()),
                standing.why(),
                keysWaiting(),
                remarks.all());
    }

    private static Map<String, Integer> labels(Map<Scope.Kind, Integer> numbers) {
        Map<String, Integer> labelled = new TreeMap<>();
        numbers.forEach((kind, number) -> labelled.put(kind.label(), number));
        return labelled;
    }

    /** The service itself counts them; one that has none of that kind has no such gauge. */
    private int keysWaiting() {
        Gauge gauge = meters.find(KEYS_WAITING).gauge();
        return gauge == null ? 0 : (int) gauge.value();
    }

    private String adminHost() {
        Record now = config.current();
        String host = adminListen(now).host();
        try {
            return InetAddress.getByName(host).isAnyLocalAddress()
                    ? EffectiveConfig.find(now, LinkListen.class)
                            .orElseGet(LinkListen::defaults)
                            .reachableHost()
                    : host;
        } catch (UnknownHostException e) {
            LOG.debug("{} is bound, and is not known by name: {}", host, e.toString());
            return host;
        }
    }

    /** Every service's configuration has it under a name of the service's choice, or does not care. */
    static AdminListen adminListen(Record config) {
        return EffectiveConfig.find(config, AdminListen.class).orElseGet(AdminListen::defaults);
    }
}
