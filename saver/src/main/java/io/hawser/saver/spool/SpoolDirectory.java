package io.hawser.saver.spool;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spool's directory: made where it is not there, and one saver's alone while that has it open; what earlier lives left
 * in it, and the names of what this one adds. Owned by the spool's thread.
 */
final class SpoolDirectory implements AutoCloseable {
    static final String DEAD_SUFFIX = ".dead";
    /** So many files that were not whole are kept for people: the newest. */
    static final int MAX_CUT = 16;

    private static final Logger LOG = LoggerFactory.getLogger(SpoolDirectory.class);
    /** Base of the digits that a name begins with, and how many these are. */
    private static final int HEX = 16;

    private final Path directory;
    private final String saver;
    private final Clock clock;
    private final FileChannel lock;
    private final List<Path> left = new ArrayList<>();
    /** Files are named by their age: in this order they are read. */
    private long lastName;

    private int dead;

    private SpoolDirectory(Path directory, String saver, Clock clock, FileChannel lock) {
        this.directory = directory;
        this.saver = saver;
        this.clock = clock;
        this.lock = lock;
    }

    /**
     * Takes a directory, made where it is not there.
     *
     * @param saver is named by the files, so that those of several can be put into one directory
     * @throws HawserException INVALID_ARGUMENT where it is another's, or cannot be written
     */
    static SpoolDirectory open(Path directory, String saver, Clock clock) {
        try {
            make(directory.toAbsolutePath());
            // Its lock may be there from before, and open to be written, where nothing else is.
            if (!Files.isWritable(directory)) {
                throw new AccessDeniedException(directory.toString());
            }
            FileChannel lock =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isTaken(lock)) {
                lock.close();
                throw refused(directory, "a directory of its own: another saver has it", null);
            }
            return looking(new SpoolDirectory(directory, saver, clock, lock));
        } catch (IOException | UncheckedIOException e) {
            throw refused(directory, "a directory that can be written", e);
        }
    }

    /** Returns the files that earlier lives left, the oldest first. */
    List<Path> left() {
        return left;
    }

    /** Returns how many messages earlier lives put aside. */
    int dead() {
        return dead;
    }

    /** Returns the name of a file that is not there, later than all before. */
    Path newPath(String suffix) {
        lastName = Math.max(lastName + 1, clock.millis());
        return directory.resolve("%016x-%s%s".formatted(lastName, saver, suffix));
    }

    /** Returns for how long the oldest of some files is there; 0: there is none, or none has its time in its name. */
    long ageMillis(Stream<Path> files) {
        long nowMs = clock.millis();
        return nowMs
                - files.mapToLong(SpoolDirectory::number)
                        .filter(number -> number > 0)
                        .min()
                        .orElse(nowMs);
    }

    @Override
    public void close() throws IOException {
        // The lock goes with it.
        lock.close();
    }

    /** With all that is above it, and each is known to what it is in. */
    private static void make(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        make(Objects.requireNonNull(directory.getParent()));
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            // What users are sent is in it.
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(directory);
        }
        SpoolFile.syncEntry(directory);
    }

    private static SpoolDirectory looking(SpoolDirectory directory) throws IOException {
        try {
            directory.look();
            return directory;
        } catch (IOException | UncheckedIOException e) {
            directory.close();
            throw e;
        }
    }

    /** @throws UncheckedIOException where the disk fails in between */
    private void look() throws IOException {
        List<Path> cut = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path path : files.sorted().toList()) {
                String name = path.toString();
                lastName = Math.max(lastName, number(path));
                if (name.endsWith(SpoolFile.SUFFIX)) {
                    left.add(path);
                } else if (name.endsWith(DEAD_SUFFIX)) {
                    dead++;
                } else if (name.endsWith(SpoolFile.CUT_SUFFIX)) {
                    cut.add(path);
                }
            }
        }
        cut.stream().limit(Math.max(0, cut.size() - MAX_CUT)).forEach(SpoolDirectory::deleteQuietly);
    }

    /** Of a file that somebody named otherwise: 0. */
    private static long number(Path path) {
        String name = path.getFileName().toString();
        return name.matches("0[0-9a-f]{15}-.*") ? Long.parseLong(name.substring(0, HEX), HEX) : 0;
    }

    private static void deleteQuietly(Path cut) {
        try {
            Files.delete(cut);
            LOG.info("{}: deleted, for there are {} that are newer", cut, MAX_CUT);
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", cut, e.toString());
        }
    }

    private static boolean isTaken(FileChannel lock) throws IOException {
        try {
            FileLock taken = lock.tryLock();
            return taken != null;
        } catch (OverlappingFileLockException inThisProcess) {
            LOG.trace("another of this process has it", inThisProcess);
            return false;
        }
    }

    private static HawserException refused(Path directory, String expected, @Nullable Exception cause) {
        String message = "spool.directory: " + directory + " (expected: " + expected + ")";
        return new HawserException(ErrorCode.INVALID_ARGUMENT, cause == null ? message : message + ": " + cause, cause);
    }
}
