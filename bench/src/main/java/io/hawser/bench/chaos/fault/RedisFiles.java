package io.hawser.bench.chaos.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(RedisFiles::isOne).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    private static boolean isOne(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && ENDINGS.stream().anyMatch(name::endsWith);
    }
}
