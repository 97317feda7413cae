package io.hawser.keeper.revision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which revision of a scope holds for whom. It is one node, changed as a whole over the version that was read: so every
 * act of an operator happens at once or not at all, and of two at the same time one is told.
 *
 * @param last the highest number given so far, whether it is still kept or not
 * @param stable what holds for all but the canary; {@link Revision#NOTHING} where nothing is configured
 * @param canary the revision on trial; null: none
 * @param lastAct what was done last: {@code apply}, {@code canary}, {@code promote}, {@code abort} or {@code rollback}
 * @param by who did it, and when: {@code ann@desk 2026-01-02T03:04:05Z}
 */
public record Pointer(int last, int stable, @Nullable Canary canary, String lastAct, String by) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** First in the node, so that a text that was written there by hand is told apart. */
    private static final String MARK = "{\"format\":1,";

    static Pointer nothing() {
        return new Pointer(0, Revision.NOTHING, null, "", "");
    }

    /** Returns the revision that an instance should run. */
    public int chosenFor(String service, String name) {
        Canary trial = canary;
        return trial != null && trial.has(service, name) ? trial.revision() : stable;
    }

    static boolean isPointer(String text) {
        return text.startsWith(MARK);
    }

    byte[] toBytes() {
        ObjectNode tree = JSON.createObjectNode()
                .put("format", 1)
                .put("last", last)
                .put("stable", stable)
                .put("lastAct", lastAct)
                .put("by", by);
        if (canary != null) {
            ObjectNode trial = tree.putObject("canary").put("revision", canary.revision());
            trial.put("asked", canary.asked());
            canary.members().forEach(trial.putArray("members")::add);
        }
        return tree.toString().getBytes(StandardCharsets.UTF_8);
    }

    static Pointer parse(String text) throws IOException {
        JsonNode tree = JSON.readTree(text);
        return new Pointer(
                tree.path("last").asInt(),
                tree.path("stable").asInt(),
                canary(tree.path("canary")),
                tree.path("lastAct").asText(),
                tree.path("by").asText());
    }

    private static @Nullable Canary canary(JsonNode tree) {
        if (!tree.isObject()) {
            return null;
        }
        List<String> members = new ArrayList<>();
        tree.path("members").forEach(member -> members.add(member.asText()));
        return new Canary(tree.path("revision").asInt(), tree.path("asked").asText(), members);
    }
}
