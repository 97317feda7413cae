package io.hawser.client;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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

    byte[] nonce() throws IOException {
        Path path = directory.resolve("installation");
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
        replace(path, ByteBuffer.wrap(drawn));
        return drawn;
    }

    /** Writes a file as a whole: under another name first. */
    static void replace(Path path, ByteBuffer content) throws IOException {
        Path temporary = Files.createTempFile(
                path.toAbsolutePath().getParent(), path.getFileName().toString(), ".tmp");
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            while (content.hasRemaining()) {
                out.write(content);
            }
            out.force(true);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
