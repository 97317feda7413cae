package io.hawser.keeper.cli;

import io.hawser.keeper.config.ConfigException;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A configuration that an operator wrote, in a file or on standard input. */
final class YamlFile {
    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The YAML; - for standard input.")
    private String file = "";

    @Option(
            names = "--allow-empty",
            description = "Also a file that says nothing: with it, all that the scope says is taken away.")
    private boolean allowEmpty;

    /** Returns what it is called in what is said about it. */
    String name() {
        return file.equals("-") ? "standard input" : file;
    }

    /**
     * Reads the text and checks its form.
     *
     * @throws HawserException with INVALID_ARGUMENT when it cannot be read or is too long
     * @throws ConfigException when it is no YAML mapping, or says nothing and nobody said that it may
     */
    String read() {
        byte[] data = bytes();
        if (data.length > RevisionStore.MAX_BYTES) {
            throw refused(name() + ": longer than " + RevisionStore.MAX_BYTES + " bytes (expected: that at most)");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data))
                    .toString();
            ConfigTree.checkMapping(name(), text);
            requireContent(text);
            return text;
        } catch (CharacterCodingException e) {
            throw new ConfigException(name() + ": not UTF-8 (expected: YAML in UTF-8)");
        }
    }

    /** Mostly it is the leavings of a command before that failed, and not what anybody meant. */
    private void requireContent(String text) {
        if (!allowEmpty && new ConfigTree().overlayYaml(name(), text).keys().isEmpty()) {
            throw new ConfigException(
                    name() + ": says nothing (expected: key: value, or --allow-empty to take all away)");
        }
    }

    private byte[] bytes() {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            return in.readNBytes(RevisionStore.MAX_BYTES + 1);
        } catch (IOException e) {
            throw refused(name() + ": cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static HawserException refused(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
