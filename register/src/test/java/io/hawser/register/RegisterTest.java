package io.hawser.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.ServiceHost;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What registers answer over links, as they start, change hands and lose ZooKeeper. */
final class RegisterTest {
    private final RegisterCluster cluster = new RegisterCluster();

    @AfterEach
    void stopAll() throws Exception {
        cluster.stop();
    }

    @Test
    void aBindIsFoundUntilItLeaves() {
        cluster.startRegister("register-1");
        Session session = Registry.bind("alice", "user", cluster.me(), 1);
        cluster.pourEverything();

        EnterReply entered = cluster.enter(session);
        assertThat(cluster.lookup("alice").getUsers(0).getSessionsList())
                .containsExactly(Registry.stamped(session, entered.getStamp()));

        assertThat(cluster.leave(Registry.stamped(session, entered.getStamp())).getRemoved())
                .isTrue();
        assertThat(cluster.lookup("alice").getUsers(0)).isEqualTo(Whereabouts.getDefaultInstance());
    }

    @Test
    void aBindThatItsRoomDoesNotHaveAnyMoreIsTakenOutByWhoPushed() {
        cluster.startRegister("register-1");
        Session session = Registry.bind("alice", "user", cluster.me(), 1);
        cluster.pourEverything();
        Session entered = Registry.stamped(session, cluster.enter(session).getStamp());
        Session again = Registry.bind("alice", "user", cluster.me(), 2);
        Session enteredAgain = Registry.stamped(again, cluster.enter(again).getStamp());

        assertThat(cluster.notHere(entered).getRemoved()).isFalse();
        assertThat(cluster.lookup("alice").getUsers(0).getSessionsList()).containsExactly(enteredAgain);
        assertThat(cluster.notHere(enteredAgain).getRemoved()).isTrue();
        assertThat(cluster.lookup("alice").getUsers(0)).isEqualTo(Whereabouts.getDefaultInstance());
    }

    @Test
    void aBatchIsAnsweredInTheOrderAsked() {
        cluster.startRegister("register-1");
        List<String> users = IntStream.range(0, 100).mapToObj(n -> "user-" + n).toList();
        users.stream()
                .filter(user -> !user.endsWith("7"))
                .forEach(user -> cluster.enter(Registry.bind(user, "user", cluster.me(), 1)));

        LookupReply reply = cluster.lookup(users.toArray(String[]::new));

        for (int i = 0; i < users.size(); i++) {
            boolean bound = !users.get(i).endsWith("7");
            assertThat(reply.getUsers(i).getSessionsList())
                    .extracting(Session::getUser)
                    .isEqualTo(bound ? List.of(users.get(i)) : List.of());
        }
    }

    @Test
    void whoIsReplacedIsKickedOnceACoordinatorIsThere() throws Exception {
        cluster.startRegister("register-1");
        Session older = Registry.bind("alice", "user", cluster.me(), 1);
        EnterReply olderEntered = cluster.enter(older);
        assertThat(cluster.enter(Registry.bind("alice", "user", cluster.me(), 2))
                        .getReplaced())
                .isEqualTo(1);

        AtomicInteger refusals = new AtomicInteger(2);
        cluster.startCoordinator(refusals);

        Kick kick = Objects.requireNonNull(cluster.kicks.poll(20, TimeUnit.SECONDS));
        assertThat(kick.getSession()).isEqualTo(Registry.stamped(older, olderEntered.getStamp()));
        assertThat(refusals).hasValue(0);
    }

    @Test
    void limitsHoldFromTheMomentTheyChangeAndLanesFromTheNextStart() throws Exception {
        ServiceHost<RegisterConfig> register = cluster.startRegister("register-1");
        cluster.enter(Registry.bind("alice", "user", cluster.me(), 1));
        assertThat(cluster.lookup("alice", "bob").getUsersCount()).isEqualTo(2);

        cluster.configure("""
                sessions: {maxUsersPerLookup: 1, maxSessionsPerUser: 1, maxSessions: 20, lanes: 5}
                kicks: {maxInHand: 7}
                """);
        await().untilAsserted(() -> assertRefused(
                ErrorCode.INVALID_ARGUMENT, () -> cluster.lookup("alice", "bob"), "users: 2 (expected: at most 1)"));
        assertRefused(
                ErrorCode.RESOURCE_EXHAUSTED,
                () -> cluster.enter(Registry.bind("alice", "class:phone", cluster.me(), 2)),
                "sessions of the user: 1 are held");
        assertThat(cluster.lookup("alice").getUsers(0).getSessionsCount()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(needRestart(register)).isEqualTo(1));

        cluster.configure("sessions: {lanes: 2}");
        await().untilAsserted(() -> assertThat(needRestart(register)).isZero());
        assertThat(cluster.lookup("alice", "bob").getUsersCount()).isEqualTo(2);
    }

    private static double needRestart(ServiceHost<RegisterConfig> register) {
        return register.meters().get("hawser.config.needs.restart").gauge().value();
    }

    @Test
    void aRegisterThatJoinsTakesItsShareAndIsPouredInto() {
        cluster.startRegister("register-1");
        List<Session> held = new ArrayList<>();
        for (int n = 0; n < 50; n++) {
            Session session = Registry.bind("user-" + n, "user", cluster.me(), n);
            held.add(Registry.stamped(session, cluster.enter(session).getStamp()));
        }
        cluster.startRegister("register-2");
        await().until(() -> cluster.room.members("register").view().peers().size() == 2);

        cluster.pourUntilTaken(held);

        String[] users = held.stream().map(Session::getUser).toArray(String[]::new);
        for (int n = 0; n < users.length; n++) {
            assertThat(cluster.lookup(users[n]).getUsers(0).getSessionsList()).containsExactly(held.get(n));
            assertThat(cluster.lookup(users[n]).getUsers(0).getUnknownRoomsList())
                    .isEmpty();
        }
        RegisterTotals second = cluster.totals("register-2");
        assertThat(second.getSlotsOwned()).isBetween(1_500, 2_600);
        assertThat(second.getSlotsPouring()).isZero();
        assertThat(second.getSessions() + cluster.totals("register-1").getSessions())
                .isEqualTo(50);
    }

    @Test
    void whileARegisterJoinsAndWhileItDrainsNobodyIsOfflineOrUnknown() throws Exception {
        cluster.configure("handOver: {askTimeout: 5s}");
        Map<String, Session> held = fiftyAtTheFirstRegister();
        try (ExecutorService watching = Executors.newSingleThreadExecutor()) {
            AtomicBoolean over = new AtomicBoolean();
            Future<Integer> watched = watching.submit(() -> watch(held, over));

            ServiceHost<RegisterConfig> second = cluster.startRegister("register-2");
            await().until(() -> cluster.room.members("register").view().peers().size() == 2);
            await().untilAsserted(() -> {
                assertThat(cluster.totals("register-2").getSlotsOwned()).isPositive();
                assertThat(cluster.totals("register-2").getSlotsPouring()).isZero();
            });
            second.close();
            await().until(() -> cluster.totals("register-1").getSlotsOwned() == Slot.COUNT);
            assertThat(cluster.totals("register-1").getSessions()).isEqualTo(50);

            over.set(true);
            assertThat(watched.get()).isPositive();
        }
    }

    @Test
    void whileTwoRegistersJoinAtOnceNobodyIsOfflineOrUnknown() throws Exception {
        cluster.configure("handOver: {askTimeout: 5s}");
        Map<String, Session> held = fiftyAtTheFirstRegister();
        try (ExecutorService watching = Executors.newSingleThreadExecutor()) {
            AtomicBoolean over = new AtomicBoolean();
            Future<Integer> watched = watching.submit(() -> watch(held, over));

            cluster.startRegisters("register-2", "register-3");
            await().until(() -> cluster.room.members("register").view().peers().size() == 3);
            await().untilAsserted(() -> {
                for (String joined : List.of("register-2", "register-3")) {
                    assertThat(cluster.totals(joined).getSlotsOwned()).isPositive();
                    assertThat(cluster.totals(joined).getSlotsPouring()).isZero();
                }
            });

            over.set(true);
            assertThat(watched.get()).isPositive();
        }
    }

    private Map<String, Session> fiftyAtTheFirstRegister() {
        cluster.startRegister("register-1");
        cluster.pourEverything();
        Map<String, Session> held = new HashMap<>();
        for (int n = 0; n < 50; n++) {
            Session session = Registry.bind("user-" + n, "user", cluster.me(), n);
            held.put(
                    session.getUser(),
                    Registry.stamped(session, cluster.enter(session).getStamp()));
        }
        return held;
    }

    /** Looks each user up again and again; returns how often. */
    private int watch(Map<String, Session> held, AtomicBoolean over) {
        int looks = 0;
        while (!over.get()) {
            for (Session session : held.values()) {
                Whereabouts found = whereabouts(session.getUser());
                assertThat(found.getUnknownRoomsList()).isEmpty();
                assertThat(found.getSessionsList()).containsExactly(session);
                looks++;
            }
        }
        return looks;
    }

    /** Asks, as a center does, until the owner answers. */
    private Whereabouts whereabouts(String user) {
        return await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .ignoreExceptions()
                .until(() -> cluster.lookup(user).getUsers(0), found -> !found.getNotOwner());
    }

    @Test
    void aRegisterThatLostItsSessionReturnsEmptyUnderANewIncarnation() {
        ServiceHost<RegisterConfig> register = cluster.startRegister("register-1");
        long before = register.incarnation();
        cluster.enter(Registry.bind("alice", "user", cluster.me(), 1));

        cluster.zooKeeper.endSessions();

        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
            assertThat(register.incarnation()).isGreaterThan(before);
            assertThat(cluster.totals("register-1").getSlotsOwned()).isEqualTo(Slot.COUNT);
            assertThat(cluster.totals("register-1").getSessions()).isZero();
        });
    }

    @Test
    void whatIsMalformedIsRefusedWithTheReason() {
        cluster.startRegister("register-1");
        Session session = Registry.bind("alice", "user", cluster.me(), 1);

        assertRefused(session.toBuilder().setUser("x".repeat(65)).build(), "user: 65 bytes (expected: 1 to 64)");
        assertRefused(session.toBuilder().setApp("No Such").build(), "app: No Such (expected: only");
        assertRefused(session.toBuilder().clearMailbox().build(), "mailbox: 0 bytes (expected: 1 to 71)");
        assertRefused(session.toBuilder().clearLocation().build(), "location.room: 0 bytes");
    }

    private void assertRefused(Session session, String message) {
        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> cluster.enter(session), message);
    }

    private static void assertRefused(ErrorCode code, ThrowableAssert.ThrowingCallable call, String message) {
        HawserException refusal = Objects.requireNonNull(catchThrowableOfType(HawserException.class, call));
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal).hasMessageContaining(message);
    }
}
