package io.hawser.coordinator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An app's back end: a real HTTP server that checks signatures, and answers as the test says. */
final class BackEnd implements AutoCloseable {
    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private volatile Behaviour behaviour = call -> new Answer(204, "");

    /** A callback as it came. */
    record Call(String path, String webhookId, boolean signed, String body, int status) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        JsonNode data() {
            return json().path("data");
        }

        /** {@code user/device#number}. */
        String uplink() {
            return data().path("user").asText() + "/" + data().path("device").asText() + "#"
                    + data().path("number").asLong();
        }
    }

    /** What is answered. */
    record Answer(int status, String body, String retryAfter) {
        Answer(int status, String body) {
            this(status, body, "");
        }
    }

    /** How it answers. */
    interface Behaviour {
        Answer to(Call call) throws IOException;
    }

    BackEnd() {
        this(0);
    }

    BackEnd(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 1_000);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/hook";
    }

    int port() {
        return server.getAddress().getPort();
    }

    void behave(Behaviour how) {
        behaviour = how;
    }

    /** All calls there were, refused ones too. */
    List<Call> calls() {
        return List.copyOf(calls);
    }

    /** What was taken, in the order in which it was. */
    List<Call> taken() {
        return calls.stream().filter(call -> call.status < 300).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Call call = new Call(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    isSigned(exchange, body),
                    new String(body, StandardCharsets.UTF_8),
                    0);
            Answer answer = behaviour.to(call);
            calls.add(new Call(call.path, call.webhookId, call.signed, call.body, answer.status));
            if (!answer.retryAfter.isEmpty()) {
                exchange.getResponseHeaders().add("retry-after", answer.retryAfter);
            }
            byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private static boolean isSigned(HttpExchange exchange, byte[] body) {
        String head = exchange.getRequestHeaders().getFirst("webhook-id") + "."
                + exchange.getRequestHeaders().getFirst("webhook-timestamp") + ".";
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret(), "HmacSHA256"));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
            return List.of(exchange.getRequestHeaders()
                            .getFirst("webhook-signature")
                            .split(" "))
                    .contains(expected);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] secret() {
        return Base64.getDecoder().decode(SECRET.substring("whsec_".length()));
    }
}
