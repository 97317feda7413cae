package io.hawser.saver.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The spool's files: one that is added to, and those before it that still hold something. Owned by the spool's thread. */
final class SpoolFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolFiles.class);
    /** So many refused messages are put aside; the others are tried for ever. */
    private static final int MAX_DEAD = 1_000;

    private final SpoolDirectory directory;
    private final long fileBytes;
    private final SpoolFile.Disk disk;
    /** Of earlier lives, not read yet, the oldest first. */
    private final ArrayDeque<Path> unread;
    /** Written or read, and not done with. */
    private final Set<SpoolFile> holding = new HashSet<>();
    /** Done with, and still there: the disk did not let go of them. */
    private final List<SpoolFile> ending = new ArrayList<>();

    private @Nullable SpoolFile present;
    private int dead;

    /** @param fileBytes a file that has reached this is not added to */
    SpoolFiles(SpoolDirectory directory, long fileBytes, SpoolFile.Disk disk) {
        this.directory = directory;
        this.fileBytes = fileBytes;
        this.disk = disk;
        this.unread = new ArrayDeque<>(directory.left());
        this.dead = directory.dead();
    }

    /** Returns how many messages were put aside, and were there at the start or since. */
    int dead() {
        return dead;
    }

    /** Returns how many files are done with, and cannot be deleted or renamed. */
    int ending() {
        return ending.size();
    }

    /** Returns for how long the oldest file is there that is not done with; 0: there is none. */
    long heldMillis() {
        return directory.ageMillis(
                Stream.concat(unread.stream(), holding.stream().map(SpoolFile::path)));
    }

    boolean hasUnread() {
        return !unread.isEmpty();
    }

    /** Reads the next of what earlier lives left. */
    SpoolRecords.Found readNext() throws IOException {
        SpoolFile.Found found = SpoolFile.read(unread.remove());
        tell(found);
        if (found.file().isEmpty()) {
            end(found.file());
        } else {
            holding.add(found.file());
        }
        return found.records();
    }

    /**
     * Writes records and syncs them.
     *
     * @return whether they are known to be on the disk; false: they may be, and may not. Then they have a file all the same
     * @throws IOException where they are not
     */
    boolean write(List<Spooled> batch) throws IOException {
        SpoolFile file = present;
        if (file == null) {
            file = SpoolFile.create(directory.newPath(SpoolFile.SUFFIX), disk);
            present = file;
            holding.add(file);
        }
        try {
            file.write(batch);
        } catch (Throwable e) {
            // An Error too: a file that was written halfway takes nothing any more.
            present = null;
            if (isTakenBack(file)) {
                holding.removeIf(SpoolFile::isEmpty);
                throw e;
            }
            LOG.error("{} cannot be written", file, e);
            file.holds(batch);
            return false;
        }
        if (file.bytes() >= fileBytes) {
            present = null;
            closeQuietly(file);
        }
        return true;
    }

    /** A message is committed. Returns how many bytes are free by that. */
    long done(Spooled message) {
        SpoolFile file = message.file;
        if (file == null || !file.done()) {
            return 0;
        }
        if (file == present) {
            present = null;
        }
        holding.remove(file);
        return end(file);
    }

    /** Ends what could not be ended before. Returns how many bytes are free by that. */
    long endAgain() {
        List<SpoolFile> gone = ending.stream().filter(SpoolFiles::isEnded).toList();
        ending.removeAll(gone);
        return gone.stream().mapToLong(SpoolFile::bytes).sum();
    }

    /** Puts a message that is refused where people find it, in a file that has to be renamed to count again. */
    boolean putAside(Spooled refused, Throwable why) {
        if (dead >= MAX_DEAD) {
            return false;
        }
        SpoolFile from = refused.file;
        try {
            SpoolFile aside = SpoolFile.create(directory.newPath(SpoolDirectory.DEAD_SUFFIX), disk);
            try {
                aside.write(List.of(refused));
                aside.close();
            } catch (IOException | RuntimeException e) {
                aside.end();
                throw e;
            }
            dead++;
            LOG.error("A message of the spool is refused for good, and put aside: {} ({})", aside, why.toString());
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("A message that is refused cannot be put aside: {}", e.toString());
            return false;
        } finally {
            refused.file = from;
        }
    }

    @Override
    public void close() throws IOException {
        if (present != null) {
            present.close();
        }
        directory.close();
    }

    private static void tell(SpoolFile.Found found) {
        if (found.records().cutBytes() > 0) {
            LOG.warn(
                    "{}: {} bytes behind the last whole record do not count",
                    found.file(),
                    found.records().cutBytes());
        }
        if (found.records().damagedBytes() > 0) {
            LOG.error(
                    "{}: damaged, {} bytes between whole records are none",
                    found.file(),
                    found.records().damagedBytes());
        }
    }

    /** Returns how many bytes are free by that; 0: it is tried again. */
    private long end(SpoolFile file) {
        if (isEnded(file)) {
            return file.bytes();
        }
        // What it holds is committed: appended again at the next start, it is known by its request ids, for a day.
        LOG.warn("{} is done with, and cannot be deleted or renamed", file);
        ending.add(file);
        return 0;
    }

    private static boolean isEnded(SpoolFile file) {
        try {
            file.end();
            return true;
        } catch (IOException e) {
            LOG.debug("{} is still there", file, e);
            return false;
        }
    }

    private static boolean isTakenBack(SpoolFile file) {
        try {
            file.takeBack();
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} may hold what was refused: {}", file, e.toString());
            return false;
        }
    }

    private static void closeQuietly(SpoolFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("{} cannot be closed: {}", file, e.toString());
        }
    }
}
