package io.hawser.keeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a secret comes from: the text itself, or so that it need not stand in ZooKeeper, {@code {file: PATH}} or
 * {@code {env: NAME}} of the process that reads it. What stands in a secret's place is never repeated in a message.
 */
final class SecretSource {
    private static final String EXPECTED = " (expected: a secret in quotes, {file: PATH} or {env: NAME})";

    private static final Secret ELSEWHERE = Secret.of("not read here");

    private SecretSource() {}

    static Secret read(JsonNode node) {
        if (node.isTextual()) {
            return Secret.of(node.asText());
        }
        if (points(node, "file")) {
            return ofFile(node.path("file").asText());
        }
        if (points(node, "env")) {
            return ofEnvironment(node.path("env").asText());
        }
        throw new IllegalArgumentException("not a text" + EXPECTED);
    }

    /** Checks the form alone: what is pointed at is there for another process, on another machine perhaps. */
    static Secret readForm(JsonNode node) {
        return points(node, "file") || points(node, "env") ? ELSEWHERE : read(node);
    }

    private static boolean points(JsonNode node, String to) {
        return node.size() == 1 && node.path(to).isTextual();
    }

    private static Secret ofFile(String path) {
        try {
            return Secret.of(Files.readString(Path.of(path)).strip());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "file " + path + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private static Secret ofEnvironment(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " in the environment" + EXPECTED);
        }
        return Secret.of(value);
    }
}
