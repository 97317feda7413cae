package io.hawser.bench.chaos.clock;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** By how much the clocks of instances are to be wrong: a file for each that is, in a directory that {@link ClockAgent} knows. */
public final class ClockSettings {
    /** An instance looks ten times a second, if it gets to. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long LOOK_MILLIS = 20;

    private final Path directory;
    private final Duration patience;

    public ClockSettings(Path directory) {
        this(directory, PATIENCE);
    }

    ClockSettings(Path directory, Duration patience) {
        this.directory = directory;
        this.patience = patience;
    }

    /**
     * Returns when the clock of that instance is off by so much: what it reads from now on has that in it.
     *
     * @param name of the instance
     */
    public void put(String name, Duration off) throws IOException {
        replace(directory.resolve(name), off);
        awaitTaken(name, off);
    }

    /** Returns when its clock is right. */
    public void right(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
        awaitTaken(name, Duration.ZERO);
    }

    private void awaitTaken(String name, Duration off) {
        Path taken = taken(directory.resolve(name));
        if (!Pause.until(patience, LOOK_MILLIS, () -> WrongClock.read(taken).equals(off))) {
            throw new BenchException("the clock of " + name + " is off by "
                    + WrongClock.read(taken).toMillis() + " ms (expected: " + off.toMillis() + " within "
                    + patience.toMillis() + " ms)");
        }
    }

    /** In which an instance says by how much its clock is off now. */
    static Path taken(Path file) {
        return file.resolveSibling(file.getFileName() + ".taken");
    }

    /** Whoever looks meanwhile sees all of it, or what was there before. */
    static void replace(Path file, Duration off) throws IOException {
        Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), Long.toString(off.toMillis()));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
