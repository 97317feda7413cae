package io.hawser.keeper.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.rpc.link.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an instance says of itself to all others, as it stands in its ephemeral node.
 *
 * @param host where its links are reached
 * @param port where its links are reached; 0 when it takes none
 * @param incarnation the number of this life of the instance, above that of each earlier life of any instance
 * @param attributes what else the service tells, such as the addresses for clients
 * @param startedAt when the process began to serve, by its wall clock
 * @param version of the build
 */
public record Registration(
        String service,
        String name,
        String host,
        int port,
        String zone,
        long incarnation,
        Map<String, String> attributes,
        Instant startedAt,
        String version) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Registration {
        attributes = Map.copyOf(attributes);
    }

    public Peer toPeer() {
        return new Peer(service, name, host, port, incarnation, zone);
    }

    /** Returns the node's data: a JSON object in UTF-8. */
    public byte[] toJson() {
        return toTree().toString().getBytes(StandardCharsets.UTF_8);
    }

    public ObjectNode toTree() {
        ObjectNode tree = JSON.createObjectNode()
                .put("service", service)
                .put("name", name)
                .put("host", host)
                .put("port", port)
                .put("zone", zone)
                .put("incarnation", incarnation)
                .put("startedAt", startedAt.toString())
                .put("version", version);
        ObjectNode details = tree.putObject("attributes");
        attributes.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(attribute -> details.put(attribute.getKey(), attribute.getValue()));
        return tree;
    }

    /**
     * Reads a node's data. Fields that are not known here, a newer release's, are passed over.
     *
     * @throws IOException when it is no such JSON
     */
    public static Registration fromJson(String service, String name, byte[] data) throws IOException {
        JsonNode tree = JSON.readTree(data);
        try {
            return new Registration(
                    service,
                    name,
                    text(tree, "host"),
                    tree.path("port").asInt(),
                    text(tree, "zone"),
                    tree.path("incarnation").asLong(),
                    attributes(tree.path("attributes")),
                    Instant.parse(text(tree, "startedAt")),
                    text(tree, "version"));
        } catch (DateTimeParseException e) {
            throw new IOException(e);
        }
    }

    private static Map<String, String> attributes(JsonNode tree) {
        Map<String, String> attributes = new LinkedHashMap<>();
        tree.properties()
                .forEach(attribute ->
                        attributes.put(attribute.getKey(), attribute.getValue().asText()));
        return attributes;
    }

    private static String text(JsonNode tree, String field) throws JsonProcessingException, IOException {
        JsonNode value = tree.get(field);
        if (value == null || !value.isTextual()) {
            throw new IOException(field + ": " + value + " (expected: text)");
        }
        return value.asText();
    }
}
