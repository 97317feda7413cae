package io.hawser.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
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
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.EnterRequest;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.LeaveReply;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.PourRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.RegisterTotalsRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.UserKey;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.stores.EmbeddedZooKeeper;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.curator.framework.CuratorFramework;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Registers on real sockets, found through a real ZooKeeper, with a room and a coordinator written by hand. */
class RegisterTest {
    private static final Duration CALL = Duration.ofSeconds(5);

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final BlockingQueue<Kick> kicks = new LinkedBlockingQueue<>();
    private final EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.temporary();
    private final ServiceContext<Nothing> room = startRoom();
    private final LinkClient registers = new LinkClient(
            "room/room-1", "register", room.members("register"), LinkSettings.defaults(), new SimpleMeterRegistry());

    /** A service that has nothing to configure. */
    record Nothing() {
        static Nothing defaults() {
            return new Nothing();
        }
    }

    @AfterEach
    void stopAll() throws Exception {
        registers.close();
        while (!running.isEmpty()) {
            running.pop().close();
        }
        zooKeeper.close();
    }

    @Test
    void aBindIsFoundUntilItLeaves() {
        startRegister("register-1");
        Session session = Registry.bind("alice", "user", me(), 1);
        pourEverything();

        EnterReply entered = enter(session);
        assertThat(lookup("alice").getUsers(0).getSessionsList())
                .containsExactly(Registry.stamped(session, entered.getStamp()));

        assertThat(leave(Registry.stamped(session, entered.getStamp())).getRemoved())
                .isTrue();
        assertThat(lookup("alice").getUsers(0)).isEqualTo(Whereabouts.getDefaultInstance());
    }

    @Test
    void aBindThatItsRoomDoesNotHaveAnyMoreIsTakenOutByWhoPushed() {
        startRegister("register-1");
        Session session = Registry.bind("alice", "user", me(), 1);
        pourEverything();
        Session entered = Registry.stamped(session, enter(session).getStamp());
        Session again = Registry.bind("alice", "user", me(), 2);
        Session enteredAgain = Registry.stamped(again, enter(again).getStamp());

        assertThat(notHere(entered).getRemoved()).isFalse();
        assertThat(lookup("alice").getUsers(0).getSessionsList()).containsExactly(enteredAgain);
        assertThat(notHere(enteredAgain).getRemoved()).isTrue();
        assertThat(lookup("alice").getUsers(0)).isEqualTo(Whereabouts.getDefaultInstance());
    }

    @Test
    void aBatchIsAnsweredInTheOrderAsked() {
        startRegister("register-1");
        List<String> users = IntStream.range(0, 100).mapToObj(n -> "user-" + n).toList();
        users.stream().filter(user -> !user.endsWith("7")).forEach(user -> enter(Registry.bind(user, "user", me(), 1)));

        LookupReply reply = lookup(users.toArray(String[]::new));

        for (int i = 0; i < users.size(); i++) {
            boolean bound = !users.get(i).endsWith("7");
            assertThat(reply.getUsers(i).getSessionsList())
                    .extracting(Session::getUser)
                    .isEqualTo(bound ? List.of(users.get(i)) : List.of());
        }
    }

    @Test
    void whoIsReplacedIsKickedOnceACoordinatorIsThere() throws Exception {
        startRegister("register-1");
        Session older = Registry.bind("alice", "user", me(), 1);
        EnterReply olderEntered = enter(older);
        assertThat(enter(Registry.bind("alice", "user", me(), 2)).getReplaced()).isEqualTo(1);

        AtomicInteger refusals = new AtomicInteger(2);
        startCoordinator(refusals);

        Kick kick = Objects.requireNonNull(kicks.poll(20, TimeUnit.SECONDS));
        assertThat(kick.getSession()).isEqualTo(Registry.stamped(older, olderEntered.getStamp()));
        assertThat(refusals).hasValue(0);
    }

    @Test
    void limitsHoldFromTheMomentTheyChangeAndLanesFromTheNextStart() throws Exception {
        ServiceHost<RegisterConfig> register = startRegister("register-1");
        enter(Registry.bind("alice", "user", me(), 1));
        assertThat(lookup("alice", "bob").getUsersCount()).isEqualTo(2);

        configure("""
                sessions: {maxUsersPerLookup: 1, maxSessionsPerUser: 1, maxSessions: 20, lanes: 5}
                kicks: {maxInHand: 7}
                """);
        await().untilAsserted(() -> assertRefused(
                ErrorCode.INVALID_ARGUMENT, () -> lookup("alice", "bob"), "users: 2 (expected: at most 1)"));
        assertRefused(
                ErrorCode.RESOURCE_EXHAUSTED,
                () -> enter(Registry.bind("alice", "class:phone", me(), 2)),
                "sessions of the user: 1 are held");
        assertThat(lookup("alice").getUsers(0).getSessionsCount()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(needRestart(register)).isEqualTo(1));

        configure("sessions: {lanes: 2}");
        await().untilAsserted(() -> assertThat(needRestart(register)).isZero());
        assertThat(lookup("alice", "bob").getUsersCount()).isEqualTo(2);
    }

    private void configure(String yaml) throws Exception {
        try (CuratorFramework operator = ZooKeeperSession.client(ZooKeeperSettings.of(zooKeeper.connectString()))) {
            operator.start();
            operator.create()
                    .orSetData()
                    .creatingParentsIfNeeded()
                    .forPath(ZooKeeperPaths.config("register"), yaml.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static double needRestart(ServiceHost<RegisterConfig> register) {
        return register.meters().get("hawser.config.needs.restart").gauge().value();
    }

    @Test
    void aRegisterThatJoinsTakesItsShareAndIsPouredInto() {
        startRegister("register-1");
        List<Session> held = new ArrayList<>();
        for (int n = 0; n < 50; n++) {
            Session session = Registry.bind("user-" + n, "user", me(), n);
            held.add(Registry.stamped(session, enter(session).getStamp()));
        }
        startRegister("register-2");
        await().until(() -> room.members("register").view().peers().size() == 2);

        pourUntilTaken(held);

        String[] users = held.stream().map(Session::getUser).toArray(String[]::new);
        for (int n = 0; n < users.length; n++) {
            assertThat(lookup(users[n]).getUsers(0).getSessionsList()).containsExactly(held.get(n));
            assertThat(lookup(users[n]).getUsers(0).getUnknownRoomsList()).isEmpty();
        }
        RegisterTotals second = totals("register-2");
        assertThat(second.getSlotsOwned()).isBetween(1_500, 2_600);
        assertThat(second.getSlotsPouring()).isZero();
        assertThat(second.getSessions() + totals("register-1").getSessions()).isEqualTo(50);
    }

    @Test
    void aRegisterThatLostItsSessionReturnsEmptyUnderANewIncarnation() {
        ServiceHost<RegisterConfig> register = startRegister("register-1");
        long before = register.incarnation();
        enter(Registry.bind("alice", "user", me(), 1));

        zooKeeper.endSessions();

        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
            assertThat(register.incarnation()).isGreaterThan(before);
            assertThat(totals("register-1").getSlotsOwned()).isEqualTo(Slot.COUNT);
            assertThat(totals("register-1").getSessions()).isZero();
        });
    }

    @Test
    void whatIsMalformedIsRefusedWithTheReason() {
        startRegister("register-1");
        Session session = Registry.bind("alice", "user", me(), 1);

        assertRefused(session.toBuilder().setUser("x".repeat(65)).build(), "user: 65 bytes (expected: 1 to 64)");
        assertRefused(session.toBuilder().setApp("No Such").build(), "app: No Such (expected: only");
        assertRefused(session.toBuilder().clearMailbox().build(), "mailbox: 0 bytes (expected: 1 to 71)");
        assertRefused(session.toBuilder().clearLocation().build(), "location.room: 0 bytes");
    }

    private void assertRefused(Session session, String message) {
        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> enter(session), message);
    }

    private static void assertRefused(ErrorCode code, ThrowableAssert.ThrowingCallable call, String message) {
        HawserException refusal = Objects.requireNonNull(catchThrowableOfType(HawserException.class, call));
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal).hasMessageContaining(message);
    }

    private EnterReply enter(Session session) {
        return call(
                Route.slot(Registry.slot(session)),
                RegisterGrpc.getEnterMethod(),
                EnterRequest.newBuilder().setSession(session).build());
    }

    private LeaveReply leave(Session session) {
        return leave(LeaveRequest.newBuilder().setSession(session));
    }

    private LeaveReply notHere(Session session) {
        return leave(LeaveRequest.newBuilder().setSession(session).setByPusher(true));
    }

    private LeaveReply leave(LeaveRequest.Builder request) {
        return call(Route.slot(Registry.slot(request.getSession())), RegisterGrpc.getLeaveMethod(), request.build());
    }

    private LookupReply lookup(String... users) {
        LookupRequest.Builder request = LookupRequest.newBuilder();
        for (String user : users) {
            request.addUsers(UserKey.newBuilder().setApp("demo").setUser(user));
        }
        return call(Route.slot(Slot.of("demo", users[0])), RegisterGrpc.getLookupMethod(), request.build());
    }

    private RegisterTotals totals(String name) {
        return call(Route.peer(name), RegisterGrpc.getTotalsMethod(), RegisterTotalsRequest.getDefaultInstance());
    }

    private void pourEverything() {
        pourUntilTaken(List.of());
    }

    /** As a room does: to each owner what is its, again where views did not agree yet. */
    private void pourUntilTaken(List<Session> held) {
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

    private Peer me() {
        return Registry.room(room.name(), room.incarnation());
    }

    private ServiceHost<RegisterConfig> startRegister(String name) {
        ServiceHost<RegisterConfig> host =
                started(ServiceHost.start(settings("register", name), RegisterConfig.class, Register::start));
        await().until(() -> registers.membership().view().peers().stream()
                .anyMatch(peer -> peer.name().equals(name)));
        await().ignoreExceptions().until(() -> totals(name).getSlotsOwned() > 0);
        return host;
    }

    private void startCoordinator(AtomicInteger refusals) {
        started(ServiceHost.start(settings("coordinator", "coordinator-1"), Nothing.class, context -> {
            LinkServer server = LinkServer.builder(LinkServerSettings.defaults(), context.meters())
                    .handle(CoordinatorGrpc.getCarryKickMethod(), (kick, caller) -> {
                        if (refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                            throw HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "kicks: full");
                        }
                        kicks.add(kick);
                        return CompletableFuture.completedFuture(CarryKickReply.getDefaultInstance());
                    })
                    .start("127.0.0.1", 0);
            context.advertise(Advertisement.of("127.0.0.1", server.port(), ""));
            return serving(server);
        }));
    }

    private ServiceContext<Nothing> startRoom() {
        CompletableFuture<ServiceContext<Nothing>> context = new CompletableFuture<>();
        started(ServiceHost.start(settings("room", "room-1"), Nothing.class, started -> {
            LinkServer server = LinkServer.builder(LinkServerSettings.defaults(), started.meters())
                    .start("127.0.0.1", 0);
            started.advertise(Advertisement.of("127.0.0.1", server.port(), ""));
            context.complete(started);
            return serving(server);
        }));
        return context.join();
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
                .withDrainTimeout(Duration.ofMillis(100))
                .withOverrides(service.equals("register") ? Map.of("zone", "z1") : Map.of());
    }

    private <T extends AutoCloseable> T started(T part) {
        running.push(part);
        return part;
    }
}
