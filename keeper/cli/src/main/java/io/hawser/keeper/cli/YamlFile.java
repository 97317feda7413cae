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

/** A configuration that an operator wrote, in a file or on standard input. */
final class YamlFile {
    private YamlFile() {}

    /**
     * Reads a text and checks its form.
     *
     * @param file {@code -} for standard input
     * @throws HawserException with INVALID_ARGUMENT when it cannot be read or is too long
     * @throws ConfigException when it is no YAML mapping
     */
    static String read(String file) {
        byte[] data = bytes(file);
        if (data.length > RevisionStore.MAX_BYTES) {
            throw refused(file + ": longer than " + RevisionStore.MAX_BYTES + " bytes (expected: that at most)");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data))
                    .toString();
            ConfigTree.checkMapping(file, text);
            return text;
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": not UTF-8 (expected: YAML in UTF-8)");
        }
    }

    private static byte[] bytes(String file) {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            return in.readNBytes(RevisionStore.MAX_BYTES + 1);
        } catch (IOException e) {
            throw refused(file + ": cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static HawserException refused(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
