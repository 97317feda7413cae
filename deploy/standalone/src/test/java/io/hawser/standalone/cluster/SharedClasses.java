package io.hawser.standalone.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the launcher's class path has, parsed and verified once for all JVMs that tests start (class data sharing): half
 * of the work of a start. A JVM for which the archive is none goes without.
 */
public final class SharedClasses {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path LIBRARIES = TARGET.resolve("dist/lib");
    private static final Path ARCHIVE = TARGET.resolve("dist/hawser-tests.jsa");

    private static @Nullable Path dumping;
    private static boolean prepared;

    private SharedClasses() {}

    /**
     * The libraries as {@code mvn package} collects them, in an order that stays, and then the mains of tests. These
     * stand in a directory, which an archive cannot be made with, but can be used with.
     */
    static synchronized String classPath() {
        Stream<Path> tests = dumping == null ? Stream.of(TARGET.resolve("test-classes")) : Stream.empty();
        return Stream.concat(libraries().stream(), tests)
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Options of a JVM that uses the archive, which is made where there is none or a library is newer. */
    public static synchronized List<String> options() {
        if (!prepared) {
            prepared = true;
            if (!isFresh()) {
                dump();
            }
        }
        String archive = dumping == null ? "-XX:SharedArchiveFile=" + ARCHIVE : "-XX:ArchiveClassesAtExit=" + dumping;
        // A JVM that cannot use it would say so on standard output.
        return List.of(archive, "-Xlog:disable");
    }

    private static List<Path> libraries() {
        try (Stream<Path> files = Files.list(LIBRARIES)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(LIBRARIES + ": cannot be read (expected: made by mvn package)", e);
        }
    }

    private static boolean isFresh() {
        try {
            FileTime made = Files.getLastModifiedTime(ARCHIVE);
            for (Path library : libraries()) {
                if (Files.getLastModifiedTime(library).compareTo(made) >= 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException none) {
            return false;
        }
    }

    /** Has a whole platform write down what it loaded. Another run that does so at the same time is not disturbed. */
    private static void dump() {
        try {
            Path home = Files.createTempDirectory(TARGET, "shared-classes-");
            Path fresh = home.resolve("fresh.jsa");
            dumping = fresh;
            try (var platform = StandalonePlatform.start(home)) {
                platform.process().stop();
            }
            if (Files.exists(fresh)) {
                Files.move(fresh, ARCHIVE, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            delete(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            dumping = null;
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
