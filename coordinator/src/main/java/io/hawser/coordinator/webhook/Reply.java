package io.hawser.coordinator.webhook;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a back end answers to an uplink, for the client that sent it.
 *
 * @param body at most what an answer holds
 * @param text the body is text in UTF-8
 * @param headers of the message, sorted by name
 * @param ttlSeconds how long it is kept; 0: as the app's messages are
 */
public record Reply(ByteString body, boolean text, Map<String, String> headers, int ttlSeconds) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_TTL_SECONDS = 2_592_000;
    private static final int MAX_HEADERS = 15;

    /**
     * Reads {@code {"reply":{"text"|"data":…,"headers":{…},"ttl_seconds":…}}}; null: the answer holds no reply.
     *
     * @throws IllegalArgumentException where it means to be one and is not
     */
    static @Nullable Reply of(byte[] answer) {
        if (answer.length == 0 || answer[0] != '{') {
            return null;
        }
        JsonNode reply = tree(answer).path("reply");
        if (reply.isMissingNode() || reply.isNull()) {
            return null;
        }
        boolean text = reply.path("text").isTextual();
        if (text == reply.path("data").isTextual()) {
            throw new IllegalArgumentException("reply: (expected: either text or data, a string)");
        }
        ByteString body = text
                ? ByteString.copyFromUtf8(reply.path("text").textValue())
                : ByteString.copyFrom(
                        Base64.getDecoder().decode(reply.path("data").textValue()));
        return new Reply(body, text, headers(reply.path("headers")), ttl(reply.path("ttl_seconds")));
    }

    private static JsonNode tree(byte[] answer) {
        try {
            return JSON.readTree(answer);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("answer: not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("answer: not JSON", e);
        }
    }

    private static Map<String, String> headers(JsonNode given) {
        if (given.size() > MAX_HEADERS) {
            throw new IllegalArgumentException(
                    "reply.headers: " + given.size() + " (expected: at most " + MAX_HEADERS + ")");
        }
        Map<String, String> headers = new TreeMap<>();
        given.forEachEntry((name, value) -> headers.put(name, value.asText()));
        return headers;
    }

    private static int ttl(JsonNode given) {
        int seconds = given.asInt(0);
        if (seconds < 0 || seconds > MAX_TTL_SECONDS) {
            throw new IllegalArgumentException(
                    "reply.ttl_seconds: " + seconds + " (expected: 0 to " + MAX_TTL_SECONDS + ")");
        }
        return seconds;
    }
}
