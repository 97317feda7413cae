package io.hawser.standalone.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An app's back end that takes webhooks: checks each signature, writes down each call, and may be down. */
public final class BackEnd implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
    private final List<String> forgeries = Collections.synchronizedList(new ArrayList<>());
    private volatile byte[] secret = new byte[0];
    private volatile boolean down;
    private volatile Function<Call, String> reply = call -> "";

    /** One webhook, as it came and was taken. */
    public record Call(String id, JsonNode event) {
        public String type() {
            return event.path("type").asText();
        }

        public JsonNode data() {
            return event.path("data");
        }

        public String user() {
            return data().path("user").asText();
        }
    }

    private BackEnd(HttpServer server) {
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    public static BackEnd start() throws IOException {
        return new BackEnd(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200));
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks";
    }

    /** As the platform showed it once: {@code whsec_…}. */
    public void trust(String shown) {
        secret = Base64.getDecoder().decode(shown.substring("whsec_".length()));
    }

    /** What it answers to each call it takes, JSON. */
    public void answer(Function<Call, String> reply) {
        this.reply = reply;
    }

    /** From now on it refuses everything, or no more. */
    public void isDown(boolean down) {
        this.down = down;
    }

    /** Calls that were taken, in the order they came, repeats among them. */
    public List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    public List<Call> calls(String type) {
        return calls().stream().filter(call -> call.type().equals(type)).toList();
    }

    /** What came without a signature that is right. */
    public List<String> forgeries() {
        return List.copyOf(forgeries);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (down) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            String id = String.valueOf(exchange.getRequestHeaders().getFirst("webhook-id"));
            if (!isSigned(exchange, id, body)) {
                forgeries.add(id);
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            Call call = new Call(id, json.readTree(body));
            calls.add(call);
            byte[] answer = reply.apply(call).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    /** The Standard Webhooks specification: HMAC-SHA256 over {@code id.timestamp.body}. */
    private boolean isSigned(HttpExchange exchange, String id, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            String timestamp = exchange.getRequestHeaders().getFirst("webhook-timestamp");
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            String right = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
            return List.of(exchange.getRequestHeaders()
                            .getFirst("webhook-signature")
                            .split(" "))
                    .contains(right);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
