package io.hawser.keeper.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The levels that were changed for a while, and what they go back to. The log belongs to the process, in which several
 * instances may live; so this stands in the log's own context, one for all of them.
 */
final class LevelOverrides {
    private static final String KEY = LevelOverrides.class.getName();

    private final Map<String, Held> held = new HashMap<>();
    private long tickets;

    /**
     * A level that is not the configured one.
     *
     * @param configured null: none of its own, the one of the logger above
     */
    private record Held(@Nullable Level configured, long ticket) {}

    private LevelOverrides() {}

    static LevelOverrides of(LoggerContext context) {
        synchronized (context) {
            if (context.getObject(KEY) instanceof LevelOverrides known) {
                return known;
            }
            LevelOverrides made = new LevelOverrides();
            context.putObject(KEY, made);
            return made;
        }
    }

    /** Sets a level, and returns what {@link #putBack} wants; a later call for the same logger makes that void. */
    synchronized long set(Logger logger, Level level) {
        Held before = held.get(logger.getName());
        long ticket = ++tickets;
        held.put(logger.getName(), new Held(before == null ? logger.getLevel() : before.configured(), ticket));
        logger.setLevel(level);
        return ticket;
    }

    /** Puts the configured level back, unless somebody set another one since; returns whether it did. */
    synchronized boolean putBack(Logger logger, long ticket) {
        Held now = held.get(logger.getName());
        return now != null && now.ticket() == ticket && reset(logger);
    }

    /** Puts the configured level back, whoever changed it; returns whether anybody had. */
    synchronized boolean reset(Logger logger) {
        Held before = held.remove(logger.getName());
        if (before != null) {
            logger.setLevel(before.configured());
        }
        return before != null;
    }
}
