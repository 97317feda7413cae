package io.hawser.bench.chaos.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.hawser.bench.measure.BenchException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The API as JSON over HTTP, by the centers in turn. For any number of threads, which it blocks.
 */
public final class Center implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    /** A saver that does not answer is told of within 5 s. */
    private static final Duration TIMEOUT = Duration.ofSeconds(7);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final List<String> centers;
    private final AtomicInteger asked = new AtomicInteger();

    /**
     * What a center said.
     *
     * @param status of HTTP; 0: nobody answered
     */
    public record Answer(int status, JsonNode body, String said) {
        private static final int TOO_MANY = 429;
        private static final String IN_NAME = "/messages/";
        private static final String SPOOLED = "SPOOLED";

        public boolean isAccepted() {
            return status >= 200 && status < 300;
        }

        /** Whether it says that it was not accepted. */
        public boolean isRefused() {
            return status >= 400 && status < 500;
        }

        /** Whether it says that the same may be accepted later. */
        boolean isTooEarly() {
            return status == TOO_MANY;
        }

        /** Whether it was accepted by a saver's spool, and is in no mailbox yet. */
        boolean isSpooled() {
            return isAccepted() && body.path("durability").asText().equals(SPOOLED);
        }

        /** Of the message that was sent, as its name says; 0: it says none. */
        long seq() {
            String name = body.path("name").asText();
            int at = name.lastIndexOf(IN_NAME);
            return at < 0 ? 0 : Long.parseLong(name.substring(at + IN_NAME.length()));
        }

        @Override
        public String toString() {
            return (status == 0 ? "no answer: " : "HTTP " + status + " ") + said;
        }
    }

    /** @param centers base URLs */
    public Center(List<String> centers) {
        this.centers = List.copyOf(centers);
    }

    public Answer post(String key, String path, Map<String, Object> document) {
        try {
            return ask(key, path, BodyPublishers.ofByteArray(json.writeValueAsBytes(document)), "POST");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a document is maps, lists, text and numbers", e);
        }
    }

    public Answer get(String key, String path) {
        return ask(key, path, BodyPublishers.noBody(), "GET");
    }

    private Answer ask(String key, String path, HttpRequest.BodyPublisher body, String method) {
        String center = centers.get(Math.floorMod(asked.getAndIncrement(), centers.size()));
        HttpRequest request = HttpRequest.newBuilder(URI.create(center + path))
                .timeout(TIMEOUT)
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .method(method, body)
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return answer(response);
        } catch (IOException e) {
            return new Answer(0, MissingNode.getInstance(), center + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private Answer answer(HttpResponse<String> response) {
        try {
            return new Answer(response.statusCode(), json.readTree(response.body()), response.body());
        } catch (JsonProcessingException notJson) {
            return new Answer(response.statusCode(), MissingNode.getInstance(), response.body());
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
