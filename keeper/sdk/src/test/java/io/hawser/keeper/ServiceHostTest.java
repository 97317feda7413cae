package io.hawser.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.config.Secret;
import io.hawser.keeper.registry.InstanceStatus;
import io.hawser.keeper.registry.Sessions;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.rpc.link.Peer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class ServiceHostTest extends EchoOnZooKeeper {
    @Test
    void aServiceIsReadyAndSeenByOthersOnceItServes() throws Exception {
        Started first = start(settings().withName("one"));
        Started second = start(settings().withName("two"));

        await().untilAsserted(
                        () -> assertThat(first.context().members(service).view().peers())
                                .extracting(Peer::name, Peer::port)
                                .containsExactly(
                                        Tuple.tuple("one", first.echo().port()),
                                        Tuple.tuple("two", second.echo().port())));
        assertThat(first.context().registrations(service))
                .allSatisfy(seen -> assertThat(seen.attributes()).containsEntry("clients", "127.0.0.1:5000"));
        assertThat(get(first, "/readyz").statusCode()).isEqualTo(200);
        assertThat(second.host().incarnation()).isGreaterThan(first.host().incarnation());
    }

    @Test
    void anAddressInUseKeepsItFromStarting() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertThat(fail(settings().with("link.port", port)).exitCode()).isEqualTo(ExitCode.ADDRESS_IN_USE);
            StartException admin = fail(settings().with("admin.port", port));
            assertThat(admin.exitCode()).isEqualTo(ExitCode.ADDRESS_IN_USE);
            assertThat(admin).hasMessageContaining("127.0.0.1:" + port);
        }
    }

    @Test
    void zooKeeperOutOfReachKeepsItFromStarting() {
        StartException failure = fail(HostSettings.of(service, "127.0.0.1:1")
                .withZooKeeper(new ZooKeeperSettings(
                        "127.0.0.1:1", Duration.ofSeconds(10), Duration.ofMillis(300), Secret.none())));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.ZOOKEEPER_UNREACHABLE);
        assertThat(failure).hasMessage("zookeeper: 127.0.0.1:1 does not answer (expected: within 300 ms)");
    }

    @Test
    void aNameThatALiveProcessHasKeepsItFromStarting() {
        start(settings().withName("one"));
        ZooKeeperSettings impatient = new ZooKeeperSettings(
                zooKeeper.connectString(), Duration.ofSeconds(1), Duration.ofSeconds(10), Secret.none());

        StartException failure = fail(settings().withName("one").withZooKeeper(impatient));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.NAME_IN_USE);
        assertThat(failure).hasMessageContaining("one is held by another live process");
    }

    @Test
    void aServiceThatCannotStartLeavesNothingBehind() throws Exception {
        StartException failure = catchThrowableOfType(
                StartException.class,
                () -> ServiceHost.start(settings().withName("one"), EchoConfig.class, context -> {
                    throw new IllegalStateException("no store");
                }));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.INTERNAL);
        assertThat(failure).hasMessage("no store");
        assertThat(client.checkExists().forPath(ZooKeeperPaths.holder(service, "one")))
                .isNull();
        start(settings().withName("one"));
    }

    @Test
    void aLostSessionGivesANewIncarnationAndANewRegistration() throws Exception {
        CuratorFramework own = ZooKeeperSession.client(ZooKeeperSettings.of(zooKeeper.connectString()));
        own.start();
        try {
            Started started = start(settings().withSharedClient(own).withName("one"));
            long before = started.host().incarnation();

            Sessions.expire(own);

            await().until(() -> started.host().incarnation() > before);
            await().until(() ->
                    registered("one").incarnation() == started.host().incarnation());
            assertThat(started.echo().events)
                    .containsExactly("incarnation " + started.host().incarnation());
            await().until(() -> status("one").incarnation() == started.host().incarnation());
            await().until(() -> get(started, "/readyz").statusCode() == 200);
            started.echo().letDrainEnd();
            started.host().close();
        } finally {
            own.close();
        }
    }

    @Test
    void stoppingItFirstLeavesThenDrainsThenCloses() throws Exception {
        Started started = start(settings().withName("one"));
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(started.host()::close);

        await().until(() -> started.echo().events.contains("drain"));
        assertThat(client.checkExists().forPath(ZooKeeperPaths.member(service, "one")))
                .isNull();
        assertThat(json(started, "/readyz").path("state").asText()).isEqualTo("draining");
        await().until(() -> status("one").state().equals("draining"));
        assertThat(get(started, "/readyz").statusCode()).isEqualTo(503);
        started.echo().letDrainEnd();

        stopped.get(30, TimeUnit.SECONDS);
        assertThat(started.echo().events).containsExactly("drain", "drained", "close");
        assertThat(client.checkExists().forPath(ZooKeeperPaths.holder(service, "one")))
                .isNull();
        assertThat(client.checkExists().forPath(ZooKeeperPaths.running(service, "one")))
                .isNull();
    }

    private InstanceStatus status(String name) throws Exception {
        return InstanceStatus.fromJson(client.getData().forPath(ZooKeeperPaths.running(service, name)));
    }

    @Test
    void aDrainEndsAtItsTimeout() {
        Started started = start(settings().withDrainTimeout(Duration.ofMillis(20)));
        started.host().close();
        assertThat(started.echo().events).containsExactly("drain", "drain timed out", "close");
    }
}
