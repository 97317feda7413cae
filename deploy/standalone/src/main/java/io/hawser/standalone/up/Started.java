package io.hawser.standalone.up;

import io.hawser.standalone.command.CommandException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started, until it is stopped in the reverse order of the parts.
 *
 * <p>Parts are added from several threads, and stopping may come while some are still starting (Ctrl-C): what is added
 * after that is stopped at once.
 */
final class Started implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Started.class);

    private final Map<Part, AutoCloseable> parts = new EnumMap<>(Part.class);
    private boolean stopping;

    /**
     * Takes charge of a part.
     *
     * @throws CommandException when all is being stopped, the part too by then
     */
    <T extends AutoCloseable> T add(Part part, T started) {
        if (!taken(part, started)) {
            stop(part, started);
            throw new CommandException("stopped while " + part.label() + " was starting");
        }
        return started;
    }

    @Override
    public void close() {
        for (Part part : List.of(Part.values()).reversed()) {
            AutoCloseable started = take(part);
            if (started != null) {
                stop(part, started);
            }
        }
    }

    synchronized boolean isAny() {
        return !parts.isEmpty();
    }

    private synchronized boolean taken(Part part, AutoCloseable started) {
        if (stopping) {
            return false;
        }
        parts.put(part, started);
        return true;
    }

    private synchronized @Nullable AutoCloseable take(Part part) {
        stopping = true;
        return parts.remove(part);
    }

    /** The others must be stopped whatever becomes of this one. */
    private static void stop(Part part, AutoCloseable started) {
        try {
            started.close();
        } catch (Exception e) {
            LOG.warn("{} did not stop well", part.label(), e);
        }
    }
}
