package io.hawser.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.config.Secret;
import io.hawser.keeper.registry.Registration;
import io.hawser.keeper.registry.Sessions;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.rpc.link.Peer;
import io.hawser.stores.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class ServiceHostTest {
    private static EmbeddedZooKeeper zooKeeper;
    private static CuratorFramework client;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Deque<Started> running = new ArrayDeque<>();
    private String service = "";

    @TempDir
    private Path directory;

    @BeforeAll
    static void startZooKeeper() {
        zooKeeper = EmbeddedZooKeeper.temporary();
        client = ZooKeeperSession.client(ZooKeeperSettings.of(zooKeeper.connectString()));
        client.start();
    }

    @AfterAll
    static void stopZooKeeper() {
        client.close();
        zooKeeper.close();
    }

    /** Each test has a kind of service to itself, and so nothing in common with the others. */
    @BeforeEach
    void nameService(TestInfo test) {
        service = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    }

    @AfterEach
    void closeAll() {
        running.forEach(started -> started.echo.letDrainEnd());
        running.forEach(started -> started.host.close());
    }

    @Test
    void aServiceIsReadyAndSeenByOthersOnceItServes() throws Exception {
        Started first = start(settings().withName("one"));
        Started second = start(settings().withName("two"));

        await().untilAsserted(() -> assertThat(
                        first.context.members(service).view().peers())
                .extracting(Peer::name, Peer::port)
                .containsExactly(Tuple.tuple("one", first.echo.port()), Tuple.tuple("two", second.echo.port())));
        assertThat(first.context.registrations(service))
                .allSatisfy(seen -> assertThat(seen.attributes()).containsEntry("clients", "127.0.0.1:5000"));
        assertThat(get(first, "/readyz").statusCode()).isEqualTo(200);
        assertThat(second.host.incarnation()).isGreaterThan(first.host.incarnation());
    }

    @Test
    void theAdminPagesTellWhatItIsAndHowItIs() throws Exception {
        Started started = start(settings().withName("one").with("password", "hunter2"));

        assertThat(json(started, "/livez").path("live").asBoolean()).isTrue();
        JsonNode info = json(started, "/info");
        assertThat(info.path("service").asText()).isEqualTo(service);
        assertThat(info.path("name").asText()).isEqualTo("one");
        assertThat(info.path("incarnation").asLong()).isEqualTo(started.host.incarnation());
        assertThat(info.path("state").asText()).isEqualTo("ready");
        assertThat(json(started, "/readyz").path("checks").findValuesAsText("name"))
                .containsExactly("configuration", "identity", "listening", "zookeeper");
        assertThat(get(started, "/metrics").body())
                .contains("jvm_memory_used_bytes")
                .contains("hawser_zookeeper_connected{service=\"" + service + "\"} 1");
        assertThat(json(started, "/config").path("effective").path("password").asText())
                .isEqualTo("****");
        assertThat(get(started, "/config").body()).doesNotContain("hunter2");
    }

    @Test
    void anAdminRequestForSomethingElseIsRefused() throws Exception {
        Started started = start(settings());

        assertThat(get(started, "/etc/passwd").statusCode()).isEqualTo(404);
        assertThat(get(started, "/etc/passwd").body()).contains("expected: /config, /info, /livez, /metrics, /readyz");
        HttpRequest post = HttpRequest.newBuilder(uri(started, "/livez"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        assertThat(http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void aCheckThatFailsMakesItUnready() throws Exception {
        Started started = start(settings());
        started.echo.close();
        assertThat(get(started, "/readyz").statusCode()).isEqualTo(503);
        assertThat(get(started, "/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void theSourcesOfTheConfigurationAreMergedInTheirOrder() throws Exception {
        Path file = Files.writeString(directory.resolve("echo.yaml"), "zone: file\nvolume: 1\npatience: 1s");
        configure(ZooKeeperPaths.config(service), "volume: 2\npatience: 2s");
        configure(ZooKeeperPaths.config(service, "one"), "patience: 4s");

        EchoConfig config = start(
                        settings().withName("one").withConfigFile(file).with("link.host", "127.0.0.1"))
                .host
                .config();

        assertThat(config.zone()).isEqualTo("file");
        assertThat(config.volume()).isEqualTo(2);
        assertThat(config.patience()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void aChangeInZooKeeperIsAppliedLive() throws Exception {
        Started started = start(settings().withName("one"));

        configure(ZooKeeperPaths.config(service), "volume: 7");
        await().until(() -> started.echo.events.contains("volume 7"));
        configure(ZooKeeperPaths.config(service, "one"), "volume: 8");
        await().until(() -> started.echo.events.contains("volume 8"));
        client.delete().forPath(ZooKeeperPaths.config(service, "one"));
        await().until(() -> started.echo.events.equals(List.of("volume 7", "volume 8", "volume 7")));
        assertThat(started.host.config().volume()).isEqualTo(7);
    }

    @Test
    void anInvalidRevisionIsRefusedAsAWholeAndTheLastGoodOneStays() throws Exception {
        Started started = start(settings());
        configure(ZooKeeperPaths.config(service), "volume: 7");
        await().until(() -> started.host.config().volume() == 7);

        configure(ZooKeeperPaths.config(service), "volume: 8\npatiense: 1s");

        await().untilAsserted(() -> assertThat(json(started, "/config").path("refused"))
                .singleElement()
                .extracting(JsonNode::asText)
                .isEqualTo("patiense: unknown key (did you mean patience?)"));
        assertThat(started.host.config().volume()).isEqualTo(7);
        assertThat(started.echo.events).containsExactly("volume 7");
        assertThat(get(started, "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(started, "/metrics").body())
                .contains("hawser_config_revisions_total{outcome=\"refused\",service=\"" + service + "\"} 1.0");

        configure(ZooKeeperPaths.config(service), "volume: 9");
        await().until(() -> started.host.config().volume() == 9);
        assertThat(json(started, "/config").path("refused")).isEmpty();
    }

    @Test
    void aConfigurationThatIsWrongKeepsItFromStarting() {
        StartException failure = fail(settings().with("link.prot", "1").with("volume", "12"));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(failure.getMessage()).isEqualTo("link.prot: unknown key (did you mean link.port?)");
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
            long before = started.host.incarnation();

            Sessions.expire(own);

            await().until(() -> started.host.incarnation() > before);
            await().until(() -> registered("one").incarnation() == started.host.incarnation());
            assertThat(started.echo.events).containsExactly("incarnation " + started.host.incarnation());
            await().until(() -> get(started, "/readyz").statusCode() == 200);
            started.echo.letDrainEnd();
            started.host.close();
        } finally {
            own.close();
        }
    }

    @Test
    void stoppingItFirstLeavesThenDrainsThenCloses() throws Exception {
        Started started = start(settings().withName("one"));
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(started.host::close);

        await().until(() -> started.echo.events.contains("drain"));
        assertThat(client.checkExists().forPath(ZooKeeperPaths.member(service, "one")))
                .isNull();
        assertThat(json(started, "/readyz").path("state").asText()).isEqualTo("draining");
        assertThat(get(started, "/readyz").statusCode()).isEqualTo(503);
        started.echo.letDrainEnd();

        stopped.get(30, TimeUnit.SECONDS);
        assertThat(started.echo.events).containsExactly("drain", "drained", "close");
        assertThat(client.checkExists().forPath(ZooKeeperPaths.holder(service, "one")))
                .isNull();
    }

    @Test
    void aDrainEndsAtItsTimeout() {
        Started started = start(settings().withDrainTimeout(Duration.ofMillis(20)));
        started.host.close();
        assertThat(started.echo.events).containsExactly("drain", "drain timed out", "close");
    }

    private HostSettings settings() {
        return HostSettings.of(service, zooKeeper.connectString()).withDrainTimeout(Duration.ofSeconds(20));
    }

    private record Started(ServiceHost<EchoConfig> host, ServiceContext<EchoConfig> context, Echo echo) {}

    private Started start(HostSettings settings) {
        AtomicReference<@Nullable ServiceContext<EchoConfig>> given = new AtomicReference<>();
        AtomicReference<@Nullable Echo> made = new AtomicReference<>();
        ServiceHost<EchoConfig> host = ServiceHost.start(settings, EchoConfig.class, context -> {
            Echo echo = Echo.start(context);
            given.set(context);
            made.set(echo);
            return echo;
        });
        Started started = new Started(host, Objects.requireNonNull(given.get()), Objects.requireNonNull(made.get()));
        running.push(started);
        return started;
    }

    private static StartException fail(HostSettings settings) {
        return catchThrowableOfType(
                StartException.class, () -> ServiceHost.start(settings, EchoConfig.class, Echo::start));
    }

    private static void configure(String path, String yaml) throws Exception {
        client.create().orSetData().creatingParentsIfNeeded().forPath(path, yaml.getBytes(UTF_8));
    }

    private Registration registered(String name) throws Exception {
        return Registration.fromJson(service, name, client.getData().forPath(ZooKeeperPaths.member(service, name)));
    }

    private JsonNode json(Started started, String path) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(get(started, path).body());
    }

    private HttpResponse<String> get(Started started, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(started, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(Started started, String path) {
        return URI.create("http://127.0.0.1:" + started.host.adminPort() + path);
    }
}
