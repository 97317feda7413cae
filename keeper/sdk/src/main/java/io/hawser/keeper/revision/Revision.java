package io.hawser.keeper.revision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;

/**
 * What someone wrote for a scope, once and for all: it is never changed, only pruned. Its node holds a line of JSON, and
 * below it the text as it was given.
 *
 * @param number 1 for the first of a scope; 0 stands for "nothing is configured", which has no node
 * @param author who wrote it, as that person's command says: not proved
 * @param message why, as given
 * @param base which revision held when it was written: where a rollback goes
 * @param yaml the text as given
 */
public record Revision(int number, String author, Instant at, String message, int base, String yaml) {
    /** The number of "nothing is configured". */
    public static final int NOTHING = 0;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HASH_DIGITS = 12;

    public static Revision nothing() {
        return new Revision(NOTHING, "", Instant.EPOCH, "nothing is configured", NOTHING, "");
    }

    /** Returns the first 12 hexadecimal digits of the text's SHA-256: equal texts have equal ones. */
    public String hash() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(yaml.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns all but the text. */
    public ObjectNode toTree() {
        return JSON.createObjectNode()
                .put("number", number)
                .put("author", author)
                .put("at", at.toString())
                .put("message", message)
                .put("base", base)
                .put("hash", hash());
    }

    byte[] toBytes() {
        return (toTree() + "\n" + yaml).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a node.
     *
     * @throws IOException when it is no revision, or its text is not the one that was written
     */
    static Revision fromBytes(byte[] data) throws IOException {
        String text = new String(data, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (end < 0) {
            throw new IOException("no line of JSON (expected: one, and the text below it)");
        }
        JsonNode head = JSON.readTree(text.substring(0, end));
        Revision read = fromTree(head, text.substring(end + 1));
        String promised = head.path("hash").asText();
        if (!read.hash().equals(promised)) {
            throw new IOException("hash: " + read.hash() + " (expected: " + promised + ", as it was written)");
        }
        return read;
    }

    private static Revision fromTree(JsonNode head, String yaml) throws IOException {
        try {
            return new Revision(
                    head.path("number").asInt(),
                    head.path("author").asText(),
                    Instant.parse(head.path("at").asText()),
                    head.path("message").asText(),
                    head.path("base").asInt(),
                    yaml);
        } catch (DateTimeParseException e) {
            throw new IOException("at: " + head.path("at") + " (expected: a time)", e);
        }
    }
}
