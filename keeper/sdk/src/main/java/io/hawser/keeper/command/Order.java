package io.hawser.keeper.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One order to one life of an instance, with what became of it: all that stands in its node.
 *
 * @param kind {@link #DRAIN}, {@link #LOG_LEVEL} or {@link #PROFILE}; an instance refuses what it does not know
 * @param by who gives it, as that person's command says: not proved
 * @param incarnation the life that is meant: a process that started since does not heed it
 * @param arguments of the kind
 * @param said in words, what became of it
 * @param result of the kind, once it is done
 */
public record Order(
        String kind, String by, long incarnation, ObjectNode arguments, State state, String said, ObjectNode result) {
    public static final String DRAIN = "drain";
    public static final String LOG_LEVEL = "loglevel";
    public static final String PROFILE = "profile";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What becomes of an order, in this order; one of the last two ends it. */
    public enum State {
        ASKED,
        ACCEPTED,
        DONE,
        REFUSED;

        public boolean isEnd() {
            return this == DONE || this == REFUSED;
        }
    }

    public Order {
        // It is logged, and whoever writes to ZooKeeper may write anything there.
        by = by.replaceAll("\\p{Cntrl}", "?");
    }

    public static Order ask(String kind, String by, long incarnation, ObjectNode arguments) {
        return new Order(kind, by, incarnation, arguments, State.ASKED, "", JsonNodeFactory.instance.objectNode());
    }

    Order answered(State next, String words, ObjectNode with) {
        return new Order(kind, by, incarnation, arguments, next, words, with);
    }

    public byte[] toJson() {
        ObjectNode tree = JSON.createObjectNode()
                .put("kind", kind)
                .put("by", by)
                .put("incarnation", incarnation)
                .put("state", state.name().toLowerCase(Locale.ROOT))
                .put("said", said);
        tree.set("arguments", arguments);
        tree.set("result", result);
        return tree.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a node.
     *
     * @throws IOException when it is no order
     */
    public static Order fromJson(byte[] data) throws IOException {
        JsonNode tree = JSON.readTree(data);
        try {
            return new Order(
                    tree.path("kind").asText(),
                    tree.path("by").asText(),
                    tree.path("incarnation").asLong(),
                    object(tree.path("arguments")),
                    State.valueOf(tree.path("state").asText().toUpperCase(Locale.ROOT)),
                    tree.path("said").asText(),
                    object(tree.path("result")));
        } catch (IllegalArgumentException e) {
            throw new IOException("state: " + tree.path("state") + " (expected: one of an order)", e);
        }
    }

    private static ObjectNode object(JsonNode tree) {
        return tree instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }
}
