package io.hawser.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A directory of data, a store's or a whole platform's, held by one process at a time.
 *
 * <p>The hold is a lock on a file in it, which the kernel drops with its process, however that ends. So whoever opens
 * the directory knows that a server which still works in it is a leftover, and nobody's.
 */
public final class DataDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Holds the directory, made where it is missing, until it is closed or this process ends.
     *
     * @throws StoreException when another process holds it, or it cannot be written
     */
    public static DataDirectory hold(Path wanted) {
        return open(wanted, 0);
    }

    /** Opens the directory, made where it is missing, with so much space left on its disk. */
    private static DataDirectory open(Path wanted, long freeBytes) {
        try {
            Path path = create(wanted);
            requireSpace(path, freeBytes);
            return new DataDirectory(path, lock(path));
        } catch (IOException e) {
            throw new StoreException("data directory: " + wanted + " (expected: a writable directory): " + e, e);
        }
    }

    /** Opens the directory and starts a server in it, which closes it when it ends; where none starts, it is closed here. */
    static <T> T serve(Path wanted, long freeBytes, Function<DataDirectory, T> start) {
        DataDirectory data = open(wanted, freeBytes);
        try {
            return start.apply(data);
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    /** Opens the directory, makes in it what is needed, and lets go of it. */
    static <T> T prepare(Path wanted, long freeBytes, Function<DataDirectory, T> deed) {
        try (DataDirectory data = open(wanted, freeBytes)) {
            return deed.apply(data);
        }
    }

    /** A directory that is deleted when this JVM ends. */
    static Path temporary(String prefix) {
        try {
            return Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Absolute, free of symbolic links. */
    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    void write(String name, String text) {
        try {
            Files.writeString(resolve(name), text);
        } catch (IOException e) {
            throw new StoreException("data directory: " + path + " (expected: a writable directory): " + e, e);
        }
    }

    /** Makes a folder in it, where there is none yet. */
    void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StoreException("data directory: " + path + " (expected: a writable directory): " + e, e);
        }
    }

    /** Lets another process have it. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) {
        try {
            Files.walkFileTree(directory, new Deletion());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path create(Path wanted) throws IOException {
        Path absolute = wanted.toAbsolutePath();
        if (!Files.isDirectory(absolute)) {
            var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(absolute, ownerOnly);
        }
        return absolute.toRealPath();
    }

    private static void requireSpace(Path path, long wanted) throws IOException {
        long free = Files.getFileStore(path).getUsableSpace();
        if (free < wanted) {
            throw new StoreException("data directory: %s has %d MiB of disk left (expected: %d or more)"
                    .formatted(path, free >> 20, wanted >> 20));
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new StoreException("data directory: " + path + " (expected: one that no other process is using)");
        }
        return channel;
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException vanished) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
