package io.hawser.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.registry.Registration;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.stores.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** Hosts of {@link Echo} on a real ZooKeeper, which are stopped after each test. */
abstract class EchoOnZooKeeper {
    static EmbeddedZooKeeper zooKeeper;
    static CuratorFramework client;

    final HttpClient http = HttpClient.newHttpClient();
    private final Deque<Started> running = new ArrayDeque<>();
    String service = "";

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
        running.forEach(started -> started.echo().letDrainEnd());
        running.forEach(started -> started.host().close());
    }

    HostSettings settings() {
        return HostSettings.of(service, zooKeeper.connectString()).withDrainTimeout(Duration.ofSeconds(20));
    }

    record Started(ServiceHost<EchoConfig> host, ServiceContext<EchoConfig> context, Echo echo) {}

    Started start(HostSettings settings) {
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

    static StartException fail(HostSettings settings) {
        return catchThrowableOfType(
                StartException.class, () -> ServiceHost.start(settings, EchoConfig.class, Echo::start));
    }

    static void configure(String path, String yaml) throws Exception {
        client.create().orSetData().creatingParentsIfNeeded().forPath(path, yaml.getBytes(UTF_8));
    }

    Registration registered(String name) throws Exception {
        return Registration.fromJson(service, name, client.getData().forPath(ZooKeeperPaths.member(service, name)));
    }

    JsonNode json(Started started, String path) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(get(started, path).body());
    }

    HttpResponse<String> get(Started started, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(started, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    static URI uri(Started started, String path) {
        return URI.create("http://127.0.0.1:" + started.host().adminPort() + path);
    }
}
