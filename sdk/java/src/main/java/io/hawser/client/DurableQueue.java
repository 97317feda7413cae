package io.hawser.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Entries that outlive the process, by a number of the caller's, in the order they were added.
 *
 * <p>The file is a log of records: an entry added, which is forced to disk before {@link #add} returns, or a number that
 * is done with, which is not: what is done may come back after a crash, and what was added is never lost. A torn record
 * at the end is cut off. The file is written anew once most of it is done with. Without a file all is kept in memory.
 *
 * <p>It is no channel, which an interrupt of any thread of the app's that adds an entry would close for good.
 */
final class DurableQueue implements AutoCloseable {
    // length of what follows, checksum of it, number
    private static final int HEADER_BYTES = Integer.BYTES + Long.BYTES + Long.BYTES;
    private static final int MAX_ENTRY_BYTES = 1 << 20;
    private static final long REWRITE_BYTES = 256 << 10;

    private final @Nullable Path path;
    private final int maxEntries;
    private final long maxBytes;
    private final Map<Long, byte[]> entries = new LinkedHashMap<>();
    private @Nullable RandomAccessFile file;
    private long fileBytes;
    private long bytes;
    private long lastNumber;

    private DurableQueue(@Nullable Path path, int maxEntries, long maxBytes) {
        this.path = path;
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
    }

    static DurableQueue inMemory(int maxEntries, long maxBytes) {
        return new DurableQueue(null, maxEntries, maxBytes);
    }

    static DurableQueue open(Path path, int maxEntries, long maxBytes) throws IOException {
        DurableQueue queue = new DurableQueue(path, maxEntries, maxBytes);
        queue.read(path);
        return queue;
    }

    /**
     * Adds an entry under a number above all before it.
     *
     * @return false where the queue is full
     * @throws IOException if it could not be made durable, or is too large; it is not in the queue then
     */
    synchronized boolean add(long number, byte[] entry) throws IOException {
        if (entries.size() >= maxEntries || bytes + entry.length > maxBytes) {
            return false;
        }
        if (entry.length > MAX_ENTRY_BYTES) {
            throw new IOException("entry: " + entry.length + " bytes (expected: at most " + MAX_ENTRY_BYTES + ")");
        }
        write(number, entry, true);
        put(number, entry);
        return true;
    }

    /** An entry is done with. */
    synchronized void remove(long number) throws IOException {
        byte[] entry = entries.remove(number);
        if (entry != null) {
            bytes -= entry.length;
            write(number, null, false);
            if (path != null && fileBytes > REWRITE_BYTES && fileBytes > 2 * bytes) {
                rewrite(path, lastNumber, entries);
            }
        }
    }

    /**
     * Puts others in the place of all entries: after any end of the process it is these or those.
     *
     * @throws IOException if they could not be made durable; nothing has changed then
     */
    synchronized void replaceAll(Map<Long, byte[]> others) throws IOException {
        long last = others.keySet().stream().reduce(lastNumber, Math::max);
        if (path != null) {
            rewrite(path, last, others);
        }
        entries.clear();
        bytes = 0;
        others.forEach(this::put);
    }

    synchronized Map<Long, byte[]> entries() {
        return new LinkedHashMap<>(entries);
    }

    /** Returns the highest number that was ever added; 0: none. */
    synchronized long lastNumber() {
        return lastNumber;
    }

    @Override
    public synchronized void close() throws IOException {
        try (RandomAccessFile open = file) {
            if (open != null) {
                open.getFD().sync();
            }
        }
    }

    private void put(long number, byte[] entry) {
        entries.put(number, entry);
        bytes += entry.length;
        lastNumber = Math.max(lastNumber, number);
    }

    private void write(long number, byte @Nullable [] entry, boolean force) throws IOException {
        RandomAccessFile open = file;
        if (open == null) {
            return;
        }
        byte[] record = record(number, entry).array();
        try {
            open.seek(fileBytes);
            open.write(record);
            if (force) {
                open.getFD().sync();
            }
        } catch (IOException e) {
            cutOff(open, e);
            throw e;
        }
        fileBytes += record.length;
    }

    /** What there is of a record that failed, as on a full disk: the next life is not to find it. */
    private void cutOff(RandomAccessFile open, IOException failure) {
        try {
            if (open.length() > fileBytes) {
                open.setLength(fileBytes);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** What is done with has no bytes; an entry begins with a byte of its own, so that an empty one is told from that. */
    private static ByteBuffer record(long number, byte @Nullable [] entry) {
        int length = entry == null ? 0 : entry.length + 1;
        ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + length);
        record.putInt(length).putLong(0).putLong(number);
        if (entry != null) {
            record.put((byte) 1).put(entry);
        }
        record.putLong(Integer.BYTES, checksum(record));
        record.flip();
        return record;
    }

    private static long checksum(ByteBuffer record) {
        CRC32 crc = new CRC32();
        ByteBuffer covered = record.duplicate();
        covered.clear().position(Integer.BYTES + Long.BYTES);
        crc.update(covered);
        return crc.getValue() + record.capacity();
    }

    private void read(Path from) throws IOException {
        RandomAccessFile open = new RandomAccessFile(from.toFile(), "rw");
        file = open;
        try {
            while (readRecord(open)) {
                // The next one begins where it ended.
            }
            if (open.length() > fileBytes) {
                open.setLength(fileBytes);
            }
        } catch (IOException e) {
            open.close();
            throw e;
        }
    }

    private boolean readRecord(RandomAccessFile from) throws IOException {
        try {
            ByteBuffer length = readFully(from, fileBytes, Integer.BYTES);
            int entryBytes = length.getInt();
            if (entryBytes < 0 || entryBytes > MAX_ENTRY_BYTES + 1) {
                return false;
            }
            ByteBuffer record = readFully(from, fileBytes, HEADER_BYTES + entryBytes);
            if (record.getLong(Integer.BYTES) != checksum(record)) {
                return false;
            }
            apply(record);
            fileBytes += record.capacity();
            return true;
        } catch (EOFException e) {
            // The end, or what a crash left of a record.
            return false;
        }
    }

    private void apply(ByteBuffer record) {
        long number = record.getLong(Integer.BYTES + Long.BYTES);
        int entryBytes = record.capacity() - HEADER_BYTES;
        lastNumber = Math.max(lastNumber, number);
        if (entryBytes == 0) {
            byte[] done = entries.remove(number);
            bytes -= done == null ? 0 : done.length;
        } else {
            byte[] entry = new byte[entryBytes - 1];
            record.position(HEADER_BYTES + 1);
            record.get(entry);
            put(number, entry);
        }
    }

    private static ByteBuffer readFully(RandomAccessFile from, long at, int count) throws IOException {
        byte[] into = new byte[count];
        from.seek(at);
        from.readFully(into);
        return ByteBuffer.wrap(into);
    }

    /** The last number stays known, though its entry may be done with. */
    private void rewrite(Path to, long last, Map<Long, byte[]> with) throws IOException {
        int size = HEADER_BYTES;
        for (byte[] entry : with.values()) {
            size += HEADER_BYTES + 1 + entry.length;
        }
        ByteBuffer content = ByteBuffer.allocate(size).put(record(last, null));
        // A number that is done with comes first, so an entry of the same number is put in again behind it.
        with.forEach((number, entry) -> content.put(record(number, entry)));
        RandomAccessFile before = file;
        file = EndpointFiles.replace(to, content.array());
        fileBytes = size;
        if (before != null) {
            closeReplaced(before);
        }
    }

    private static void closeReplaced(RandomAccessFile before) {
        try {
            before.close();
        } catch (IOException e) {
            // What counts is durable in the file that took its place.
        }
    }
}
