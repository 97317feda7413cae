package io.hawser.standalone.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Users that a command is about: a file in UTF-8, one a line. */
final class UserFile {
    private UserFile() {}

    static List<String> read(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new CommandException("user-file: " + file + " (expected: a file in UTF-8, one user a line)", e);
        }
    }
}
