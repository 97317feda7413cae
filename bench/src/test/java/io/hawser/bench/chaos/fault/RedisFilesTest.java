package io.hawser.bench.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as the servers of each version leave them. */
final class RedisFilesTest {
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
