package io.hawser.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.keeper.config.ByteSize;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFileTest {
    private static final LogLimits THREE_FILES = new LogLimits(ByteSize.ofKibibytes(1), 3);

    @TempDir
    Path directory;

    @Test
    void keepsTheNewestFilesAndNoMore() throws IOException {
        Path path = directory.resolve("room-1.log");
        var log = new LogFile(path, THREE_FILES);
        for (String text : new String[] {"a", "b", "c", "d"}) {
            Files.writeString(path, text.repeat(2_000));
            log.rotate();
        }
        assertThat(path).isEmptyFile();
        assertThat(directory.resolve("room-1.log.1")).hasContent("d".repeat(2_000));
        assertThat(directory.resolve("room-1.log.2")).hasContent("c".repeat(2_000));
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void leavesAFileAloneThatIsShort() throws IOException {
        Path path = Files.writeString(directory.resolve("room-1.log"), "short");
        new LogFile(path, THREE_FILES).rotate();
        assertThat(path).hasContent("short");
    }

    @Test
    void theWriterGoesOnAtTheNewEnd() throws IOException {
        Path path = directory.resolve("room-1.log");
        try (var writer = new FileOutputStream(path.toFile(), true)) {
            writer.write("x".repeat(2_000).getBytes(StandardCharsets.US_ASCII));
            new LogFile(path, THREE_FILES).rotate();
            writer.write("y".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(path).hasContent("y");
    }

    @Test
    void keepsNothingBesideTheFileWhereOneIsAllThatIsAllowed() throws IOException {
        Path path = Files.writeString(directory.resolve("room-1.log"), "x".repeat(2_000));
        new LogFile(path, new LogLimits(ByteSize.ofKibibytes(1), 1)).rotate();
        assertThat(path).isEmptyFile();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }
}
