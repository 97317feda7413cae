package io.hawser.keeper.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An answer: an HTTP status, a content type and a body. */
public record Page(int status, String contentType, Body body) {
    /** What is sent. */
    public sealed interface Body {
        long length() throws IOException;

        void writeTo(OutputStream out) throws IOException;
    }

    private record Text(String text) implements Body {
        @Override
        public long length() {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * A file.
     *
     * @param sent called once all of it has been sent
     */
    private record File(Path file, Runnable sent) implements Body {
        @Override
        public long length() throws IOException {
            return Files.size(file);
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            Files.copy(file, out);
            sent.run();
        }
    }

    public static Page text(int status, String contentType, String body) {
        return new Page(status, contentType, new Text(body));
    }

    public static Page json(int status, JsonNode body) {
        return text(status, "application/json", body.toPrettyString() + "\n");
    }

    /**
     * Sends a file.
     *
     * @param sent called once all of it has been sent
     */
    public static Page file(Path file, Runnable sent) {
        return new Page(200, "application/octet-stream", new File(file, sent));
    }
}
