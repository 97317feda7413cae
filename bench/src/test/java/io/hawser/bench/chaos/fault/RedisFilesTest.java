package io.hawser.bench.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as the servers of each version leave them. */
final class RedisFilesTest {
    private static final String MANIFEST = "appendonly.aof.manifest";
    private static final int BETWEEN_REWRITES_MILLIS = 100;

    @TempDir
    Path directory;

    @Test
    void aSnapshotAndAnAppendOnlyFileGo() throws Exception {
        made("dump.rdb", "appendonly.aof", "temp-1234.rdb");
        RedisFiles.remove(directory);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anAppendOnlyDirectoryGoesToItsManifest() throws Exception {
        made(
                "dump.rdb",
                "appendonlydir/appendonly.aof.1.base.rdb",
                "appendonlydir/appendonly.aof.1.incr.aof",
                "appendonlydir/appendonly.aof.manifest");
        RedisFiles.remove(directory);
        try (var left = Files.walk(directory)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void aCopyHasAllThatIsData(@TempDir Path copies) throws Exception {
        made("dump.rdb", "redis.log", "appendonlydir/appendonly.aof.1.incr.aof");
        RedisFiles.copy(directory, copies);
        assertThat(copies.resolve("dump.rdb")).hasContent("dump.rdb");
        assertThat(copies.resolve("appendonlydir/appendonly.aof.1.incr.aof")).exists();
        assertThat(copies.resolve("redis.log")).doesNotExist();
    }

    @Test
    void aCopyHasNothingOfTheOneBefore(@TempDir Path copies) throws Exception {
        made("appendonlydir/appendonly.aof.1.incr.aof");
        RedisFiles.copy(directory, copies);
        RedisFiles.remove(directory);
        made("appendonlydir/appendonly.aof.2.incr.aof");
        RedisFiles.copy(directory, copies);
        assertThat(copies.resolve("appendonlydir")).isDirectoryContaining("glob:**.2.incr.aof");
        assertThat(copies.resolve("appendonlydir")).isDirectoryNotContaining("glob:**.1.incr.aof");
    }

    /** As a rewrite does, over and over: each time the manifest names a base, and nothing else is there. */
    @Test
    void aCopyIsOfOneMomentThoughFilesAreReplacedAllTheTime(@TempDir Path copies) throws Exception {
        Path files = Files.createDirectories(directory.resolve("appendonlydir"));
        AtomicBoolean over = new AtomicBoolean();
        Thread server = Thread.ofPlatform().start(() -> rewrite(files, over));
        try {
            await().until(() -> Files.exists(files.resolve(MANIFEST)));
            RedisFiles.copy(directory, copies);
        } finally {
            over.set(true);
            server.join();
        }
        Path copy = copies.resolve("appendonlydir");
        assertThat(copy.resolve(Files.readString(copy.resolve(MANIFEST)))).exists();
    }

    private static void rewrite(Path files, AtomicBoolean over) {
        try {
            for (int number = 1; !over.get(); number++) {
                String base = number + ".base.rdb";
                Files.writeString(files.resolve(base), "base");
                Path next = Files.writeString(files.resolve("next"), base);
                Files.move(next, files.resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE);
                Files.deleteIfExists(files.resolve((number - 1) + ".base.rdb"));
                Thread.sleep(BETWEEN_REWRITES_MILLIS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatIsNoDataStays() throws Exception {
        List<Path> others = made("redis.conf", "redis.log", "redis-server");
        RedisFiles.remove(directory);
        assertThat(others).allSatisfy(file -> assertThat(file).exists());
    }

    private List<Path> made(String... names) throws Exception {
        for (String name : names) {
            Path file = directory.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
        return List.of(names).stream().map(directory::resolve).toList();
    }
}
