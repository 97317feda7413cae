package io.hawser.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.keeper.config.Secret;
import io.hawser.keeper.registry.Registration;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.stores.EmbeddedZooKeeper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveConfigTest extends EchoOnZooKeeper {
    @TempDir
    private Path directory;

    @Test
    void theSourcesOfTheConfigurationAreMergedInTheirOrder() throws Exception {
        Path file = Files.writeString(directory.resolve("echo.yaml"), "zone: file\nvolume: 1\npatience: 1s");
        configure(ZooKeeperPaths.config(service), "volume: 2\npatience: 2s");
        configure(ZooKeeperPaths.config(service, "one"), "patience: 4s");

        EchoConfig config = start(
                        settings().withName("one").withConfigFile(file).with("link.host", "127.0.0.1"))
                .host()
                .config();

        assertThat(config.zone()).isEqualTo("file");
        assertThat(config.volume()).isEqualTo(2);
        assertThat(config.patience()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void aChangeInZooKeeperIsAppliedLive() throws Exception {
        Started started = start(settings().withName("one"));

        configure(ZooKeeperPaths.config(service), "volume: 7");
        await().until(() -> started.echo().events.contains("volume 7"));
        configure(ZooKeeperPaths.config(service, "one"), "volume: 8");
        await().until(() -> started.echo().events.contains("volume 8"));
        client.delete().forPath(ZooKeeperPaths.config(service, "one"));
        await().until(() -> started.echo().events.equals(List.of("volume 7", "volume 8", "volume 7")));
        assertThat(started.host().config().volume()).isEqualTo(7);
    }

    @Test
    void aChangeWhileTheServiceStartsIsNotMissed() throws Exception {
        AtomicReference<@Nullable Echo> made = new AtomicReference<>();
        HostSettings settings = settings().withDrainTimeout(Duration.ZERO);
        try (var _ = ServiceHost.start(settings, EchoConfig.class, context -> {
            assertThat(context.config().volume()).isEqualTo(5);
            configure(ZooKeeperPaths.config(service), "volume: 6");
            Echo echo = Echo.start(context);
            made.set(echo);
            return echo;
        })) {
            await().until(() -> Objects.requireNonNull(made.get()).events.contains("volume 6"));
        }
    }

    @Test
    void anInvalidRevisionIsRefusedAsAWholeAndTheLastGoodOneStays() throws Exception {
        Started started = start(settings());
        configure(ZooKeeperPaths.config(service), "volume: 7");
        await().until(() -> started.host().config().volume() == 7);

        configure(ZooKeeperPaths.config(service), "volume: 8\npatiense: 1s");

        await().untilAsserted(() -> assertThat(json(started, "/config").path("refused"))
                .singleElement()
                .extracting(JsonNode::asText)
                .isEqualTo("patiense: unknown key (did you mean patience?)"));
        assertThat(started.host().config().volume()).isEqualTo(7);
        assertThat(started.echo().events).containsExactly("volume 7");
        assertThat(get(started, "/readyz").statusCode()).isEqualTo(200);
        assertThat(json(started, "/readyz").path("checks").toString())
                .contains("\"detail\":\"patiense: unknown key (did you mean patience?)\"");
        assertThat(get(started, "/metrics").body())
                .contains("hawser_config_refused{service=\"" + service + "\"} 1.0")
                .contains("hawser_config_revisions_total{outcome=\"refused\",service=\"" + service + "\"} 1.0");

        configure(ZooKeeperPaths.config(service), "volume: 9");
        await().until(() -> started.host().config().volume() == 9);
        assertThat(json(started, "/config").path("refused")).isEmpty();
    }

    @Test
    void whatAPartOfTheServiceCannotTakeIsRefusedForAllParts() throws Exception {
        Started started = start(settings().withName("one"));
        started.context().onConfigChange(changed -> {
            if (changed.volume() == 8) {
                throw new IllegalStateException("too loud");
            }
        });

        configure(ZooKeeperPaths.config(service), "volume: 8\nzone: east");

        await().until(() -> started.echo().events.equals(List.of("volume 8", "volume 5")));
        assertThat(started.host().config().zone()).isEmpty();
        assertThat(json(started, "/config").path("refused").toString()).contains("too loud");
        configure(ZooKeeperPaths.config(service), "volume: 7");
        await().until(() -> started.host().config().volume() == 7);
        await().until(() -> json(started, "/config").path("refused").isEmpty());
    }

    @Test
    void whatIsMeantForTheClusterIsPassedOverWhereTheServiceHasNoSuchKey() throws Exception {
        configure(ZooKeeperPaths.config(), "zone: all\nsomebodyElses: 3");
        try {
            Started started = start(settings());
            assertThat(started.host().config().zone()).isEqualTo("all");
            configure(ZooKeeperPaths.config(), "link: {prot: 1}\nzone: none");
            await().untilAsserted(() -> assertThat(
                            json(started, "/config").path("refused").toString())
                    .contains("link.prot: unknown key (did you mean link.port?)"));
            assertThat(started.host().config().zone()).isEqualTo("all");
        } finally {
            configure(ZooKeeperPaths.config(), "");
        }
    }

    @Test
    void aPointerToWhatIsNotThereChangesNothingUntilItIs() throws Exception {
        Started started = start(settings().withName("one"));
        RevisionStore store = new RevisionStore(client, Clock.systemUTC());
        Scope scope = new Scope.Service(service);
        configure(ZooKeeperPaths.config(service), "{\"format\":1,\"last\":4,\"stable\":4}");
        configure(ZooKeeperPaths.config(service, "one"), "zone: seen");
        await().until(() -> started.host().config().zone().equals("seen"));
        assertThat(started.host().config().volume()).isEqualTo(5);

        store.apply(scope, store.read(scope), new RevisionStore.Draft("volume: 9", "me", "", 0), "apply");

        await().until(() -> started.host().config().volume() == 9);
        assertThat(get(started, "/metrics").body())
                .contains("hawser_config_revision{scope=\"service\",service=\"" + service + "\"} 5.0");
    }

    @Test
    void aConfigurationThatIsWrongKeepsItFromStarting() {
        StartException failure = fail(settings().with("link.prot", "1").with("volume", "12"));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(failure.getMessage()).isEqualTo("link.prot: unknown key (did you mean link.port?)");
    }

    @Test
    void whileZooKeeperIsAwayTheConfigurationServesOnAndIsFollowedAgainAfter() throws Exception {
        EmbeddedZooKeeper own = EmbeddedZooKeeper.start(directory, 0);
        int port = own.port();
        Started started = start(HostSettings.of(service, own.connectString()).with("volume", "1"));

        own.close();
        await().until(() -> !isOk(started, "zookeeper"));
        assertThat(started.host().config().volume()).isEqualTo(1);
        assertThat(get(started, "/readyz").statusCode()).isEqualTo(200);

        try (EmbeddedZooKeeper again = EmbeddedZooKeeper.start(directory, port);
                CuratorFramework operator = ZooKeeperSession.client(ZooKeeperSettings.of(again.connectString()))) {
            operator.start();
            operator.create()
                    .creatingParentsIfNeeded()
                    .forPath(ZooKeeperPaths.config(service), "zone: east".getBytes(UTF_8));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> started.host().config().zone().equals("east"));
            assertThat(started.host().incarnation()).isEqualTo(registeredIncarnation(operator));
            started.echo().letDrainEnd();
            started.host().close();
        }
    }

    @Test
    void withADigestNobodyElseReadsWhatItWrites() throws Exception {
        ZooKeeperSettings withDigest = new ZooKeeperSettings(
                zooKeeper.connectString(), Duration.ofSeconds(10), Duration.ofSeconds(10), Secret.of("hawser:pw"));
        try (CuratorFramework operator = ZooKeeperSession.client(withDigest)) {
            operator.start();
            operator.create()
                    .creatingParentsIfNeeded()
                    .forPath(ZooKeeperPaths.config(service), "volume: 9".getBytes(UTF_8));

            assertThat(start(settings().withZooKeeper(withDigest))
                            .host()
                            .config()
                            .volume())
                    .isEqualTo(9);
            assertThat(fail(settings()).getMessage()).contains("NoAuth");
        }
    }

    private boolean isOk(Started started, String check) throws Exception {
        for (JsonNode one : json(started, "/readyz").path("checks")) {
            if (one.path("name").asText().equals(check)) {
                return one.path("ok").asBoolean();
            }
        }
        throw new AssertionError("no check " + check);
    }

    private long registeredIncarnation(CuratorFramework by) throws Exception {
        String name = service + "-1";
        byte[] data = by.getData().forPath(ZooKeeperPaths.member(service, name));
        return Registration.fromJson(service, name, data).incarnation();
    }
}
