package io.hawser.keeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds a record from a tree over the record's defaults. It goes on after a mistake, so that one run names them all; a
 * record's own constructor is asked only where all its components could be read.
 *
 * <p>What a key does not say comes from the enclosing record's defaults, else from the nested type's own
 * {@code defaults()}. A component may be null only where its default is.
 */
final class RecordBinder {
    private final List<String> problems;
    private final Function<JsonNode, Secret> secrets;

    private RecordBinder(List<String> problems, Function<JsonNode, Secret> secrets) {
        this.problems = problems;
        this.secrets = secrets;
    }

    /**
     * Builds the record.
     *
     * @param secrets reads what stands in a secret's place
     */
    static <C extends Record> C bind(
            Class<C> type, ObjectNode tree, List<String> earlierProblems, Function<JsonNode, Secret> secrets) {
        RecordBinder binder = new RecordBinder(new ArrayList<>(earlierProblems), secrets);
        Object bound = binder.record("", type, tree, null);
        if (bound == null || !binder.problems.isEmpty()) {
            throw new ConfigException(binder.problems);
        }
        return type.cast(bound);
    }

    private @Nullable Object record(String path, Class<?> type, JsonNode node, @Nullable Object defaults) {
        if (!(node instanceof ObjectNode tree)) {
            return refuse(path, node.asText() + " (expected: a mapping of " + String.join(", ", keys(type)) + ")");
        }
        int before = problems.size();
        refuseUnknownKeys(path, keys(type), tree);
        Object base = defaults != null ? defaults : Reflection.defaults(type);
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = component(join(path, components[i].getName()), components[i], tree, base);
        }
        return problems.size() == before ? construct(path, type, values) : null;
    }

    private @Nullable Object component(
            String path, RecordComponent component, ObjectNode tree, @Nullable Object baseRecord) {
        JsonNode node = tree.get(component.getName());
        Object base = baseRecord == null ? null : Reflection.read(component, baseRecord);
        if (node == null && (baseRecord != null || component.getType() == Optional.class)) {
            return base == null && component.getType() == Optional.class ? Optional.empty() : base;
        }
        if (node == null || node.isNull()) {
            boolean mayBeNull = node != null && baseRecord != null && base == null;
            return mayBeNull ? null : refuse(path, (node == null ? "missing" : "null") + " (expected: a value)");
        }
        return value(path, component.getGenericType(), node, base);
    }

    private @Nullable Object value(String path, Type type, JsonNode node, @Nullable Object base) {
        return switch (type) {
            case Class<?> single when Scalars.reads(single) -> scalar(path, single, node);
            case Class<?> nested when nested.isRecord() -> record(path, nested, node, base);
            case ParameterizedType generic -> generic(path, generic, node, base);
            default -> throw new IllegalStateException(path + ": a configuration record cannot hold " + type);
        };
    }

    private @Nullable Object generic(String path, ParameterizedType type, JsonNode node, @Nullable Object base) {
        Type[] of = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            return Optional.ofNullable(value(path, of[0], node, null));
        } else if (type.getRawType() == List.class) {
            return List.copyOf(elements(path, of[0], node));
        } else if (type.getRawType() == Set.class) {
            return Set.copyOf(elements(path, of[0], node));
        } else if (type.getRawType() == Map.class && of[0] == String.class) {
            return entries(path, of[1], node, base);
        }
        throw new IllegalStateException(path + ": a configuration record cannot hold " + type);
    }

    /** A list replaces its default as a whole. */
    private List<Object> elements(String path, Type type, JsonNode node) {
        List<Object> elements = new ArrayList<>();
        if (!(node instanceof ArrayNode list)) {
            refuse(path, (node.isValueNode() ? node.asText() : "a mapping") + " (expected: a list)");
            return elements;
        }
        for (int i = 0; i < list.size(); i++) {
            Object element = value(path + "[" + i + "]", type, list.get(i), null);
            if (element != null) {
                elements.add(element);
            }
        }
        return elements;
    }

    /** A map's keys are laid over those of its default; null takes one away. */
    private Map<String, Object> entries(String path, Type type, JsonNode node, @Nullable Object base) {
        Map<String, Object> entries = new LinkedHashMap<>();
        if (base instanceof Map<?, ?> defaults) {
            defaults.forEach((key, value) -> entries.put((String) key, value));
        }
        if (!(node instanceof ObjectNode tree)) {
            refuse(path, (node.isValueNode() ? node.asText() : "a list") + " (expected: a mapping)");
            return entries;
        }
        tree.properties().forEach(entry -> {
            Object value = entry.getValue().isNull()
                    ? null
                    : value(join(path, entry.getKey()), type, entry.getValue(), entries.get(entry.getKey()));
            if (value == null) {
                entries.remove(entry.getKey());
            } else {
                entries.put(entry.getKey(), value);
            }
        });
        return entries;
    }

    private @Nullable Object scalar(String path, Class<?> type, JsonNode node) {
        try {
            return type == Secret.class ? secrets.apply(node) : Scalars.read(type, node);
        } catch (IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            return refuse(path, e.getMessage());
        }
    }

    private @Nullable Object construct(String path, Class<?> type, @Nullable Object[] values) {
        try {
            return Reflection.construct(type, values);
        } catch (IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            problems.add(join(path, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private void refuseUnknownKeys(String path, List<String> known, ObjectNode tree) {
        tree.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                String hint = Nearest.to(key, known)
                        .map(near -> "did you mean " + join(path, near) + "?")
                        .orElse("expected: " + String.join(", ", known));
                refuse(join(path, key), "unknown key (" + hint + ")");
            }
        });
    }

    private @Nullable Object refuse(String path, @Nullable String what) {
        problems.add(path + ": " + what);
        return null;
    }

    private static List<String> keys(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
