package io.hawser.keeper.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an instance says to operators of how it is, in an ephemeral node of its own: from ready to stopped, also while it
 * drains and others no longer see it. Scopes are called {@code cluster}, {@code service} and {@code instance}.
 *
 * @param state {@code starting}, {@code ready} or {@code draining}
 * @param adminHost where its admin pages are reached; loopback unless its configuration says otherwise
 * @param startedAt by the process's wall clock
 * @param version of the build
 * @param running the number of the revision in force, by scope
 * @param onTrial the scopes whose revision in force is a canary
 * @param refused the number of the revision that it was meant to run and refused, by scope
 * @param why what is wrong with that, bounded; empty: nothing is refused
 * @param needRestart how many keys were changed that hold from the next start on
 * @param remarks what the service says of itself, by what it is about: {@code overload}, {@code level 2 (heap 87 %)}
 */
public record InstanceStatus(
        String service,
        String name,
        long incarnation,
        String state,
        String adminHost,
        int adminPort,
        Instant startedAt,
        String version,
        Map<String, Integer> running,
        Set<String> onTrial,
        Map<String, Integer> refused,
        List<String> why,
        int needRestart,
        Map<String, String> remarks) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_LINES = 20;
    private static final int LONGEST_LINE = 500;

    public InstanceStatus {
        running = Map.copyOf(running);
        onTrial = Set.copyOf(onTrial);
        remarks = Map.copyOf(remarks);
        refused = Map.copyOf(refused);
        why = why.stream()
                .limit(MOST_LINES)
                .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line)
                .toList();
    }

    public ObjectNode toTree() {
        ObjectNode tree = JSON.createObjectNode()
                .put("service", service)
                .put("name", name)
                .put("incarnation", incarnation)
                .put("state", state)
                .put("adminHost", adminHost)
                .put("adminPort", adminPort)
                .put("startedAt", startedAt.toString())
                .put("version", version)
                .put("needRestart", needRestart);
        ObjectNode numbers = tree.putObject("running");
        new TreeMap<>(running).forEach(numbers::put);
        new TreeSet<>(onTrial).forEach(tree.putArray("onTrial")::add);
        ObjectNode turnedDown = tree.putObject("refused");
        new TreeMap<>(refused).forEach(turnedDown::put);
        why.forEach(tree.putArray("why")::add);
        ObjectNode said = tree.putObject("remarks");
        new TreeMap<>(remarks).forEach(said::put);
        return tree;
    }

    public byte[] toJson() {
        return toTree().toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a node. Fields that are not known here are passed over, absent ones are empty.
     *
     * @throws IOException when it is no such JSON
     */
    public static InstanceStatus fromJson(byte[] data) throws IOException {
        JsonNode tree = JSON.readTree(data);
        try {
            return new InstanceStatus(
                    tree.path("service").asText(),
                    tree.path("name").asText(),
                    tree.path("incarnation").asLong(),
                    tree.path("state").asText(),
                    tree.path("adminHost").asText(),
                    tree.path("adminPort").asInt(),
                    Instant.parse(tree.path("startedAt").asText()),
                    tree.path("version").asText(),
                    numbers(tree.path("running")),
                    new HashSet<>(texts(tree.path("onTrial"))),
                    numbers(tree.path("refused")),
                    texts(tree.path("why")),
                    tree.path("needRestart").asInt(),
                    words(tree.path("remarks")));
        } catch (DateTimeParseException e) {
            throw new IOException("startedAt: " + tree.path("startedAt") + " (expected: a time)", e);
        }
    }

    private static Map<String, Integer> numbers(JsonNode tree) {
        Map<String, Integer> numbers = new TreeMap<>();
        tree.properties()
                .forEach(entry -> numbers.put(entry.getKey(), entry.getValue().asInt()));
        return numbers;
    }

    private static Map<String, String> words(JsonNode tree) {
        Map<String, String> words = new TreeMap<>();
        tree.properties()
                .forEach(entry -> words.put(entry.getKey(), entry.getValue().asText()));
        return words;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(one -> texts.add(one.asText()));
        return texts;
    }
}
