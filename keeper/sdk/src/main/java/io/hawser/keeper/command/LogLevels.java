package io.hawser.keeper.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.config.DurationText;
import io.hawser.keeper.config.Nearest;
import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * Changes how much a logger says, for a while: then, or when this instance ends, it goes back to what was configured.
 * Arguments: {@code logger} ({@code root} for all), {@code level}, {@code for}.
 */
public final class LogLevels implements OrderHandler, AutoCloseable {
    public static final Duration LONGEST = Duration.ofHours(24);
    /** As a level: what was configured. */
    public static final String RESET = "RESET";

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogLevels.class);
    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF", RESET);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.$-]{1,200}");

    private final KeeperLoop loop;
    private final Map<Logger, Long> ours = new HashMap<>();

    public LogLevels(KeeperLoop loop) {
        this.loop = loop;
    }

    /**
     * Checks what an operator wants, before it is sent or done.
     *
     * @throws HawserException with INVALID_ARGUMENT when it is out of range
     */
    public static void check(String logger, String level, Duration atMost) {
        if (!NAME.matcher(logger).matches()) {
            throw refused("logger: " + logger + " (expected: a logger's name, such as io.hawser.room, or root)");
        }
        if (!LEVELS.contains(level.toUpperCase(Locale.ROOT))) {
            throw refused("level: " + level + " (expected: " + String.join(", ", LEVELS) + ")");
        }
        if (atMost.compareTo(Duration.ofSeconds(1)) < 0 || atMost.compareTo(LONGEST) > 0) {
            throw refused("for: " + DurationText.format(atMost) + " (expected: 1s to 24h)");
        }
    }

    @Override
    public void handle(ObjectNode arguments, Answer answer) {
        String name = arguments.path("logger").asText();
        String level = arguments.path("level").asText().toUpperCase(Locale.ROOT);
        Duration atMost = DurationText.parse(arguments.path("for").asText());
        check(name, level, atMost);
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            throw HawserException.refusal(ErrorCode.FAILED_PRECONDITION, "log: not Logback's (expected: Logback)");
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        List<String> known = names(context);
        Logger logger = context.getLogger(name.equalsIgnoreCase("root") ? Logger.ROOT_LOGGER_NAME : name);
        describe(result, logger, known);
        if (level.equals(RESET)) {
            reset(context, logger, result, answer);
        } else {
            set(context, logger, Level.toLevel(level), atMost, result, answer);
        }
    }

    /** Puts back what this instance changed: in a process of several, the others go on. */
    @Override
    public void close() {
        loop.call(() -> {
            ours.forEach((logger, ticket) ->
                    LevelOverrides.of(logger.getLoggerContext()).putBack(logger, ticket));
            ours.clear();
            return null;
        });
    }

    private void set(
            LoggerContext context, Logger logger, Level level, Duration atMost, ObjectNode result, Answer answer) {
        long ticket = LevelOverrides.of(context).set(logger, level);
        ours.put(logger, ticket);
        loop.after(atMost, () -> expire(context, logger, ticket));
        result.put("level", level.toString());
        answer.done(logger.getName() + " logs from " + level + " on, for " + DurationText.format(atMost), result);
    }

    private void reset(LoggerContext context, Logger logger, ObjectNode result, Answer answer) {
        boolean changed = LevelOverrides.of(context).reset(logger);
        ours.remove(logger);
        String now = logger.getEffectiveLevel().toString();
        result.put("level", now);
        answer.done(logger.getName() + (changed ? " is back at " + now : " is at " + now + ", as configured"), result);
    }

    private void expire(LoggerContext context, Logger logger, long ticket) {
        if (LevelOverrides.of(context).putBack(logger, ticket)) {
            LOG.info("{} is back at {}", logger.getName(), logger.getEffectiveLevel());
        }
        ours.remove(logger, ticket);
    }

    /** A name that nobody logs under yet is no mistake, but may be one. */
    private static void describe(ObjectNode result, Logger logger, List<String> known) {
        String name = logger.getName();
        boolean there = known.stream().anyMatch(each -> each.equals(name) || each.startsWith(name + "."));
        result.put("logger", name)
                .put("before", logger.getEffectiveLevel().toString())
                .put("known", there);
        if (!there) {
            Nearest.to(name, known).ifPresent(nearest -> result.put("nearest", nearest));
        }
    }

    private static List<String> names(LoggerContext context) {
        return context.getLoggerList().stream().map(Logger::getName).toList();
    }

    private static HawserException refused(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
