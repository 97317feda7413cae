package io.hawser.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.keeper.Advertisement;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.CarryKickReply;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.EnterRequest;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.LeaveReply;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.ListToldOnlineReply;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.PourRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.RegisterTotalsRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.TellEventsReply;
import io.hawser.rpc.v1.UserKey;
import io.hawser.rpc.v1.WantedEventsOfApp;
import io.hawser.rpc.v1.WantedEventsReply;
import io.hawser.stores.EmbeddedZooKeeper;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;

/** Registers on real sockets, found through a real ZooKeeper, with a room and a coordinator written by hand. */
final class RegisterCluster {
    private static final Duration CALL = Duration.ofSeconds(5);

    final List<StateEvent> events = new CopyOnWriteArrayList<>();
    final BlockingQueue<Kick> kicks = new LinkedBlockingQueue<>();
    final EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.temporary();
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    final ServiceContext<Nothing> room = startRoom();
    private final LinkClient registers = new LinkClient(
            "room/room-1", "register", room.members("register"), LinkSettings.defaults(), new SimpleMeterRegistry());

    /** A service that has nothing to configure. */
    record Nothing() {
        static Nothing defaults() {
            return new Nothing();
        }
    }

    void stop() throws Exception {
        registers.close();
        while (!running.isEmpty()) {
            running.pop().close();
        }
        zooKeeper.close();
    }

    EnterReply enter(Session session) {
        return call(
                Route.slot(Registry.slot(session)),
                RegisterGrpc.getEnterMethod(),
                EnterRequest.newBuilder().setSession(session).build());
    }

    LeaveReply leave(Session session) {
        return leave(LeaveRequest.newBuilder().setSession(session));
    }

    LeaveReply leave(Session session, EndReason why) {
        return leave(LeaveRequest.newBuilder().setSession(session).setReason(why));
    }

    LeaveReply notHere(Session session) {
        return leave(LeaveRequest.newBuilder().setSession(session).setByPusher(true));
    }

    private LeaveReply leave(LeaveRequest.Builder request) {
        return call(Route.slot(Registry.slot(request.getSession())), RegisterGrpc.getLeaveMethod(), request.build());
    }

    LookupReply lookup(String... users) {
        LookupRequest.Builder request = LookupRequest.newBuilder();
        for (String user : users) {
            request.addUsers(UserKey.newBuilder().setApp("demo").setUser(user));
        }
        return call(Route.slot(Slot.of("demo", users[0])), RegisterGrpc.getLookupMethod(), request.build());
    }

    RegisterTotals totals(String name) {
        return call(Route.peer(name), RegisterGrpc.getTotalsMethod(), RegisterTotalsRequest.getDefaultInstance());
    }

    void pourEverything() {
        pourUntilTaken(List.of());
    }

    /** As a room does: to each owner what is its, again where views did not agree yet. */
    void pourUntilTaken(List<Session> held) {
        Membership.View view = room.members("register").view();
        for (Peer register : view.peers()) {
            Ownership its = Ownership.of(register.name(), register.incarnation(), view);
            PourRequest.Builder request = PourRequest.newBuilder()
                    .setRoom(me().name())
                    .setRoomIncarnation(me().incarnation())
                    .setMembershipVersion(view.version());
            held.stream().filter(session -> its.owns(Registry.slot(session))).forEach(request::addSessions);
            IntStream.range(0, Slot.COUNT).filter(its::owns).forEach(request::addCompleteSlots);
            await().untilAsserted(
                            () -> assertThat(pour(register, request.build()).getRefusedSlotsList())
                                    .isEmpty());
        }
    }

    private PourReply pour(Peer register, PourRequest request) {
        return call(Route.peer(register.name()), RegisterGrpc.getPourMethod(), request);
    }

    private <Q extends MessageLite, R extends MessageLite> R call(
            Route route, MethodDescriptor<Q, R> method, Q request) {
        try {
            return registers.call(route, method, request, "demo", CALL).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof HawserException refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    Peer me() {
        return Registry.room(room.name(), room.incarnation());
    }

    ServiceHost<RegisterConfig> startRegister(String name) {
        ServiceHost<RegisterConfig> host = started(start(name));
        await().until(() -> registers.membership().view().peers().stream()
                .anyMatch(peer -> peer.name().equals(name)));
        await().ignoreExceptions().until(() -> totals(name).getSlotsOwned() > 0);
        return host;
    }

    /** All at the same time; they may take a moment more. */
    void startRegisters(String... names) {
        List<CompletableFuture<ServiceHost<RegisterConfig>>> starting = Stream.of(names)
                .map(name -> CompletableFuture.supplyAsync(() -> start(name)))
                .toList();
        starting.forEach(host -> started(host.join()));
    }

    private ServiceHost<RegisterConfig> start(String name) {
        return ServiceHost.start(settings("register", name), RegisterConfig.class, Register::start);
    }

    void configure(String yaml) throws Exception {
        try (CuratorFramework operator = ZooKeeperSession.client(ZooKeeperSettings.of(zooKeeper.connectString()))) {
            operator.start();
            operator.create()
                    .orSetData()
                    .creatingParentsIfNeeded()
                    .forPath(ZooKeeperPaths.config("register"), yaml.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Starts one that refuses so many kicks before it takes them to {@link #kicks}. */
    void startCoordinator(AtomicInteger refusals) {
        started(ServiceHost.start(settings("coordinator", "coordinator-1"), Nothing.class, context -> {
            LinkServer server = LinkServer.builder(LinkServerSettings.defaults(), context.meters())
                    .handle(CoordinatorGrpc.getCarryKickMethod(), (kick, caller) -> {
                        if (refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                            throw HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "kicks: full");
                        }
                        kicks.add(kick);
                        return CompletableFuture.completedFuture(CarryKickReply.getDefaultInstance());
                    })
                    .handle(CoordinatorGrpc.getTellEventsMethod(), (told, caller) -> {
                        events.addAll(told.getEventsList());
                        return CompletableFuture.completedFuture(TellEventsReply.getDefaultInstance());
                    })
                    .handle(
                            CoordinatorGrpc.getWantedEventsMethod(),
                            (asked, caller) -> CompletableFuture.completedFuture(presence()))
                    .handle(
                            CoordinatorGrpc.getToldOnlineMethod(),
                            (asked, caller) ->
                                    CompletableFuture.completedFuture(ListToldOnlineReply.getDefaultInstance()))
                    .start("127.0.0.1", 0);
            context.advertise(Advertisement.of("127.0.0.1", server.port(), ""));
            return serving(server);
        }));
    }

    private static WantedEventsReply presence() {
        return WantedEventsReply.newBuilder()
                .addApps(WantedEventsOfApp.newBuilder()
                        .setApp("demo")
                        .addKinds(EventKind.EVENT_ONLINE)
                        .addKinds(EventKind.EVENT_OFFLINE))
                .build();
    }

    /** The room's process is gone, and with it what it held. */
    void killRoom() throws Exception {
        AutoCloseable first = running.removeLast();
        first.close();
    }

    private ServiceContext<Nothing> startRoom() {
        CompletableFuture<ServiceContext<Nothing>> context = new CompletableFuture<>();
        started(hostRoom(settings("room", "room-1"), context));
        return context.join();
    }

    /** Has a room in view that answers nothing. */
    static ServiceHost<Nothing> hostRoom(HostSettings settings, CompletableFuture<ServiceContext<Nothing>> context) {
        return ServiceHost.start(settings, Nothing.class, started -> {
            LinkServer server = LinkServer.builder(LinkServerSettings.defaults(), started.meters())
                    .start("127.0.0.1", 0);
            started.advertise(Advertisement.of("127.0.0.1", server.port(), ""));
            context.complete(started);
            return serving(server);
        });
    }

    private static Service serving(LinkServer server) {
        return new Service() {
            @Override
            public void drain(Duration atMost) {}

            @Override
            public void close() {
                server.close();
            }
        };
    }

    private HostSettings settings(String service, String name) {
        return HostSettings.of(service, zooKeeper.connectString())
                .withName(name)
                .withDrainTimeout(service.equals("register") ? Duration.ofSeconds(5) : Duration.ofMillis(100))
                .withOverrides(service.equals("register") ? Map.of("zone", "z1") : Map.of());
    }

    private <T extends AutoCloseable> T started(T part) {
        running.push(part);
        return part;
    }
}
