package io.hawser.bench.chaos.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a Redis begins with: a snapshot, and an append-only file, which from version 7 on is several files in a directory of
 * their own ({@code appendonlydir}: bases, increments, and a manifest that names them).
 */
final class RedisFiles {
    private static final List<String> ENDINGS = List.of(".rdb", ".aof", ".aof.manifest");

    private RedisFiles() {}

    /** Removes them, wherever they are below its directory; what else is there stays. */
    static void remove(Path directory) throws IOException {
        for (Path file : in(directory)) {
            Files.deleteIfExists(file);
        }
    }

    /** Copies them as they are; of a server that runs, the last words may be cut short, as after a loss of power. */
    static void copy(Path directory, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : in(directory)) {
            Path copy = to.resolve(directory.relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static List<Path> in(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(RedisFiles::isOne).toList();
        }
    }

    private static boolean isOne(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && ENDINGS.stream().anyMatch(name::endsWith);
    }
}
