package io.hawser.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * A store of two small files in a directory: the installation's nonce, and a position for the endpoint.
 *
 * <p>A position is written before each message, so a save costs one forced write of 32 bytes: the file has two places,
 * written in turn, each with a number and a checksum. A write that a crash tore leaves the other place, which is what was
 * saved before. The file is locked while the store is open.
 */
public final class FilePositionStore implements PositionStore {
    private static final int NONCE_BYTES = 16;
    // number, handed, in hand, checksum of the three
    private static final int PLACE_BYTES = 4 * Long.BYTES;

    private final byte[] nonce;
    private final FileChannel file;
    private final ByteBuffer place = ByteBuffer.allocate(PLACE_BYTES);
    private long saves;
    private Position position = Position.NONE;

    private FilePositionStore(byte[] nonce, FileChannel file) throws IOException {
        this.nonce = nonce;
        this.file = file;
        readPlace(0);
        readPlace(1);
    }

    /**
     * Opens the endpoint's store in {@code directory}, which is made where it is missing. Stores of several endpoints
     * may share a directory; they share the nonce then.
     *
     * @throws IOException if the directory cannot be used, or another client has this endpoint's store open
     */
    public static FilePositionStore open(Path directory, String app, String user, String device) throws IOException {
        Files.createDirectories(directory);
        byte[] nonce = nonce(directory.resolve("installation"));
        Path path = directory.resolve(fileName(app, user, device));
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(file, path);
            return new FilePositionStore(nonce, file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public byte[] installationNonce() {
        return nonce.clone();
    }

    @Override
    public Position load() {
        return position;
    }

    @Override
    public void save(Position position) throws IOException {
        long number = saves + 1;
        place.clear();
        place.putLong(number).putLong(position.handed()).putLong(position.inHand());
        place.putLong(checksum(place)).flip();
        long start = (number & 1) * PLACE_BYTES;
        while (place.hasRemaining()) {
            file.write(place, start + place.position());
        }
        file.force(false);
        saves = number;
        this.position = position;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void readPlace(int index) throws IOException {
        place.clear();
        while (place.hasRemaining()) {
            if (file.read(place, (long) index * PLACE_BYTES + place.position()) < 0) {
                return;
            }
        }
        place.flip();
        long number = place.getLong();
        Position found = new Position(place.getLong(), place.getLong());
        if (place.getLong() == checksum(place) && number > saves) {
            saves = number;
            position = found;
        }
    }

    private static long checksum(ByteBuffer place) {
        CRC32 crc = new CRC32();
        ByteBuffer numbers = place.duplicate();
        numbers.clear().limit(PLACE_BYTES - Long.BYTES);
        crc.update(numbers);
        return crc.getValue();
    }

    private static void lock(FileChannel file, Path path) throws IOException {
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException("in use by another client of this process: " + path, e);
        }
        if (lock == null) {
            throw new IOException("in use by another process: " + path);
        }
    }

    /** Any id is a fit file name once it is hashed, and none tells who used the device. */
    private static String fileName(String app, String user, String device) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {app, user, device}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((byte) bytes.length);
                digest.update(bytes);
            }
            return String.format("%064x.position", new java.math.BigInteger(1, digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] nonce(Path path) throws IOException {
        try {
            byte[] kept = Files.readAllBytes(path);
            if (kept.length == NONCE_BYTES) {
                return kept;
            }
        } catch (NoSuchFileException e) {
            // The first start of this installation.
        }
        byte[] drawn = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(drawn);
        write(path, drawn);
        return drawn;
    }

    /** Writes the file as a whole: under another name first. */
    private static void write(Path path, byte[] bytes) throws IOException {
        Path temporary = Files.createTempFile(path.toAbsolutePath().getParent(), "installation", ".tmp");
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            out.force(true);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
