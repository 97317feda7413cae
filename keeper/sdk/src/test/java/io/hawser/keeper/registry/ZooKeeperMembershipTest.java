package io.hawser.keeper.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.stores.EmbeddedZooKeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperMembershipTest {
    private static final DiscoverySettings SETTINGS = new DiscoverySettings(
            Duration.ofMillis(100), 2, Duration.ofMillis(50), Duration.ofMinutes(1), Duration.ofMinutes(1));

    @TempDir
    private Path data;

    private final FakeProbe probe = new FakeProbe();
    private EmbeddedZooKeeper zooKeeper;
    private Registry writer;
    private Registry watcher;

    @BeforeEach
    void start() {
        zooKeeper = EmbeddedZooKeeper.start(data, 0);
        writer = new Registry(zooKeeper.connectString());
        watcher = new Registry(zooKeeper.connectString());
    }

    @AfterEach
    void stop() {
        watcher.close();
        writer.close();
        zooKeeper.close();
    }

    @Test
    void peersAreSortedByNameAndEachChangeMakesALaterView() throws Exception {
        ZooKeeperMembership rooms = watch();
        List<Membership.View> seen = new CopyOnWriteArrayList<>();
        rooms.onChange(seen::add);
        assertThat(seen)
                .singleElement()
                .satisfies(view -> assertThat(view.peers()).isEmpty());

        register("room-2");
        register("room-1");

        await().until(() -> names(rooms).equals(List.of("room-1", "room-2")));
        assertThat(seen.getLast().peers()).first().isEqualTo(new Peer("room", "room-1", "127.0.0.1", 7, 1, "east"));
        assertThat(seen).extracting(Membership.View::version).isSorted().doesNotHaveDuplicates();
        assertThat(rooms.registrations().getFirst().attributes()).containsEntry("clients", "127.0.0.1:5000");
    }

    @Test
    void aPeerThatCameBackUnderItsNameIsSeenWithItsNewIncarnation() throws Exception {
        register("room-1", 1);
        ZooKeeperMembership rooms = watch();
        long before = rooms.view().version();

        unregister("room-1");
        register("room-1", 2);

        await().until(() ->
                rooms.view().peers().equals(List.of(new Peer("room", "room-1", "127.0.0.1", 7, 2, "east"))));
        assertThat(rooms.view().version()).isGreaterThan(before);
    }

    @Test
    void aThirdOfThePeersIsMissedAtOnce() throws Exception {
        registerAll(6);
        ZooKeeperMembership rooms = watch();
        probe.answering.addAll(names(rooms));

        unregister("room-1");
        unregister("room-2");

        await().until(() -> names(rooms).equals(List.of("room-3", "room-4", "room-5", "room-6")));
        assertThat(probe.asked).isEmpty();
    }

    @Test
    void aGreaterLossIsNotBelievedOfPeersThatAnswer() throws Exception {
        registerAll(6);
        ZooKeeperMembership rooms = watch();
        probe.answering.addAll(List.of("room-1", "room-3"));

        unregisterInOneStep(List.of("room-1", "room-2", "room-3", "room-4"));

        await().until(() -> names(rooms).equals(List.of("room-1", "room-3", "room-5", "room-6")));
    }

    @Test
    void aPeerInDoubtIsAskedAgainUntilItIsGoneOrRegistered() throws Exception {
        registerAll(2);
        ZooKeeperMembership rooms = watch();
        probe.answering.addAll(List.of("room-1", "room-2"));
        unregisterInOneStep(List.of("room-1", "room-2"));
        await().until(() -> probe.asked.contains("room-1") && probe.asked.contains("room-2"));
        assertThat(names(rooms)).containsExactly("room-1", "room-2");
        long doubted = rooms.view().version();

        register("room-2", 2);
        probe.answering.remove("room-1");

        await().until(() -> names(rooms).equals(List.of("room-2")));
        assertThat(rooms.view().version()).isGreaterThan(doubted);
        assertThat(rooms.view().peers().getFirst().incarnation()).isEqualTo(2);
    }

    @Test
    void aPeerThatAnswersButNeverRegistersAgainIsGivenUp() throws Exception {
        registerAll(1);
        DiscoverySettings impatient = new DiscoverySettings(
                Duration.ofMillis(100), 2, Duration.ofMillis(20), Duration.ofMinutes(1), Duration.ofMillis(100));
        ZooKeeperMembership rooms = watcher.follow("room", impatient, probe);
        probe.answering.add("room-1");

        unregister("room-1");

        await().until(() -> names(rooms).isEmpty());
    }

    @Test
    void theLossOfOneOfTwoIsBelievedAsSoonAsItsPortRefuses() throws Exception {
        registerAll(2);
        ZooKeeperMembership rooms = watch();

        unregister("room-2");

        await().until(() -> names(rooms).equals(List.of("room-1")));
        assertThat(probe.asked).containsExactly("room-2");
    }

    @Test
    void whoSaysThatItLeavesIsBelievedThoughItsPortAnswersStill() throws Exception {
        Identity leaving = writer.establish("room", "room-1");
        leaving.announce(incarnation -> Registry.registration("room", "room-1", 7, incarnation));
        ZooKeeperMembership rooms = watch();
        assertThat(names(rooms)).containsExactly("room-1");
        probe.answering.add("room-1");

        leaving.withdraw();

        await().until(() -> names(rooms).isEmpty());
        assertThat(probe.asked).isEmpty();
    }

    @Test
    void theLastViewStaysWhileZooKeeperIsAwayAndIsFollowedAgainAfter() throws Exception {
        registerAll(3);
        ZooKeeperMembership rooms = watch();
        Membership.View before = rooms.view();
        int port = zooKeeper.port();

        zooKeeper.close();
        await().until(() -> !watcher.connected());
        assertThat(rooms.view()).isEqualTo(before);

        zooKeeper = EmbeddedZooKeeper.start(data, port);
        await().until(() -> watcher.connected() && writer.connected());
        assertThat(names(rooms)).containsExactly("room-1", "room-2", "room-3");
        register("room-4");
        await().until(() -> names(rooms).size() == 4);
    }

    @Test
    void aViewIsFollowedInANewSessionToo() throws Exception {
        registerAll(3);
        ZooKeeperMembership rooms = watch();

        Sessions.expire(watcher.client());
        register("room-4");
        unregister("room-1");

        await().until(() -> names(rooms).equals(List.of("room-2", "room-3", "room-4")));
    }

    @Test
    void aListenerThatFailsKeepsNobodyFromHearing() throws Exception {
        ZooKeeperMembership rooms = watch();
        List<Membership.View> heard = new ArrayList<>();
        rooms.onChange(view -> {
            throw new IllegalStateException("a listener's fault");
        });
        rooms.onChange(heard::add);

        register("room-1");

        await().until(() -> heard.size() == 2);
        assertThat(watcher.failures()).isEqualTo(2);
    }

    @Test
    void aListenerThatIsClosedHearsNoMore() throws Exception {
        ZooKeeperMembership rooms = watch();
        List<Membership.View> heard = new CopyOnWriteArrayList<>();
        rooms.onChange(heard::add).close();

        register("room-1");

        await().until(() -> names(rooms).size() == 1);
        assertThat(heard).hasSize(1);
    }

    private ZooKeeperMembership watch() {
        return watcher.follow("room", SETTINGS, probe);
    }

    private void registerAll(int count) throws Exception {
        for (String name :
                IntStream.rangeClosed(1, count).mapToObj(n -> "room-" + n).toList()) {
            register(name);
        }
    }

    private void register(String name) throws Exception {
        register(name, 1);
    }

    private void register(String name, long incarnation) throws Exception {
        writer.client()
                .create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL)
                .forPath(
                        ZooKeeperPaths.member("room", name),
                        Registry.registration("room", name, 7, incarnation).toJson());
    }

    private void unregister(String name) throws Exception {
        writer.client().delete().forPath(ZooKeeperPaths.member("room", name));
    }

    private void unregisterInOneStep(List<String> names) throws Exception {
        var deletes = new ArrayList<org.apache.curator.framework.api.transaction.CuratorOp>();
        for (String name : names) {
            deletes.add(writer.client().transactionOp().delete().forPath(ZooKeeperPaths.member("room", name)));
        }
        writer.client().transaction().forOperations(deletes);
    }

    private static List<String> names(Membership membership) {
        return membership.view().peers().stream().map(Peer::name).toList();
    }

    /** Answers for the peers that the test says are alive. */
    private static final class FakeProbe implements Probe {
        private final Set<String> answering = ConcurrentHashMap.newKeySet();
        private final Set<String> asked = ConcurrentHashMap.newKeySet();

        @Override
        public CompletableFuture<Boolean> answers(Registration peer) {
            asked.add(peer.name());
            return CompletableFuture.completedFuture(answering.contains(peer.name()));
        }
    }
}
