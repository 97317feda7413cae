package io.hawser.client;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** The files of one endpoint in a directory, which several endpoints may share; they share the nonce then. */
final class EndpointFiles {
    private static final int NONCE_BYTES = 16;

    private final Path directory;
    private final String name;

    EndpointFiles(Path directory, String app, String user, String device) throws IOException {
        Files.createDirectories(directory);
        this.directory = directory;
        this.name = name(app, user, device);
    }

    /** Returns the endpoint's file of this kind, {@code position}. */
    Path file(String kind) {
        return directory.resolve(name + "." + kind);
    }

    /**
     * Drawn at the first start, by whichever client comes first. A file's lock is the whole process's: the monitor keeps its
     * clients apart.
     */
    byte[] nonce() throws IOException {
        synchronized (EndpointFiles.class) {
            try (RandomAccessFile file =
                    new RandomAccessFile(directory.resolve("installation").toFile(), "rwd")) {
                FileLock unused = file.getChannel().lock();
                byte[] nonce = new byte[NONCE_BYTES];
                if (file.length() >= NONCE_BYTES) {
                    file.readFully(nonce);
                } else {
                    new SecureRandom().nextBytes(nonce);
                    file.write(nonce);
                }
                return nonce;
            }
        }
    }

    /**
     * Writes a file as a whole, under another name first, and returns it open.
     *
     * @throws IOException where that fails, as on a full disk: the file is as it was then, and nothing else is left
     */
    static RandomAccessFile replace(Path path, byte[] content) throws IOException {
        Path temporary = Files.createTempFile(
                path.toAbsolutePath().getParent(), path.getFileName().toString(), ".tmp");
        try {
            return write(temporary, path, content);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private static RandomAccessFile write(Path temporary, Path path, byte[] content) throws IOException {
        RandomAccessFile out = new RandomAccessFile(temporary.toFile(), "rw");
        try {
            out.write(content);
            out.getFD().sync();
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return out;
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    /** Any id is a fit file name once it is hashed, and none tells who used the device. */
    private static String name(String app, String user, String device) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {app, user, device}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((byte) bytes.length);
                digest.update(bytes);
            }
            return String.format("%064x", new BigInteger(1, digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
