package io.hawser.bench.chaos.disk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that takes all that is free on a disk. */
final class Ballast {
    private static final String NAME = "ballast";
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int SMALLEST_BYTES = 512;

    private Ballast() {}

    static void fill(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        FileStore disk = Files.getFileStore(directory);
        // Most of it at once, without writing any, where the system has a command for that: what is left is asked for
        // below.
        var _ = Commands.run("fallocate", "--length", Long.toString(disk.getUsableSpace()), file.toString());
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int block = BLOCK_BYTES; block >= SMALLEST_BYTES; block /= 2) {
                writeAll(out, new byte[block]);
            }
        } catch (IOException full) {
            // The last block did not fit. It is asked for below.
        }
        if (disk.getUsableSpace() >= BLOCK_BYTES) {
            throw new IOException(file + ": " + disk.getUsableSpace() + " bytes are free still (expected: none)");
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

    static void remove(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(NAME));
    }
}
