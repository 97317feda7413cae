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

    private SecretSource() {}

    static Secret read(JsonNode node) {
        if (node.isTextual()) {
            return Secret.of(node.asText());
        }
        if (node.size() == 1 && node.path("file").isTextual()) {
            return ofFile(node.path("file").asText());
        }
        if (node.size() == 1 && node.path("env").isTextual()) {
            return ofEnvironment(node.path("env").asText());
        }
        throw new IllegalArgumentException("not a text" + EXPECTED);
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
