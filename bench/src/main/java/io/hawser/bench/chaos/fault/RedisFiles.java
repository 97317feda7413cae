package io.hawser.bench.chaos.fault;

import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a Redis begins with: a snapshot, and an append-only file, which from version 7 on is several files in a directory of
 * their own ({@code appendonlydir}: bases, increments, and a manifest that names them).
 */
final class RedisFiles {
    private static final String MANIFEST = ".aof.manifest";
    private static final List<String> ENDINGS = List.of(".rdb", ".aof", MANIFEST);
    private static final int MOST_ATTEMPTS = 20;
    private static final long BETWEEN_ATTEMPTS_MILLIS = 100;

    private RedisFiles() {}

    /** Removes them, wherever they are below its directory; what else is there stays. */
    static void remove(Path directory) throws IOException {
        for (Path file : in(directory)) {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Copies them as they are; of a server that runs, the last words may be cut short, as after a loss of power. Where it
     * begins other files meanwhile, as a rewrite does, it is done again: names of one moment, with the words of another, are
     * what no server ever leaves.
     *
     * @throws IOException where it begins others all the time, too
     */
    static void copy(Path directory, Path to) throws IOException {
        for (int attempt = 1; !copied(directory, to); attempt++) {
            if (attempt == MOST_ATTEMPTS) {
                throw new IOException(
                        directory + ": other files " + attempt + " times (expected: the same for a moment)");
            }
            Pause.millis(BETWEEN_ATTEMPTS_MILLIS);
        }
    }

    /** Whether they were the same ones from the beginning to the end. */
    private static boolean copied(Path directory, Path to) throws IOException {
        Files.createDirectories(to);
        remove(to);
        try {
            List<Path> files = in(directory);
            String manifests = manifests(files);
            for (Path file : files) {
                Path copy = to.resolve(directory.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
            List<Path> now = in(directory);
            return now.equals(files) && manifests(now).equals(manifests);
        } catch (NoSuchFileException replaced) {
            return false;
        }
    }

    /** What names the others. */
    private static String manifests(List<Path> files) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path file : files) {
            if (file.toString().endsWith(MANIFEST)) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private static List<Path> in(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(RedisFiles::isOne).sorted().toList();
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    private static boolean isOne(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && ENDINGS.stream().anyMatch(name::endsWith);
    }
}
