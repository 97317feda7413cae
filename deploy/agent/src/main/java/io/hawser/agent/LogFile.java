package io.hawser.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What one process prints, in a file and a few older ones: {@code room-1.log}, {@code room-1.log.1}, …
 *
 * <p>The process writes into the file itself, so that it goes on when the agent does not. It cannot be told to open another one;
 * hence the file is copied and cut to nothing. What is printed between the two, some microseconds, is lost; that the file was opened
 * for appending makes the process go on at its new end.
 */
final class LogFile {
    private final Path path;
    private final LogLimits limits;

    LogFile(Path path, LogLimits limits) {
        this.path = path;
        this.limits = limits;
    }

    Path path() {
        return path;
    }

    /** Puts the file aside if it is too long. */
    void rotate() throws IOException {
        if (Files.exists(path) && Files.size(path) > limits.fileSize().bytes()) {
            for (int age = limits.files() - 1; age > 1; age--) {
                if (Files.exists(older(age - 1))) {
                    Files.move(older(age - 1), older(age), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            copyAndCut();
        }
    }

    private void copyAndCut() throws IOException {
        if (limits.files() > 1) {
            Files.copy(path, older(1), StandardCopyOption.REPLACE_EXISTING);
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(0);
        }
    }

    private Path older(int age) {
        return path.resolveSibling(path.getFileName() + "." + age);
    }
}
