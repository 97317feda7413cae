package io.hawser.standalone.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has the center erase users, each again until it has said that all is gone that the services have, and that no room is left
 * which might still have a client of the user's. Whose outcome is unknown is asked for again: each step of an erasure may be.
 */
final class Eraser {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final CenterApi center;
    private final String app;
    private final Duration within;
    private final Time time;

    /** @param within how long it is tried for one user */
    Eraser(CenterApi center, String app, Duration within, Time time) {
        this.center = center;
        this.app = app;
        this.within = within;
        this.time = time;
    }

    /** What passes between two attempts. */
    interface Time {
        long nanos();

        void pass(Duration time) throws InterruptedException;

        static Time real() {
            return new Time() {
                @Override
                public long nanos() {
                    return System.nanoTime();
                }

                @Override
                public void pass(Duration time) throws InterruptedException {
                    Thread.sleep(time);
                }
            };
        }
    }

    /**
     * Returns whether something was removed, or may have been: by an attempt that failed.
     *
     * @throws CommandException refused for good, for this user and all others; or not done in time
     */
    boolean erase(String user) {
        long deadlineNanos = time.nanos() + within.toNanos();
        boolean erased = false;
        while (true) {
            String why;
            @Nullable CommandException failure = null;
            try {
                JsonNode answer = center.erase(app, user);
                erased |= answer.path("erased").asBoolean();
                List<String> unknown = unknownRooms(answer);
                if (unknown.isEmpty()) {
                    return erased;
                }
                why = "rooms that may still have its client: " + String.join(", ", unknown);
            } catch (CommandException e) {
                if (e.isForGood()) {
                    throw e;
                }
                erased |= !e.isUnreached();
                failure = e;
                why = String.valueOf(e.getMessage());
            }
            await(user, deadlineNanos, why, failure);
        }
    }

    private void await(String user, long deadlineNanos, String why, @Nullable CommandException failure) {
        if (time.nanos() + PAUSE.toNanos() - deadlineNanos > 0) {
            String late = user + ": not erased within " + within.toSeconds() + " s: " + why
                    + " (give the command again; what is gone stays gone)";
            throw failure != null && failure.isUnreached()
                    ? CommandException.wrong(late, failure)
                    : new CommandException(late, failure);
        }
        try {
            time.pass(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.wrong(user + ": interrupted while it was erased", e);
        }
    }

    private static List<String> unknownRooms(JsonNode answer) {
        List<String> rooms = new ArrayList<>();
        answer.path("unknownRooms").forEach(room -> rooms.add(room.asText()));
        return rooms;
    }
}
