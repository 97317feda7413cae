package io.hawser.bench.chaos.disk;

import io.hawser.bench.measure.BenchException;
import java.nio.file.Path;

/** A file system of a store's own, mounted where the store has its data. */
sealed interface StoreDisk permits MemoryDisk, LoopDisk {
    Path directory();

    /** @throws BenchException where it may not be */
    void mount();

    /** Whoever has files there still, has them until he ends. */
    void unmount();
}
