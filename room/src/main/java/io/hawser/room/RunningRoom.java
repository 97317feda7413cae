package io.hawser.room;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.config.AtStartKeys;
import io.hawser.room.access.Access;
import io.hawser.room.ban.BanFollower;
import io.hawser.room.broadcast.RoomBroadcasts;
import io.hawser.room.chore.Chore;
import io.hawser.room.connection.Admission;
import io.hawser.room.connection.BannedClients;
import io.hawser.room.connection.Commands;
import io.hawser.room.connection.ConnectionLoops;
import io.hawser.room.connection.ConnectionMeters;
import io.hawser.room.connection.Deliveries;
import io.hawser.room.connection.DeniedClients;
import io.hawser.room.connection.Identity;
import io.hawser.room.connection.Redelivery;
import io.hawser.room.connection.Roster;
import io.hawser.room.connection.Services;
import io.hawser.room.connection.Surroundings;
import io.hawser.room.connection.UnservedApps;
import io.hawser.room.gateway.Gateway;
import io.hawser.room.gateway.GatewayConfig;
import io.hawser.room.links.BroadcastLink;
import io.hawser.room.links.Comparing;
import io.hawser.room.links.DirectoryApps;
import io.hawser.room.links.DispatcherReports;
import io.hawser.room.links.Leaves;
import io.hawser.room.links.Pouring;
import io.hawser.room.links.RegisterLink;
import io.hawser.room.links.RegisterOwners;
import io.hawser.room.links.SaverLink;
import io.hawser.room.overload.Level;
import io.hawser.room.overload.Overload;
import io.hawser.room.pull.PulledBodies;
import io.hawser.room.pull.SaverBodies;
import io.hawser.room.token.TokenVerifier;
import io.hawser.room.uplink.BackEnds;
import io.hawser.room.uplink.CoordinatorLink;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.event.StateEvents;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkLoops;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.v1.RoomGrpc;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A room's parts, in the order in which they are opened; closed the other way round. */
final class RunningRoom implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(RunningRoom.class);
    /** Of the time that a drain may take, dispatchers may take this to say where else clients can go. */
    private static final int TELL_SHARE = 16;
    /** How long the last events of bindings may take to reach a coordinator. */
    private static final Duration LAST_EVENTS = Duration.ofSeconds(1);

    /** How often addresses are forgotten that nothing is to be known of. */
    private static final long SWEEP_MILLIS = 2_000;

    private final ServiceContext<RoomConfig> context;
    private final RoomConfig config;
    private final MeterRegistry meters;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final AtomicLong incarnation;
    private final LinkLoops linkLoops;
    private final AppDirectory directory;
    private final Access access;
    private final Admission admission;
    private final BanFollower bans;
    private final Surroundings surroundings;
    private final RegisterOwners owners = new RegisterOwners();
    private final ScheduledExecutorService chores;
    private final StateEvents events;
    private final RoomBroadcasts broadcasts;
    private final Gateway gateway;
    private final Load load;
    private final Pouring pouring;
    private final DispatcherReports reports;
    private int linkPort;

    RunningRoom(ServiceContext<RoomConfig> context) {
        this.context = context;
        this.config = context.config();
        this.meters = context.meters();
        this.incarnation = new AtomicLong(context.incarnation());
        this.access = new Access(config.access(), System::nanoTime, meters);
        this.admission = new Admission(limits(config.gateway()));
        this.linkLoops = opens(LinkLoops.start("room", config.links().threads()));
        this.chores = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("room-chores").factory());
        opens(chores::shutdownNow);

        LinkClient savers = linkTo("saver");
        LinkClient registers = linkTo("register");
        LinkClient coordinators = linkTo("coordinator");
        this.events = opens(new StateEvents(coordinators, () -> context.config().events(), meters));
        this.directory = opens(new AppDirectory(savers, config.directory(), meters));
        context.health("directory", directory::loaded);
        Leaves leaves = new Leaves(registers, owners, () -> context.config().enterWithin(), meters);
        leaves.start(chores);
        var _ = new Chore("addresses that are gone", access::sweep).every(SWEEP_MILLIS, chores);
        this.bans = new BanFollower(savers, () -> context.config().bans(), chores, context.clock(), meters);
        context.health("bans", bans::loaded);
        Identity identity = new Identity(context.name(), incarnation::get);
        BroadcastLink stores = new BroadcastLink(
                savers,
                () -> context.config().broadcasts().openWithin(),
                () -> context.config().broadcasts().storeTimeout());
        this.broadcasts = opens(
                new RoomBroadcasts(stores, identity, () -> context.config().broadcasts(), meters));
        this.surroundings = new Surroundings(
                identity,
                new DirectoryApps(directory),
                new TokenVerifier(context.clock()),
                new RegisterLink(registers, owners, () -> context.config().enterWithin(), leaves),
                new SaverLink(savers, () -> context.config().saverTimeout()),
                new Redelivery(config.redelivery(), System::nanoTime),
                access,
                admission,
                new ConnectionMeters(meters),
                services(savers, coordinators),
                bans,
                context.clock(),
                System::nanoTime,
                SplittableRandom::new);
        this.gateway = opens(Gateway.start(config.gateway(), config.connections(), surroundings, meters));
        this.load = new Load(surroundings.identity(), config.zone(), admission, gateway);
        gateway.watchTls(chores);
        bans.start(new BannedClients(gateway.loops())::onBans);
        broadcasts.start();
        directory.onAppChange(new UnservedApps(gateway.loops())::onChange);
        Roster roster = new Roster(gateway.loops());
        this.pouring = new Pouring(
                registers, owners, roster, identity, () -> context.config().pour(), chores, meters);
        new Comparing(
                        registers,
                        pouring,
                        leaves,
                        roster,
                        identity,
                        () -> context.config().pour(),
                        meters)
                .start(chores);
        this.reports = new DispatcherReports(
                linkTo("dispatcher"), load::report, config.reportInterval(), chores, System::nanoTime, meters);
        opens(Overload.watch(
                gateway.loops().executors(),
                surroundings.meters()::memoryRefusals,
                () -> context.config().overload(),
                new OnOverload(),
                meters));
    }

    /** What bindings are served besides their mailboxes. */
    private Services services(LinkClient savers, LinkClient coordinators) {
        BackEnds backEnds = backEnds(coordinators);
        PulledBodies bodies = new PulledBodies(
                new SaverBodies(savers, () -> context.config().saverTimeout()),
                () -> context.config().pulls(),
                meters);
        return new Services(broadcasts::on, backEnds::of, bodies::of);
    }

    private BackEnds backEnds(LinkClient coordinators) {
        return new BackEnds(
                new CoordinatorLink(coordinators),
                events,
                new DirectoryApps(directory),
                () -> context.config().uplinks(),
                () -> context.config().connections().maxFrame().toInt(),
                meters);
    }

    private LinkClient linkTo(String service) {
        return opens(new LinkClient(
                "room/" + context.name(), service, context.members(service), config.links(), meters, linkLoops));
    }

    private <T extends AutoCloseable> T opens(T part) {
        opened.push(part);
        return part;
    }

    private static Admission.Limits limits(GatewayConfig gateway) {
        return new Admission.Limits(gateway.maxConnections(), gateway.maxUnauthenticated());
    }

    /** Opens the ports for clients. */
    void listen() {
        gateway.listen();
        context.health("clients", gateway::isListening);
        gauge("hawser.room.connections", admission::connections);
        gauge("hawser.room.connections.unauthenticated", admission::unauthenticated);
        gauge("hawser.room.redelivery.remembered", surroundings.redelivery()::remembered);
    }

    private void gauge(String name, Supplier<Number> value) {
        Gauge.builder(name, value).register(meters);
    }

    /** Answers other services. */
    void serve() {
        Deliveries deliveries = new Deliveries(gateway.loops(), surroundings);
        Commands commands = new Commands(gateway.loops());
        LinkServer server = opens(LinkServer.builder(config.linkServer(), meters)
                .on(linkLoops)
                .handle(RoomGrpc.getPushMethod(), (push, caller) -> deliveries.push(push), Deliveries::isStored)
                .handle(RoomGrpc.getEndBindingMethod(), (kick, caller) -> deliveries.end(kick))
                .handle(RoomGrpc.getGrantPaceMethod(), (grant, caller) -> broadcasts.grant(grant))
                .handle(RoomGrpc.getPushBroadcastMethod(), (push, caller) -> broadcasts.push(push))
                .handle(RoomGrpc.getGiveCommandMethod(), (request, caller) -> commands.give(request))
                .handle(
                        RoomGrpc.getRoomTotalsMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(deliveries.totals()))
                .start(config.link().host(), config.link().port()));
        linkPort = server.port();
    }

    /** Follows what changes around it: registers, its own number, its configuration. */
    void follow() {
        opens(context.members("register").onChange(this::registersChanged));
        context.onReincarnation(number -> {
            incarnation.set(number);
            broadcasts.reincarnated();
            pouring.startOver();
        });
        context.onConfigChange(this::configChanged);
        context.onConfigChange(new AtStartKeys<>(config, RoomConfig::isLive, meters));
    }

    /** What is not pushed to its part here is asked for by it before each use. */
    private void configChanged(RoomConfig changed) {
        admission.limit(limits(changed.gateway()));
        if (access.configure(changed.access())) {
            new DeniedClients(gateway.loops()).onChange();
        }
        gateway.configure(changed.gateway());
        gateway.loops().configure(changed.connections());
        reports.every(changed.reportInterval());
    }

    private void registersChanged(Membership.View view) {
        owners.moveTo(view);
        pouring.ownersChanged();
    }

    /** Lets others see this room, and dispatchers send clients. */
    void advertise() {
        context.advertise(Advertisement.of(config.link().reachableHost(), linkPort, config.zone())
                .withAttributes(load.addresses())
                .listedWhileDraining(true));
        reports.startOnce(() -> directory.loaded() && bans.loaded());
        LOG.info("{} serves clients at {}", context.name(), gateway.addresses());
    }

    /** What the room does at each level. */
    private final class OnOverload implements Overload.Relief {
        @Override
        public void onLevel(Level level, String why) {
            load.at(level);
            if (level.isAtLeast(Level.OVERLOADED)) {
                admission.overloaded(context.config().overload().retryAfter());
            } else {
                admission.relieved();
            }
            gateway.loops().strain(level);
            var _ = reports.report();
            context.remark("overload", level == Level.NORMAL ? "" : "level " + level.number() + " (" + why + ")");
        }

        @Override
        public void shed(Level present, int atMost) {
            gateway.loops().shed(present, atMost);
        }
    }

    @Override
    public void drain(Duration atMost) {
        DrainConfig how = context.config().drain();
        CompletableFuture<Void> empty = admission.drain(how.retryAfter());
        ConnectionLoops loops = gateway.loops();
        // What dispatchers answer, those are told who go first, too.
        var _ = reports.report()
                .completeOnTimeout(null, atMost.dividedBy(TELL_SHARE).toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(() -> loops.drain(how.plan(atMost, loops.executors().size(), reports::alternatives)));
        try {
            empty.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.info("{} connections did not go within {}", admission.connections(), atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("only ever completed with success", e);
        }
        var _ = events.drain(LAST_EVENTS);
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close", part, e);
            }
        }
    }
}
