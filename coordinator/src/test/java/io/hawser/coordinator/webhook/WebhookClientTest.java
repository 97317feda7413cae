package io.hawser.coordinator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.ClientFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.hawser.keeper.config.ByteSize;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One attempt, against real servers that answer in every way. */
class WebhookClientTest {
    private static final String PASSWORD = "changeit";
    private static final Outcome NOTHING = Outcome.Delivered.without("answer: empty (expected: a reply)");
    private static final Webhook WEBHOOK =
            new Webhook("msg_1", ByteString.copyFromUtf8("{}"), List.of(ByteString.copyFromUtf8("secret")), 0);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server = server();
    private final AtomicInteger requests = new AtomicInteger();
    private WebhookSettings settings = settings();
    private final WebhookClient client = new WebhookClient(() -> settings, Clock.systemUTC());

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void anyTwoHundredIsDelivered() throws Exception {
        assertThat(answered(200, "ok")).isInstanceOf(Outcome.Delivered.class);
        assertThat(answered(204, "")).isEqualTo(NOTHING);
    }

    @Test
    void aReplyIsRead() throws Exception {
        assertThat(answered(200, "{\"reply\":{\"data\":\"AQI=\",\"ttl_seconds\":60,\"headers\":{\"a\":\"b\"}}}"))
                .isEqualTo(Outcome.Delivered.with(
                        new Reply(ByteString.copyFrom(new byte[] {1, 2}), false, Map.of("a", "b"), 60)));
    }

    @Test
    void anAnswerThatIsNoReplySaysWhy() throws Exception {
        Map.of(
                        "ok",
                        "answer: not JSON: Unrecognized token 'ok'",
                        "{}",
                        "reply: none (expected: an object)",
                        "[]",
                        "reply: none (expected: an object)",
                        "{\"reply\":7}",
                        "reply: none (expected: an object)",
                        "{\"reply\":{}}",
                        "reply: (expected: either text or data, a string)",
                        "{\"reply\":{\"text\":\"a\",\"data\":\"AQI=\"}}",
                        "reply: (expected: either text or data",
                        "{\"reply\":{\"data\":\"?\"}}",
                        "reply.data: ",
                        "{\"reply\":{\"text\":\"a\",\"ttl_seconds\":-1}}",
                        "reply.ttl_seconds: -1 (expected: 0 to",
                        "{\"reply\":",
                        "answer: not JSON: ",
                        "{\"reply\":{\"text\":\"" + "x".repeat(5_000) + "\"}}",
                        "answer: too long (expected: at most 4KiB)")
                .forEach((answer, why) -> assertThat(answered(200, answer))
                        .isInstanceOfSatisfying(Outcome.Delivered.class, outcome -> {
                            assertThat(outcome.reply()).isNull();
                            assertThat(outcome.noReply()).startsWith(why);
                        }));
    }

    @Test
    void onceItIsClosedNothingIsReachable() throws Exception {
        client.close();
        assertThat(client.post(url(), WEBHOOK)).isEqualTo(new Outcome.Unreachable("the coordinator is closing"));
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
    void thisMachineIsNotCalledUnlessItIsAllowed() throws Exception {
        settings = WebhookSettings.defaults();
        for (String host : List.of("127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]")) {
            assertThat(client.post("http://" + host + ":" + server.getAddress().getPort() + "/", WEBHOOK))
                    .isInstanceOfSatisfying(
                            Outcome.Unreachable.class,
                            outcome -> assertThat(outcome.detail())
                                    .startsWith("PERMISSION_DENIED: ")
                                    .endsWith(" (expected: an address outside of webhooks.deniedNetworks)"));
        }
        assertThat(requests).hasValue(0);
    }

    @Test
    void aNameIsLookedUpOnceAndItsNextAnswerIsCheckedTooWhateverIsStillOpen() throws Exception {
        Deque<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "127.0.0.2"));
        Queue<String> hosts = new ConcurrentLinkedQueue<>();
        settings = settings(List.of("127.0.0.2"), List.of());
        server.createContext("/", exchange -> {
            try (exchange) {
                hosts.add(exchange.getRequestHeaders().getFirst("host"));
                exchange.sendResponseHeaders(204, -1);
            }
        });
        String url = "http://back.test:" + server.getAddress().getPort() + "/hook";

        try (WebhookClient changing = client(settings, host -> literal(answers.remove()))) {
            assertThat(changing.post(url, WEBHOOK)).isEqualTo(NOTHING);
            assertThat(changing.post(url, WEBHOOK))
                    .isEqualTo(new Outcome.Unreachable("PERMISSION_DENIED: back.test: 127.0.0.2"
                            + " (expected: an address outside of webhooks.deniedNetworks)"));
        }

        assertThat(answers).isEmpty();
        assertThat(hosts).containsExactly("back.test:" + server.getAddress().getPort());
    }

    @Test
    void oneAddressThatIsDeniedDeniesTheName() throws Exception {
        settings = settings(List.of("127.0.0.2"), List.of());
        try (WebhookClient mixed = client(settings, host -> literal("127.0.0.1", "127.0.0.2"))) {
            assertThat(mixed.post(url().replace("127.0.0.1", "back.test"), WEBHOOK))
                    .isInstanceOf(Outcome.Unreachable.class);
        }
        assertThat(requests).hasValue(0);
    }

    @Test
    void theNextAddressOfANameIsTriedWhereNobodyIsAtTheFirst() throws Exception {
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(204, -1);
            }
        });
        try (WebhookClient both = client(settings, host -> literal("127.0.0.3", "127.0.0.1"))) {
            assertThat(both.post(url().replace("127.0.0.1", "back.test"), WEBHOOK))
                    .isEqualTo(NOTHING);
        }
    }

    @Test
    void aCertificateIsCheckedByTheNameThoughTheAddressIsGiven(@TempDir Path directory) throws Exception {
        KeyStore keys = certificate(directory.resolve("back.p12"), "back.test");
        HttpsServer secure = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
        secure.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
        secure.setExecutor(threads);
        secure.createContext("/", exchange -> {
            try (exchange) {
                requests.incrementAndGet();
                exchange.sendResponseHeaders(204, -1);
            }
        });
        secure.start();
        ClientFactory trusting = WebhookClient.connections(settings)
                .tlsCustomizer(tls -> tls.trustManager((X509Certificate) certificateOf(keys)))
                .build();
        try (WebhookClient named =
                new WebhookClient(() -> settings, host -> literal("127.0.0.1"), trusting, Clock.systemUTC())) {
            String port = ":" + secure.getAddress().getPort() + "/";

            assertThat(named.post("https://back.test" + port, WEBHOOK)).isEqualTo(NOTHING);
            assertThat(named.post("https://other.test" + port, WEBHOOK)).isInstanceOf(Outcome.Unreachable.class);
            assertThat(client.post("https://127.0.0.1" + port, WEBHOOK)).isInstanceOf(Outcome.Unreachable.class);
            assertThat(requests).hasValue(1);
        } finally {
            secure.stop(0);
        }
    }

    @Test
    void whatIsDeniedByDefaultIsSoInWhateverFormItIsWritten() {
        DeniedNetworks denied = WebhookSettings.defaults().denied();
        for (String inside : List.of(
                "127.0.0.1",
                "0.0.0.0",
                "::",
                "::1",
                "169.254.169.254",
                "fe80::1",
                "febf::1",
                "fd00:ec2::254",
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "64:ff9b::169.254.169.254",
                "64:ff9b::7f00:1",
                "64:ff9b:1::169.254.169.254",
                "2002:a9fe:a9fe::1",
                "2002:7f00:1::",
                "2001:0:a9fe:a9fe::1",
                "2001:0:808:808:0:0:5601:5601")) {
            assertThat(denied.contain(InetAddress.ofLiteral(inside))).as(inside).isTrue();
        }
        for (String outside : List.of("8.8.8.8", "10.0.0.1", "fd00::1", "64:ff9b::8.8.8.8", "2002:808:808::1")) {
            assertThat(denied.contain(InetAddress.ofLiteral(outside)))
                    .as(outside)
                    .isFalse();
        }
    }

    @Test
    void networksAreComparedByTheirPrefix() throws Exception {
        DeniedNetworks denied =
                new DeniedNetworks(List.of("169.254.0.0/16", "fe80::/10", "10.1.2.128/25"), List.of("10.1.2.192/32"));
        for (String inside : List.of("169.254.169.254", "fe80::1", "febf::1", "10.1.2.200")) {
            assertThat(denied.contain(InetAddress.ofLiteral(inside))).as(inside).isTrue();
        }
        for (String outside : List.of("169.255.0.1", "fec0::1", "10.1.2.127", "::1", "10.1.2.192")) {
            assertThat(denied.contain(InetAddress.ofLiteral(outside)))
                    .as(outside)
                    .isFalse();
        }
        for (String wrong : List.of("10.0.0.0/33", "here", "10.0.0.0/x", "::/129")) {
            assertThatThrownBy(() -> new DeniedNetworks(List.of(), List.of(wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("allowedNetworks: " + wrong);
        }
    }

    private Outcome answered(int status, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return served(exchange -> {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        });
    }

    private Outcome served(HttpHandler handler) {
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            try (HttpExchange open = exchange) {
                open.getRequestBody().readAllBytes();
                handler.handle(open);
            }
        });
        try {
            return client.post(url(), WEBHOOK);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
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

    private WebhookClient client(WebhookSettings settings, Destinations.Names names) {
        return new WebhookClient(
                () -> settings, names, WebhookClient.connections(settings).build(), Clock.systemUTC());
    }

    private static InetAddress[] literal(String... addresses) {
        return Arrays.stream(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    private static KeyStore certificate(Path file, String host) throws Exception {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = List.of(
                keytool,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "back",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    private static Certificate certificateOf(KeyStore keys) {
        try {
            return keys.getCertificate("back");
        } catch (KeyStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext context(KeyStore keys) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** Back ends are on this machine. */
    static WebhookSettings settings() {
        return settings(WebhookSettings.defaults().deniedNetworks(), List.of("127.0.0.0/8"));
    }

    private static WebhookSettings settings(List<String> denied, List<String> allowed) {
        WebhookSettings normal = WebhookSettings.defaults();
        return new WebhookSettings(
                normal.connectTimeout(),
                normal.defaultTimeout(),
                normal.maxTimeout(),
                ByteSize.ofKibibytes(4),
                denied,
                allowed);
    }
}
