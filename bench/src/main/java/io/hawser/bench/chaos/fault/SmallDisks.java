package io.hawser.bench.chaos.fault;

import io.hawser.bench.measure.BenchException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Disks of the stores' own that can be filled: memory, mounted where each has its data (Linux, and who may mount there).
 * They last as long as this, so what is on them is gone afterwards.
 */
public final class SmallDisks implements AutoCloseable {
    /** What the start of each asks for, and some more. */
    private static final int REDIS_MEBIBYTES = 256;

    private static final int MYSQL_MEBIBYTES = 1024;

    private static final String BALLAST = "ballast";
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int SMALLEST_BYTES = 512;

    private final Map<String, Path> mounted = new TreeMap<>();
    private final Thread atExit = new Thread(this::unmount, "disks");

    private SmallDisks() {
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** None: stores keep their data where the cluster has it. */
    public static SmallDisks none() {
        return new SmallDisks();
    }

    /**
     * One for each server.
     *
     * @param cluster the directory of one that has not been started yet
     * @param redis how its Redis runs
     */
    public static SmallDisks under(Path cluster, RedisForm redis) {
        SmallDisks disks = new SmallDisks();
        try {
            for (String server : redis.servers()) {
                disks.mount(server, redis.directory(cluster, server), REDIS_MEBIBYTES);
            }
            disks.mount("mariadb", cluster.resolve("mariadb"), MYSQL_MEBIBYTES);
        } catch (RuntimeException e) {
            disks.close();
            throw e;
        }
        return disks;
    }

    /** Whether this process may mount any. */
    public static boolean arePossible() {
        try {
            Path probe = Files.createTempDirectory("hawser-disk");
            boolean possible = run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", probe.toString())
                    && run("umount", probe.toString());
            Files.delete(probe);
            return possible;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** Takes all that is free on the store's disk. */
    void fill(String store) throws IOException {
        Path ballast = of(store).resolve(BALLAST);
        FileStore disk = Files.getFileStore(of(store));
        try (OutputStream out = Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int block = BLOCK_BYTES; block >= SMALLEST_BYTES; block /= 2) {
                writeAll(out, new byte[block]);
            }
        } catch (IOException full) {
            // The last block did not fit. It is asked for below.
        }
        if (disk.getUsableSpace() >= BLOCK_BYTES) {
            throw new IOException(ballast + ": " + disk.getUsableSpace() + " bytes are free still (expected: none)");
        }
    }

    private static void writeAll(OutputStream out, byte[] block) {
        try {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            // Smaller ones may fit.
        }
    }

    /** Gives it back. */
    void empty(String store) throws IOException {
        Files.deleteIfExists(of(store).resolve(BALLAST));
    }

    void emptyAll() {
        for (String store : mounted.keySet()) {
            try {
                empty(store);
            } catch (IOException e) {
                throw new BenchException("the disk of " + store + " cannot be emptied: " + e.getMessage(), e);
            }
        }
    }

    /** When nobody uses them any more. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        unmount();
    }

    private Path of(String store) {
        Path disk = mounted.get(store);
        if (disk == null) {
            throw new BenchException(store + ": no disk of its own (expected: one that can be filled)");
        }
        return disk;
    }

    private void mount(String store, Path directory, int mebibytes) {
        try {
            Files.createDirectories(directory);
            if (!run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", directory.toString())) {
                throw new BenchException(directory + ": cannot be mounted (expected: root, on Linux)");
            }
            mounted.put(store, directory);
        } catch (IOException e) {
            throw new BenchException(directory + ": no disk: " + e.getMessage(), e);
        }
    }

    /** Whoever has files there still, has them until he ends. */
    private synchronized void unmount() {
        List<Path> all = new ArrayList<>(mounted.values());
        mounted.clear();
        all.forEach(directory -> run("umount", "--lazy", directory.toString()));
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
