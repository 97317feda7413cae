package io.hawser.standalone.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Users that a command is about: a file in UTF-8, one a line. Empty lines are nobody. */
final class UserFile {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private UserFile() {}

    /** @throws CommandException it cannot be read, or a line has blanks around its user, which nobody sees */
    static List<String> read(Path file) {
        List<String> lines = lines(file);
        List<String> users = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            String line = i == 0 && lines.get(0).startsWith(BYTE_ORDER_MARK)
                    ? lines.get(0).substring(1)
                    : lines.get(i);
            if (!line.equals(line.strip()) && !line.isBlank()) {
                throw new CommandException("user-file: line " + (i + 1) + ": '" + line
                        + "' (expected: a user without blanks around it; such a one is given by itself)");
            }
            if (!line.isBlank()) {
                users.add(line);
            }
        }
        return users;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new CommandException("user-file: " + file + " (expected: a file in UTF-8, one user a line)", e);
        }
    }
}
