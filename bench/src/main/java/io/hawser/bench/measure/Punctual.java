package io.hawser.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Has the kernel wake the calling thread when its sleep is over, until it is closed by the same thread. Else Linux gives
 * itself 50 µs more, to wake several at once: a generator that sleeps until something is due would count these as the
 * latency of what it measures.
 *
 * <p>Threads and processes that are started meanwhile are woken so, too: begin it after them. Where the kernel has no
 * such switch (another system, a thread that is virtual), sleeps are as long as they were.
 */
public final class Punctual implements AutoCloseable {
    private static final Path THREAD = Path.of("/proc/thread-self");
    private static final String AT_ONCE = "1";
    private static final String AS_BEFORE = "0";

    private Punctual() {}

    public static Punctual begin() {
        set(AT_ONCE);
        return new Punctual();
    }

    @Override
    public void close() {
        set(AS_BEFORE);
    }

    /** By the thread's own number: below its process the kernel does not show this file. */
    private static void set(String nanos) {
        try {
            String thread = Files.readSymbolicLink(THREAD).getFileName().toString();
            Files.writeString(Path.of("/proc", thread, "timerslack_ns"), nanos);
        } catch (IOException | UnsupportedOperationException none) {
            // Then what is measured holds the kernel's slack, as it says.
        }
    }
}
