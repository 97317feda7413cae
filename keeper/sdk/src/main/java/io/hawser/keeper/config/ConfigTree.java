package io.hawser.keeper.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the sources of a configuration say together, untyped. Later sources win: mappings are merged key by key, anything
 * else replaces what stood there.
 */
public final class ConfigTree {
    private static final YAMLFactory FACTORY = new YAMLFactory();
    private static final YAMLMapper YAML = YAMLMapper.builder(FACTORY)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final List<String> problems = new ArrayList<>();
    /** Whether there was a source whose keys are not known. */
    private boolean unread;

    /**
     * Lays a YAML document over what is here. An empty document changes nothing.
     *
     * @param source names the document in what is said about it
     */
    public ConfigTree overlayYaml(String source, String text) {
        return overlay(source, text, Set.of());
    }

    /**
     * Lays a YAML document that is meant for all services over what is here: its first-level keys that this service does
     * not have are others' business, and passed over. Below those that it has, all is checked.
     */
    public ConfigTree overlayShared(String source, String text, Class<? extends Record> type) {
        return overlay(source, text, keysOf(type));
    }

    private ConfigTree overlay(String source, String text, Set<String> only) {
        try {
            ObjectNode mapping = parse(text);
            if (!only.isEmpty()) {
                mapping.retain(only);
            }
            merge(root, mapping);
        } catch (JsonProcessingException e) {
            unread(source + ": " + describe(e));
        } catch (IOException | ConfigException e) {
            unread(source + ": " + e.getMessage());
        }
        return this;
    }

    private void unread(String problem) {
        problems.add(problem);
        unread = true;
    }

    /** Lays {@code key=value} settings over what is here; a key is a path with dots, a value YAML where it starts so. */
    public ConfigTree overlaySettings(Map<String, String> settings) {
        settings.forEach(this::set);
        return this;
    }

    /**
     * Requires a value for each key that another tree has one for, or may have as it could not be read, where nobody may
     * fall back on the default. What is missing is told by {@link #bind}.
     *
     * @see NoFallback
     */
    public ConfigTree requireAsIn(ConfigTree other, Class<? extends Record> type) {
        requireAsIn("", type, root, other.unread ? null : other.root);
        return this;
    }

    private void requireAsIn(String path, Class<?> type, JsonNode here, @Nullable JsonNode there) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = path + component.getName();
            JsonNode own = here.path(component.getName());
            JsonNode other = there == null ? null : there.path(component.getName());
            if (component.getType().isRecord() && !Scalars.reads(component.getType())) {
                requireAsIn(key + ".", component.getType(), own, other);
            } else if (component.isAnnotationPresent(NoFallback.class)
                    && own.isMissingNode()
                    && (other == null || !other.isMissingNode())) {
                problems.add(key + ": missing (expected: a value, as its default is for trying the service out)");
            }
        }
    }

    /**
     * Returns the record that the sources give over its defaults.
     *
     * @throws ConfigException with all that is wrong
     */
    public <C extends Record> C bind(Class<C> type) {
        return RecordBinder.bind(type, root, problems, SecretSource::read);
    }

    /**
     * Checks what {@link #bind} would, on behalf of another process: the files and variables that secrets are taken
     * from are that process's, and are not read.
     *
     * @throws ConfigException with all that is wrong
     */
    public void check(Class<? extends Record> type) {
        RecordBinder.bind(type, root, problems, SecretSource::readForm);
    }

    /**
     * Checks that a text is one YAML mapping, or empty.
     *
     * @throws ConfigException when it is not
     */
    public static void checkMapping(String source, String text) {
        ConfigTree tree = new ConfigTree().overlayYaml(source, text);
        if (!tree.problems.isEmpty()) {
            throw new ConfigException(tree.problems);
        }
    }

    /** Returns the first-level keys of a service's configuration. */
    public static Set<String> keysOf(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the first-level keys of what is here. */
    public Set<String> keys() {
        return Set.copyOf(root.properties().stream().map(Map.Entry::getKey).toList());
    }

    /** Returns the values here by their paths, sorted; lists as one value. */
    public SortedMap<String, String> flat() {
        return EffectiveConfig.flat(root);
    }

    /** Returns what is here as one document. */
    public String toYaml() {
        try {
            return root.isEmpty() ? "" : YAML.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read can be written", e);
        }
    }

    private void set(String key, String value) {
        ObjectNode at = root;
        String[] path = key.split("\\.", -1);
        for (int i = 0; i < path.length - 1; i++) {
            at = at.get(path[i]) instanceof ObjectNode child ? child : at.putObject(path[i]);
        }
        String last = path[path.length - 1];
        if (key.isBlank() || last.isBlank()) {
            problems.add("--set " + key + ": no key (expected: key=value)");
            return;
        }
        setLeaf(at, key, last, value);
    }

    private void setLeaf(ObjectNode at, String key, String last, String value) {
        try {
            boolean structured = value.startsWith("[") || value.startsWith("{");
            at.set(last, structured ? YAML.readTree(value) : TextNode.valueOf(value));
        } catch (JsonProcessingException e) {
            problems.add(key + ": " + describe(e));
        }
    }

    private static ObjectNode parse(String text) throws IOException {
        refuseAliases(text);
        JsonNode node = YAML.readTree(text);
        if (node == null || node.isMissingNode() || node.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!(node instanceof ObjectNode mapping)) {
            throw new ConfigException("not a mapping (expected: YAML of the form key: value)");
        }
        return mapping;
    }

    /** The tree model would take an alias for a plain text of that name: better to refuse than to misread. */
    private static void refuseAliases(String text) throws IOException {
        try (var parser = FACTORY.createParser(text)) {
            while (parser.nextToken() != null) {
                if (parser.isCurrentAlias()) {
                    throw new ConfigException(
                            "line " + parser.currentTokenLocation().getLineNr() + ": alias *" + parser.getText()
                                    + " (expected: the value itself)");
                }
            }
        }
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(entry -> {
            if (into.get(entry.getKey()) instanceof ObjectNode below && entry.getValue() instanceof ObjectNode over) {
                merge(below, over);
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        });
    }

    private static String describe(JsonProcessingException e) {
        String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
        return where + e.getOriginalMessage().lines().findFirst().orElse("not YAML");
    }
}
