package io.hawser.saver.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One file of the spool. Written before it is read, by one life of the saver: what is found at a start is not added to,
 * nor changed. Owned by the spool's thread.
 */
final class SpoolFile {
    static final String SUFFIX = ".spool";
    static final String CUT_SUFFIX = ".cut";

    private final Path path;
    /** Of what is written; what was found has its own. */
    private final SpoolRecords records = SpoolRecords.fresh();

    private @Nullable FileChannel channel;
    /** Where the next record begins; what is behind it was not synced. */
    private long end = SpoolRecords.HEAD_BYTES;
    /** Of the spool's bound, by all that it holds. */
    private long bytes;
    /** Records of it that are not committed. */
    private int waiting;
    /** Not all of it is whole records. */
    private boolean torn;

    /** Opens a file to be written: a disk that fails, in tests. */
    interface Disk {
        /** A file that is there already is a fault: none is written twice. */
        Disk REAL = path -> FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

        FileChannel create(Path path) throws IOException;
    }

    /** A file, and what it holds. */
    record Found(SpoolFile file, SpoolRecords.Found records) {}

    private SpoolFile(Path path) {
        this.path = path;
    }

    /** Returns a new file that is known to its directory, whatever happens. */
    static SpoolFile create(Path path, Disk disk) throws IOException {
        SpoolFile file = new SpoolFile(path);
        file.channel = disk.create(path);
        try {
            write(file.channel, file.records.head());
            syncEntry(path);
            return file;
        } catch (IOException e) {
            file.delete();
            throw e;
        }
    }

    /** Reads what was written in an earlier life. */
    static Found read(Path path) throws IOException {
        SpoolRecords.Found records;
        try {
            records = SpoolRecords.read(ByteBuffer.wrap(Files.readAllBytes(path)));
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
        SpoolFile file = new SpoolFile(path);
        file.torn = records.damagedBytes() + records.cutBytes() > 0;
        file.holds(records.messages());
        return new Found(file, records);
    }

    /** Writes records and syncs them. After a failure nothing is known of them, and the file takes no more. */
    void write(List<Spooled> batch) throws IOException {
        FileChannel open = channel;
        if (open == null) {
            throw new IOException(path + ": closed after a failure");
        }
        ByteBuffer all = records.of(batch);
        int size = all.remaining();
        write(open, all);
        open.force(false);
        end += size;
        holds(batch);
    }

    /**
     * Takes no more, after a failure, and forgets what was being written.
     *
     * @throws IOException where that may be there all the same
     */
    void takeBack() throws IOException {
        FileChannel open = channel;
        if (open == null || waiting == 0) {
            delete();
            return;
        }
        try (open) {
            channel = null;
            open.truncate(end);
            open.force(true);
        }
    }

    /** These are in it, or may be. */
    void holds(List<Spooled> messages) {
        for (Spooled message : messages) {
            message.file = this;
            bytes += message.bytes();
        }
        waiting += messages.size();
    }

    Path path() {
        return path;
    }

    /** Returns what it takes up of the spool's bound, until it is gone. */
    long bytes() {
        return bytes;
    }

    /** A record of it is committed. Returns whether that was the last. */
    boolean done() {
        return --waiting == 0;
    }

    boolean isEmpty() {
        return waiting == 0;
    }

    /** Ends the writing; what it holds stays. */
    void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    /** Nothing in it counts any more. One that was found torn stays under another name: people may want to look at it. */
    void end() throws IOException {
        if (torn) {
            Files.move(path, path.resolveSibling(path.getFileName() + CUT_SUFFIX));
            syncEntry(path);
        } else {
            delete();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private void delete() throws IOException {
        try {
            close();
        } finally {
            if (Files.deleteIfExists(path)) {
                syncEntry(path);
            }
        }
    }

    private static void write(FileChannel open, ByteBuffer all) throws IOException {
        while (all.hasRemaining()) {
            open.write(all);
        }
    }

    /** Its entry in the directory that it is in. */
    static void syncEntry(Path path) throws IOException {
        try (FileChannel directory =
                FileChannel.open(Objects.requireNonNull(path.toAbsolutePath().getParent()), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
