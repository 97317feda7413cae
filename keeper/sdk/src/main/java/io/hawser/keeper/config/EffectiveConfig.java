package io.hawser.keeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows the configuration that is in force, as a tree of the form in which it is written; secrets are masked, and so are
 * passwords in addresses.
 */
public final class EffectiveConfig {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private EffectiveConfig() {}

    public static JsonNode show(Record config) {
        ObjectNode tree = NODES.objectNode();
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            tree.set(component.getName(), value(Reflection.read(component, config)));
        }
        return tree;
    }

    /** Returns lines of {@code path: value}, sorted, for the log. */
    public static String lines(Record config) {
        StringBuilder text = new StringBuilder();
        flat(config)
                .forEach((path, value) -> text.append(System.lineSeparator())
                        .append("  ")
                        .append(path)
                        .append(": ")
                        .append(value));
        return text.toString();
    }

    /** Returns the values by their paths, sorted. */
    static Map<String, String> flat(Record config) {
        return flat(show(config));
    }

    static SortedMap<String, String> flat(JsonNode tree) {
        TreeMap<String, String> values = new TreeMap<>();
        flatten("", tree, values);
        values.remove("");
        return values;
    }

    /** Returns the first of the configuration's own components that is of this type. */
    public static <T> Optional<T> find(Record config, Class<T> type) {
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            if (component.getType() == type) {
                return Optional.ofNullable(type.cast(Reflection.read(component, config)));
            }
        }
        return Optional.empty();
    }

    private static void flatten(String path, JsonNode node, Map<String, String> into) {
        if (node instanceof ObjectNode tree && !tree.isEmpty()) {
            tree.properties()
                    .forEach(entry -> flatten(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), into));
        } else {
            into.put(path, node.isTextual() ? node.asText() : node.toString());
        }
    }

    private static JsonNode value(@Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case Boolean truth -> NODES.booleanNode(truth);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case Duration duration -> NODES.textNode(DurationText.format(duration));
            case Optional<?> optional -> value(optional.orElse(null));
            case Collection<?> list -> list(list);
            case Map<?, ?> map -> map(map);
            case Record nested when !Scalars.reads(nested.getClass()) -> show(nested);
            default -> NODES.textNode(UrlCredentials.mask(Scalars.show(value)));
        };
    }

    private static ArrayNode list(Collection<?> list) {
        ArrayNode node = NODES.arrayNode();
        list.forEach(element -> node.add(value(element)));
        return node;
    }

    private static ObjectNode map(Map<?, ?> map) {
        ObjectNode node = NODES.objectNode();
        map.forEach((key, element) -> node.set(String.valueOf(key), value(element)));
        return node;
    }
}
