package io.hawser.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.Advertisement;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.DispatcherGrpc;
import io.hawser.rpc.v1.RoomLoad;
import io.hawser.stores.EmbeddedZooKeeper;
import io.hawser.wire.v1.Addresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A dispatcher on real sockets, found through a real ZooKeeper, with a room written by hand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DispatcherTest {
    private static final String ADDRESS = "10.0.0.1:443";

    private final EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.temporary();
    private final CompletableFuture<ServiceContext<Nothing>> room = new CompletableFuture<>();
    private final ServiceHost<Nothing> roomHost = ServiceHost.start(settings("room"), Nothing.class, this::startRoom);
    private final ServiceHost<DispatcherConfig> dispatcher =
            ServiceHost.start(settings("dispatcher"), DispatcherConfig.class, Dispatcher::start);
    private final LinkClient dispatchers = new LinkClient(
            "room/room-1",
            "dispatcher",
            room.join().members("dispatcher"),
            LinkSettings.defaults(),
            new SimpleMeterRegistry());
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String url = "";

    /** A service that has nothing to configure. */
    record Nothing() {
        static Nothing defaults() {
            return new Nothing();
        }
    }

    @BeforeAll
    void awaitDispatcher() {
        await().until(() -> !room.join().registrations("dispatcher").isEmpty());
        url = Objects.requireNonNull(
                room.join().registrations("dispatcher").getFirst().attributes().get(Dispatcher.HTTP_ATTRIBUTE));
    }

    @AfterAll
    void stopAll() {
        dispatchers.close();
        dispatcher.close();
        roomHost.close();
        zooKeeper.close();
    }

    @Test
    void aRoomThatReportsIsTold() throws Exception {
        reportUntilTold();

        JsonNode json = json(get("/v1/addresses?app=demo&network=wifi&carrier=acme&failed=&count=3"));

        assertThat(json.get("rooms").get(0).asText()).isEqualTo(ADDRESS);
        assertThat(json.get("maxAgeSeconds").asInt()).isEqualTo(300);
        assertThat(json.get("zone").asText()).isEqualTo("z1");
    }

    @Test
    void aClientMayAskForProtobuf() throws Exception {
        reportUntilTold();

        HttpResponse<byte[]> answer = get("/v1/addresses?app=demo", "Accept", "application/x-protobuf");

        assertThat(answer.headers().firstValue("content-type")).hasValue("application/x-protobuf");
        Addresses addresses = Addresses.parseFrom(answer.body());
        assertThat(addresses.getRoomsList()).containsExactly(ADDRESS);
        assertThat(addresses.getZone()).isEqualTo("z1");
    }

    @Test
    void aRoomThatDrainsIsToldNoMore() throws Exception {
        reportUntilTold();

        await().untilAsserted(() -> {
            report(load().setDraining(true));
            HttpResponse<byte[]> answer = get("/v1/addresses?app=demo");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValueAsLong("retry-after")).isPresent();
            assertProblem(answer, 503, "UNAVAILABLE", "rooms: none takes clients now (expected: try again later)");
        });
    }

    @Test
    void whatIsWrongIsToldAsAProblem() throws Exception {
        assertProblem(get("/v1/addresses"), 400, "INVALID_ARGUMENT", "app: 0 bytes (expected: 1 to 64)");
        assertProblem(get("/v1/addresses?app=demo&count=99"), 400, "INVALID_ARGUMENT", "count: 99 (expected: 1 to 16)");
        assertProblem(
                get("/v1/addresses?app=demo&app=other"),
                400,
                "INVALID_ARGUMENT",
                "app: given 2 times (expected: once)");
        assertProblem(
                get("/v1/addresses?app=demo", "Accept", "text/html"),
                406,
                "INVALID_ARGUMENT",
                "Accept: (expected: application/json or application/x-protobuf)");
        assertProblem(get("/v1/addresses?app=%C3%28"), 400, "INVALID_ARGUMENT", null);
        assertProblem(get("/v2/nothing"), 404, "NOT_FOUND", null);
        assertProblem(send("POST", "/v1/addresses?app=demo"), 405, "UNIMPLEMENTED", "method: POST (expected: GET)");
        assertProblem(get("/v1/addresses?app=" + "x".repeat(5_000)), 414, "INVALID_ARGUMENT", null);
        assertProblem(get("/v1/addresses?app=demo", "X-Padding", "x".repeat(9_000)), 431, "INVALID_ARGUMENT", null);
    }

    @Test
    void aHeadIsAnsweredWithoutABody() throws Exception {
        reportUntilTold();

        HttpResponse<byte[]> answer = send("HEAD", "/v1/addresses?app=demo");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void aPageOfAnotherOriginMayAsk() throws Exception {
        HttpResponse<byte[]> answer = get("/v1/addresses?app=demo", "Origin", "https://example.com");

        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("*");
    }

    @Test
    void limitsHoldFromTheMomentTheyChangeAndPortsFromTheNextStart() throws Exception {
        reportUntilTold();
        configure("""
                addresses: {maxCount: 9}
                reports: {maxAge: 200ms, refreshEvery: 20ms}
                http: {maxConnections: 5}
                """);
        await().untilAsserted(() -> assertProblem(
                get("/v1/addresses?app=demo&count=10"), 400, "INVALID_ARGUMENT", "count: 10 (expected: 1 to 9)"));
        await().until(() -> get("/v1/addresses?app=demo").statusCode() == 503);
        await().untilAsserted(() -> assertThat(needRestart()).isEqualTo(1));

        configure("");
        await().untilAsserted(() -> assertThat(needRestart()).isZero());
        reportUntilTold();
        assertThat(get("/v1/addresses?app=demo&count=10").statusCode()).isEqualTo(200);
    }

    private void configure(String yaml) throws Exception {
        try (CuratorFramework operator = ZooKeeperSession.client(ZooKeeperSettings.of(zooKeeper.connectString()))) {
            operator.start();
            operator.create()
                    .orSetData()
                    .creatingParentsIfNeeded()
                    .forPath(ZooKeeperPaths.config("dispatcher"), yaml.getBytes(StandardCharsets.UTF_8));
        }
    }

    private double needRestart() {
        return dispatcher.meters().get("hawser.config.needs.restart").gauge().value();
    }

    private Service startRoom(ServiceContext<Nothing> context) {
        context.advertise(Advertisement.of("127.0.0.1", 1, "z1"));
        room.complete(context);
        return new Service() {
            @Override
            public void drain(Duration atMost) {}

            @Override
            public void close() {}
        };
    }

    private void reportUntilTold() {
        await().ignoreExceptions().until(() -> {
            report(load());
            return get("/v1/addresses?app=demo").statusCode() == 200;
        });
    }

    private RoomLoad.Builder load() {
        return RoomLoad.newBuilder()
                .setRoom("room-1")
                .setIncarnation(room.join().incarnation())
                .setZone("z1")
                .addAddresses(ADDRESS)
                .setConnections(1)
                .setMaxConnections(10);
    }

    private void report(RoomLoad.Builder load) {
        var _ = dispatchers
                .call(
                        Route.peer("dispatcher-1"),
                        DispatcherGrpc.getReportLoadMethod(),
                        load.build(),
                        "",
                        Duration.ofSeconds(5))
                .join();
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> send(String method, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonNode json(HttpResponse<byte[]> answer) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private static void assertProblem(HttpResponse<byte[]> answer, int status, String code, @Nullable String detail)
            throws IOException {
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).as(body).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
        JsonNode problem = new ObjectMapper().readTree(body);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("code").asText()).isEqualTo(code);
        if (detail != null) {
            assertThat(problem.get("detail").asText()).isEqualTo(detail);
        }
    }

    private HostSettings settings(String service) {
        return HostSettings.of(service, zooKeeper.connectString())
                .withName(service + "-1")
                .withDrainTimeout(Duration.ofMillis(100));
    }
}
