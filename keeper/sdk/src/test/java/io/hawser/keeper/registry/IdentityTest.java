package io.hawser.keeper.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.stores.EmbeddedZooKeeper;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    private static EmbeddedZooKeeper zooKeeper;

    private final List<Registry> registries = new ArrayList<>();

    @TempDir
    private Path data;

    @BeforeAll
    static void startZooKeeper() {
        zooKeeper = EmbeddedZooKeeper.temporary();
    }

    @AfterAll
    static void stopZooKeeper() {
        zooKeeper.close();
    }

    @AfterEach
    void closeAll() {
        registries.forEach(Registry::close);
    }

    @Test
    void aNewInstanceGetsANameOfItsOwn() throws Exception {
        assertThat(aRegistry().establish("allotting", null).name()).isEqualTo("allotting-1");
        assertThat(aRegistry().establish("allotting", null).name()).isEqualTo("allotting-2");
    }

    @Test
    void anAllottedNameIsRememberedInTheDataDirectory() throws Exception {
        Registry first = aRegistry();
        String name = first.establish("remembering", null, data).name();
        first.close();

        assertThat(aRegistry().establish("remembering", null, data).name()).isEqualTo(name);
        assertThat(aRegistry().establish("remembering", null).name()).isNotEqualTo(name);
    }

    @Test
    void aNameThatWasEverUsedIsNotAllotted() throws Exception {
        Registry first = aRegistry();
        first.establish("choosy", "choosy-1");
        first.close();

        assertThat(aRegistry().establish("choosy", null).name()).isEqualTo("choosy-2");
    }

    @Test
    void aNameHasTheFormOfOne() {
        Registry registry = aRegistry();
        assertThatThrownBy(() -> registry.establish("room", "Room 7"))
                .isInstanceOf(HawserException.class)
                .hasMessageStartingWith("name: Room 7 (expected: 1 to 64 of");
    }

    @Test
    void eachLifeHasAHigherIncarnation() throws Exception {
        long earlier = aRegistry().establish("living", "living-1").incarnation();
        long other = aRegistry().establish("other", "other-1").incarnation();
        Registry registry = aRegistry();
        assertThat(other).isGreaterThan(earlier);
        assertThat(registry.establish("living", "living-2").incarnation()).isGreaterThan(other);
    }

    @Test
    void aSecondLiveProcessOfTheSameNameIsRefused() throws Exception {
        aRegistry().establish("twin", "twin-1");
        Registry second = aRegistry();

        assertThatThrownBy(() -> second.establish("twin", "twin-1", Duration.ofMillis(50)))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
                .hasMessageContaining("twin-1 is held by another live process");
    }

    @Test
    void aRestartWaitsForTheSessionOfTheOneThatWasKilled() throws Exception {
        Registry killed = aRegistry();
        killed.establish("waiting", "waiting-1");
        Registry restarted = aRegistry();
        CompletableFuture<Identity> second = CompletableFuture.supplyAsync(() -> {
            try {
                return restarted.establish("waiting", "waiting-1", Duration.ofSeconds(30));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        killed.close();

        assertThat(second.get(30, TimeUnit.SECONDS).name()).isEqualTo("waiting-1");
    }

    @Test
    void theHoldOfAProcessThatIsKnownToBeDeadIsTakenOverAtOnce() throws Exception {
        CuratorFramework client = aRegistry().client();
        String[] own = ProcessStamp.own().split("/", -1);
        String dead = own[0] + "/" + own[1] + "/" + own[2] + "/0";
        client.create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL)
                .forPath(
                        ZooKeeperPaths.holder("killed", "killed-1"),
                        ("{\"nonce\":\"x\",\"process\":\"" + dead + "\"}").getBytes(UTF_8));

        assertThat(aRegistry().establish("killed", "killed-1").name()).isEqualTo("killed-1");
    }

    @Test
    void aLostSessionLeadsToANewIncarnationOfWhichTheServiceIsToldBeforeOthersAre() throws Exception {
        Registry registry = aRegistry();
        Identity identity = registry.establish("phoenix", "phoenix-1");
        identity.announce(incarnation -> Registry.registration("phoenix", "phoenix-1", 7, incarnation));
        long first = identity.incarnation();
        CuratorFramework observer = aRegistry().client();
        BlockingQueue<Boolean> seenWhenTold = new LinkedBlockingQueue<>();
        identity.onReincarnation(incarnation -> seenWhenTold.add(isRegistered(observer, "phoenix", incarnation)));

        Sessions.expire(registry.client());

        assertThat(seenWhenTold.poll(30, TimeUnit.SECONDS)).isFalse();
        await().untilAsserted(() -> {
            assertThat(identity.incarnation()).isGreaterThan(first);
            assertThat(isRegistered(observer, "phoenix", identity.incarnation()))
                    .isTrue();
        });
        await().until(identity::established);
    }

    @Test
    void whoListensAfterAChangeOfIncarnationIsToldOfIt() throws Exception {
        Registry registry = aRegistry();
        Identity identity = registry.establish("late", "late-1");
        long first = identity.incarnation();
        Sessions.expire(registry.client());
        await().until(() -> identity.incarnation() > first);
        BlockingQueue<Long> told = new LinkedBlockingQueue<>();

        identity.onReincarnation(told::add);

        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(identity.incarnation());
    }

    @Test
    void oneWhoseNameWasTakenWhileItWasAwayIsNotRegisteredUntilTheOtherGoes() throws Exception {
        Registry paused = aRegistry();
        Identity identity = paused.establish("robbed", "robbed-1");
        identity.announce(incarnation -> Registry.registration("robbed", "robbed-1", 7, incarnation));
        CuratorFramework client = aRegistry().client();
        String holder = ZooKeeperPaths.holder("robbed", "robbed-1");
        client.delete().forPath(holder);
        client.create().withMode(CreateMode.EPHEMERAL).forPath(holder, "{}".getBytes(UTF_8));

        Sessions.expire(paused.client());

        await().until(() -> !identity.established());
        assertThat(isRegistered(client, "robbed", identity.incarnation())).isFalse();
        client.delete().forPath(holder);
        await().until(identity::established);
        assertThat(isRegistered(client, "robbed", identity.incarnation())).isTrue();
    }

    @Test
    void aZooKeeperThatLostItsDataHasItRegisteredAgain() throws Exception {
        Registry registry = aRegistry();
        Identity identity = registry.establish("emptied", "emptied-1");
        identity.announce(incarnation -> Registry.registration("emptied", "emptied-1", 7, incarnation));
        CuratorFramework client = aRegistry().client();
        client.delete().deletingChildrenIfNeeded().forPath(ZooKeeperPaths.names("emptied"));
        client.delete().deletingChildrenIfNeeded().forPath(ZooKeeperPaths.members("emptied"));

        Sessions.expire(registry.client());

        await().until(() -> isRegistered(client, "emptied", identity.incarnation()));
        assertThat(client.checkExists().forPath(ZooKeeperPaths.holder("emptied", "emptied-1")))
                .isNotNull();
    }

    @Test
    void oneThatLeavesIsNotRegisteredAnyMoreAndGivesItsNameFree() throws Exception {
        Registry registry = aRegistry();
        Identity identity = registry.establish("leaving", "leaving-1");
        identity.announce(incarnation -> Registry.registration("leaving", "leaving-1", 7, incarnation));

        identity.close();

        CuratorFramework observer = aRegistry().client();
        assertThat(observer.checkExists().forPath(ZooKeeperPaths.member("leaving", "leaving-1")))
                .isNull();
        assertThat(aRegistry().establish("leaving", "leaving-1").incarnation()).isGreaterThan(identity.incarnation());
    }

    @Test
    void whatADeadProcessLeftUnderItsNameIsReplaced() throws Exception {
        CuratorFramework dead = aRegistry().client();
        String path = ZooKeeperPaths.member("heir", "heir-1");
        dead.create().creatingParentsIfNeeded().withMode(CreateMode.EPHEMERAL).forPath(path, "{}".getBytes(UTF_8));
        Identity identity = aRegistry().establish("heir", "heir-1");

        identity.announce(incarnation -> Registry.registration("heir", "heir-1", 7, incarnation));

        assertThat(isRegistered(dead, "heir", identity.incarnation())).isTrue();
        assertThat(dead.checkExists().forPath(path).getEphemeralOwner())
                .isNotEqualTo(dead.getZookeeperClient().getZooKeeper().getSessionId());
    }

    @Test
    void itIsAdvertisedOnce() throws Exception {
        Identity identity = aRegistry().establish("once", "once-1");
        identity.announce(incarnation -> Registry.registration("once", "once-1", 7, incarnation));
        assertThatThrownBy(
                        () -> identity.announce(incarnation -> Registry.registration("once", "once-1", 8, incarnation)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRegistrationReadsBackAndPassesOverFieldsOfANewerRelease() throws Exception {
        Registration written = Registry.registration("room", "room-1", 7, 9);
        assertThat(Registration.fromJson("room", "room-1", written.toJson())).isEqualTo(written);

        byte[] newer = written.toTree().put("colour", "red").toString().getBytes(UTF_8);
        assertThat(Registration.fromJson("room", "room-1", newer)).isEqualTo(written);
    }

    private Registry aRegistry() {
        Registry registry = new Registry(zooKeeper.connectString());
        registries.add(registry);
        return registry;
    }

    private static boolean isRegistered(CuratorFramework client, String service, long incarnation) {
        try {
            String name = service + "-1";
            byte[] data = client.getData().forPath(ZooKeeperPaths.member(service, name));
            return Registration.fromJson(service, name, data).incarnation() == incarnation;
        } catch (KeeperException.NoNodeException e) {
            return false;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
