package io.hawser.keeper.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/** An answer: an HTTP status, a content type and a body. */
public record Page(int status, String contentType, String body) {
    public static Page json(int status, JsonNode body) {
        return new Page(status, "application/json", body.toPrettyString() + "\n");
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
