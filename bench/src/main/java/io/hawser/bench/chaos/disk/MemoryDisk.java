package io.hawser.bench.chaos.disk;

import io.hawser.bench.measure.BenchException;
import java.nio.file.Path;

/** One in memory: all that is asked for where it only has to be small. */
record MemoryDisk(Path directory, int mebibytes) implements StoreDisk {
    @Override
    public void mount() {
        if (!Commands.run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=" + mebibytes + "m",
                Mark.own().text(),
                directory.toString())) {
            throw new BenchException(directory + ": cannot be mounted (expected: root, on Linux)");
        }
    }

    @Override
    public void unmount() {
        Commands.unmountLazily(directory);
    }
}
