package io.hawser.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A file that holds one value of a fixed size, in two places that are written in turn, each with a number and a checksum:
 * a save is one forced write, and one that a crash tore leaves the other place, which is what was saved before. The file
 * is locked while it is open.
 *
 * <p>It is no channel, which an interrupt that the app's listener left behind would close for good.
 */
final class TwoPlaceFile implements AutoCloseable {
    private final RandomAccessFile file;
    private final ByteBuffer place;
    private long saves;
    private byte @Nullable [] value;

    private TwoPlaceFile(RandomAccessFile file, int valueBytes) throws IOException {
        this.file = file;
        // number, value, checksum of the two
        this.place = ByteBuffer.allocate(Long.BYTES + valueBytes + Long.BYTES);
        readPlace(0);
        readPlace(1);
    }

    /** @throws IOException if the file cannot be used, or is open already, here or in another process */
    static TwoPlaceFile open(Path path, int valueBytes) throws IOException {
        // A write returns when its data is on the disk.
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rwd");
        try {
            lock(file, path);
            return new TwoPlaceFile(file, valueBytes);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Returns what was saved last, or null: nothing was. */
    @Nullable
    ByteBuffer load() {
        return value == null ? null : ByteBuffer.wrap(value).asReadOnlyBuffer();
    }

    /** Saves a value that may be shorter than the place: it is filled up with zeros. */
    void save(ByteBuffer content) throws IOException {
        long number = saves + 1;
        byte[] padded = new byte[place.capacity() - 2 * Long.BYTES];
        content.get(padded, 0, content.remaining());
        place.clear();
        place.putLong(number).put(padded);
        place.putLong(checksum()).flip();
        file.seek((number & 1) * place.capacity());
        file.write(place.array());
        saves = number;
        value = padded;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void readPlace(int index) throws IOException {
        place.clear();
        file.seek((long) index * place.capacity());
        try {
            file.readFully(place.array());
        } catch (EOFException e) {
            return;
        }
        long number = place.getLong();
        byte[] found = new byte[place.capacity() - 2 * Long.BYTES];
        place.get(found);
        if (place.getLong() == checksum() && number > saves) {
            saves = number;
            value = found;
        }
    }

    private long checksum() {
        CRC32 crc = new CRC32();
        ByteBuffer covered = place.duplicate();
        covered.clear().limit(place.capacity() - Long.BYTES);
        crc.update(covered);
        return crc.getValue();
    }

    private static void lock(RandomAccessFile file, Path path) throws IOException {
        FileLock lock;
        try {
            lock = file.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException("in use by another client of this process: " + path, e);
        }
        if (lock == null) {
            throw new IOException("in use by another process: " + path);
        }
    }
}
