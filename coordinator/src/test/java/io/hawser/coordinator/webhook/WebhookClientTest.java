package io.hawser.coordinator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.hawser.keeper.config.ByteSize;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One attempt, against real servers that answer in every way. */
class WebhookClientTest {
    private static final Webhook WEBHOOK =
            new Webhook("msg_1", ByteString.copyFromUtf8("{}"), List.of(ByteString.copyFromUtf8("secret")), 0);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server = server();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicInteger requests = new AtomicInteger();
    private WebhookSettings settings = settings(List.of());
    private final WebhookClient client = new WebhookClient(() -> settings, Clock.systemUTC(), meters);

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void anyTwoHundredIsDelivered() throws Exception {
        assertThat(answered(200, "ok")).isEqualTo(new Outcome.Delivered(null));
        assertThat(answered(204, "")).isEqualTo(new Outcome.Delivered(null));
    }

    @Test
    void aReplyIsRead() throws Exception {
        assertThat(answered(200, "{\"reply\":{\"data\":\"AQI=\",\"ttl_seconds\":60,\"headers\":{\"a\":\"b\"}}}"))
                .isEqualTo(new Outcome.Delivered(
                        new Reply(ByteString.copyFrom(new byte[] {1, 2}), false, Map.of("a", "b"), 60)));
    }

    @Test
    void aReplyThatIsNoneIsIgnoredAndCounted() throws Exception {
        for (String answer : List.of(
                "{\"reply\":{}}",
                "{\"reply\":{\"text\":\"a\",\"data\":\"AQI=\"}}",
                "{\"reply\":{\"data\":\"?\"}}",
                "{\"reply\":{\"text\":\"a\",\"ttl_seconds\":-1}}",
                "{\"reply\":")) {
            assertThat(answered(200, answer)).isEqualTo(new Outcome.Delivered(null));
        }
        assertThat(meters.counter("hawser.coordinator.replies.ignored").count()).isEqualTo(5);
    }

    @Test
    void anAnswerIsReadUpToItsBound() throws Exception {
        assertThat(answered(200, "{\"reply\":{\"text\":\"" + "x".repeat(5_000) + "\"}}"))
                .isEqualTo(new Outcome.Delivered(null));
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        Outcome outcome = served(exchange -> {
            exchange.getResponseHeaders().add("location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });
        assertThat(outcome).isEqualTo(new Outcome.Refused("HTTP 302"));
        assertThat(requests).hasValue(1);
    }

    @Test
    void statusesAreWhatTheSpecificationSays() throws Exception {
        assertThat(answered(400, "")).isEqualTo(new Outcome.Refused("HTTP 400"));
        assertThat(answered(500, "")).isEqualTo(new Outcome.Failed("HTTP 500"));
        assertThat(answered(503, "")).isEqualTo(new Outcome.Failed("HTTP 503"));
        assertThat(answered(410, "")).isEqualTo(new Outcome.Gone("HTTP 410"));
        assertThat(answered(429, "")).isEqualTo(new Outcome.Throttled("HTTP 429", Duration.ZERO));
    }

    @Test
    void retryAfterIsHeard() throws Exception {
        Outcome outcome = served(exchange -> {
            exchange.getResponseHeaders().add("retry-after", "7");
            exchange.sendResponseHeaders(503, -1);
        });
        assertThat(outcome).isEqualTo(new Outcome.Throttled("HTTP 503", Duration.ofSeconds(7)));
        Instant now = Instant.parse("2026-11-21T08:00:00Z");
        assertThat(RetryAfter.of("Sat, 21 Nov 2026 08:00:30 GMT", now)).isEqualTo(Duration.ofSeconds(30));
        assertThat(RetryAfter.of("999999999999", now)).isEqualTo(Duration.ofHours(1));
        assertThat(RetryAfter.of("Sat, 21 Nov 2026 07:00:30 GMT", now)).isZero();
        assertThat(RetryAfter.of("soon", now)).isZero();
    }

    @Test
    void whoDoesNotAnswerInTimeHasFailed() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        server.createContext("/", exchange -> {
            try (exchange) {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Webhook hurried = new Webhook("msg_1", WEBHOOK.body(), WEBHOOK.secrets(), 200);
        assertThat(client.post(url(), hurried)).isEqualTo(new Outcome.Failed("no answer within 200 ms"));
        end.countDown();
    }

    @Test
    void whoIsNotThereIsUnreachable() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThat(client.post("http://127.0.0.1:" + port + "/", WEBHOOK)).isInstanceOf(Outcome.Unreachable.class);
        assertThat(client.post("http://no.such.host.invalid/", WEBHOOK)).isInstanceOf(Outcome.Unreachable.class);
        assertThat(client.post("ftp://127.0.0.1/", WEBHOOK)).isInstanceOf(Outcome.Unreachable.class);
        assertThat(client.post("no url at all", WEBHOOK)).isInstanceOf(Outcome.Unreachable.class);
    }

    @Test
    void aDeniedNetworkIsNotCalled() throws Exception {
        settings = settings(List.of("127.0.0.0/8"));
        assertThat(served(exchange -> exchange.sendResponseHeaders(204, -1)))
                .isEqualTo(
                        new Outcome.Unreachable("127.0.0.1: 127.0.0.1 is in a network that callbacks may not go to"));
        assertThat(requests).hasValue(0);
    }

    @Test
    void networksAreComparedByTheirPrefix() throws Exception {
        DeniedNetworks denied = new DeniedNetworks(List.of("169.254.0.0/16", "fe80::/10", "10.1.2.128/25"));
        for (String inside : List.of("169.254.169.254", "fe80::1", "febf::1", "10.1.2.200", "::ffff:169.254.1.1")) {
            assertThat(denied.contain(InetAddress.ofLiteral(inside))).as(inside).isTrue();
        }
        for (String outside : List.of("169.255.0.1", "fec0::1", "10.1.2.127", "::1")) {
            assertThat(denied.contain(InetAddress.ofLiteral(outside)))
                    .as(outside)
                    .isFalse();
        }
        for (String wrong : List.of("10.0.0.0/33", "here", "10.0.0.0/x", "::/129")) {
            assertThatThrownBy(() -> new DeniedNetworks(List.of(wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong);
        }
    }

    private Outcome answered(int status, String body) throws Exception {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return served(exchange -> {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        });
    }

    private Outcome served(HttpHandler handler) throws InterruptedException {
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            try (HttpExchange open = exchange) {
                open.getRequestBody().readAllBytes();
                handler.handle(open);
            }
        });
        try {
            return client.post(url(), WEBHOOK);
        } finally {
            server.removeContext("/");
        }
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private HttpServer server() {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
            started.setExecutor(threads);
            started.start();
            return started;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static WebhookSettings settings(List<String> denied) {
        WebhookSettings normal = WebhookSettings.defaults();
        return new WebhookSettings(
                normal.connectTimeout(), normal.defaultTimeout(), normal.maxTimeout(), ByteSize.ofKibibytes(4), denied);
    }
}
