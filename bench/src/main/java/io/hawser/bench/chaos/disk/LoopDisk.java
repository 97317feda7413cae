package io.hawser.bench.chaos.disk;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** An ext4 in a file, on a loop device: its power can be cut, and then it has what was synced, and perhaps some more. */
record LoopDisk(Path image, Path directory) implements StoreDisk {
    private static final String[] MAKE = {
        "mkfs.ext4",
        "-q",
        // No question whether a file is meant; nothing reserved for root, who fills it; all is written now, and not by
        // the
        // kernel in the course of the run; and not more than there will be.
        "-F",
        "-m",
        "0",
        "-E",
        "lazy_itable_init=0,lazy_journal_init=0,nodiscard",
        "-N",
        "4096"
    };
    /** A file of somebody who was just killed is closed a little later. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long LOOK_MILLIS = 50;
    private static final int SMALLEST_MEBIBYTES = 16;

    /**
     * Not mounted yet.
     *
     * @throws BenchException where none can be made
     */
    static LoopDisk make(Path image, Path directory, int mebibytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) mebibytes << 20);
        }
        String[] make = Arrays.copyOf(MAKE, MAKE.length + 1);
        make[MAKE.length] = image.toString();
        if (!Commands.run(make)) {
            throw new BenchException(image + ": no file system can be made in it (expected: mkfs.ext4)");
        }
        return new LoopDisk(image, directory);
    }

    /** Whether this process may mount one, and cut its power. */
    static boolean isPossible() {
        try {
            Path probe = Files.createTempDirectory("hawser-disk");
            Path image = Mark.own().in(probe, "probe");
            Path directory = Files.createDirectory(probe.resolve("mounted"));
            try {
                LoopDisk disk = make(image, directory, SMALLEST_MEBIBYTES);
                disk.mount();
                try {
                    disk.cutPower();
                    disk.awaitUnused();
                    disk.mount();
                } finally {
                    disk.unmount();
                }
            } finally {
                Files.deleteIfExists(image);
                Files.delete(directory);
                Files.delete(probe);
            }
            return true;
        } catch (IOException | BenchException no) {
            return false;
        }
    }

    @Override
    public void mount() {
        if (!Commands.run("mount", "-t", "ext4", "-o", "loop", image.toString(), directory.toString())) {
            throw new BenchException(
                    directory + ": " + image + " cannot be mounted (expected: root, on Linux, with loop" + " devices)");
        }
    }

    /** What shows what is on it when the run is over. */
    String mountCommand() {
        return "mount -t ext4 -o loop " + image + " " + directory;
    }

    /** What there is now stays, whatever happens. */
    void sync() {
        if (!Commands.run("sync", "--file-system", directory.toString())) {
            throw new BenchException(directory + ": cannot be synced");
        }
    }

    /** From now on nothing reaches it, nor what was written to it and not synced. */
    void cutPower() throws IOException {
        new PowerSwitch().cut(directory);
    }

    /** Returns when its users have ended, and it is unmounted. To be mounted again: it is as it was when its power was cut. */
    void awaitUnused() {
        if (!Pause.until(PATIENCE, LOOK_MILLIS, () -> Commands.run("umount", directory.toString()))) {
            throw new BenchException(directory + ": somebody has files there still (expected: nobody, within "
                    + PATIENCE.toSeconds() + " s)");
        }
    }

    @Override
    public void unmount() {
        Commands.unmountLazily(directory);
    }
}
