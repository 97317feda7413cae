package io.hawser.coordinator.webhook;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

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
     * Reads {@code {"reply":{"text"|"data":…,"headers":{…},"ttl_seconds":…}}}.
     *
     * @throws IllegalArgumentException where the answer is none
     */
    static Reply of(byte[] answer) {
        if (answer.length == 0) {
            throw new IllegalArgumentException("answer: empty (expected: a reply)");
        }
        JsonNode reply = tree(answer).path("reply");
        if (!reply.isObject()) {
            throw new IllegalArgumentException("reply: none (expected: an object)");
        }
        boolean text = reply.path("text").isTextual();
        if (text == reply.path("data").isTextual()) {
            throw new IllegalArgumentException("reply: (expected: either text or data, a string)");
        }
        ByteString body = text
                ? ByteString.copyFromUtf8(reply.path("text").textValue())
                : data(reply.path("data").textValue());
        return new Reply(body, text, headers(reply.path("headers")), ttl(reply.path("ttl_seconds")));
    }

    private static ByteString data(String base64) {
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("reply.data: " + e.getMessage() + " (expected: base64)", e);
        }
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
