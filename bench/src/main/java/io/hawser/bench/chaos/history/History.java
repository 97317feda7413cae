package io.hawser.bench.chaos.history;

import io.hawser.bench.measure.BenchException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All that happened in a run, also in a file, a line an event. Those of one source are in their order; those of different
 * sources are told apart by their times. What is checked is in memory, so there is a limit: beyond it a run fails, for
 * what is not written down cannot be checked.
 */
public final class History implements AutoCloseable {
    private final List<Event> events = new ArrayList<>();
    private final Path path;
    private final int mostEvents;
    private final BufferedWriter file;
    private boolean closed;

    public History(Path path, int mostEvents) {
        this.path = path;
        this.mostEvents = mostEvents;
        try {
            this.file = Files.newBufferedWriter(path);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /**
     * What happens after the end of the run is of no interest.
     *
     * @throws BenchException where it is full, or the disk is
     */
    public synchronized void add(Event event) {
        if (closed) {
            return;
        }
        if (events.size() >= mostEvents) {
            throw new BenchException(
                    "the history has %,d events (expected: fewer; a shorter run, a lower --rate, fewer --users)"
                            .formatted(mostEvents));
        }
        events.add(event);
        try {
            file.write(EventLines.write(event));
            file.newLine();
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /** What there is so far. */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            file.close();
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private static BenchException unwritable(Path path, IOException e) {
        return new BenchException("the history cannot be written to " + path + ": " + e.getMessage(), e);
    }
}
