package io.hawser.bench.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.measure.BenchException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The API as JSON over HTTP. */
public final class JsonApi implements Api {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int OK = 200;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder().build();
    private final String base;
    private final String apiKey;

    public JsonApi(URI center, String app, String apiKey) {
        this.base = center + "/v1/apps/" + app;
        this.apiKey = apiKey;
    }

    @Override
    public CompletableFuture<Integer> send(List<String> users, byte[] body) {
        if (users.size() == 1) {
            Map<String, Object> target = Map.of("user", users.getFirst());
            return post("/messages:send", Map.of("target", target, "qos", "DURABLE", "data", body))
                    .thenApply(accepted -> 1);
        }
        return post("/messages:batchSend", Map.of("users", users, "qos", "DURABLE", "data", body))
                .thenApply(JsonApi::accepted);
    }

    @Override
    public CompletableFuture<String> token(String user) {
        return post("/tokens:issue", Map.of("user", user))
                .thenApply(issued -> issued.path("token").asText());
    }

    @Override
    public void close() {
        http.close();
    }

    private static int accepted(JsonNode response) {
        int accepted = 0;
        for (JsonNode result : response.path("results")) {
            accepted += result.has("sent") ? 1 : 0;
        }
        return accepted;
    }

    private CompletableFuture<JsonNode> post(String path, Map<String, Object> document) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("authorization", "Bearer " + apiKey)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofByteArray(encoded(document)))
                .build();
        return http.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(this::document);
    }

    private byte[] encoded(Map<String, Object> document) {
        try {
            return json.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a document is maps, lists, text and bytes", e);
        }
    }

    private JsonNode document(HttpResponse<byte[]> response) {
        try {
            JsonNode document = json.readTree(response.body());
            if (response.statusCode() == OK && document != null) {
                return document;
            }
            throw new BenchException("the center refused: HTTP " + response.statusCode() + " " + document);
        } catch (java.io.IOException e) {
            throw new BenchException("the center answered HTTP " + response.statusCode() + " without JSON", e);
        }
    }
}
