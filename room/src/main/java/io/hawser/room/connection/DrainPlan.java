package io.hawser.room.connection;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * How an event loop is emptied.
 *
 * @param perSecond clients that are asked to go, and closed where they have not, each second; more only where the time
 *     is too short for it
 * @param askWithin the time in which all are asked
 * @param goWithin the time that each has then
 * @param closeWithin the time in which the late ones are closed
 * @param alternatives addresses of other rooms that are spoken to in this transport, as of now; none: the dispatcher knows
 */
public record DrainPlan(
        double perSecond,
        Duration askWithin,
        Duration goWithin,
        Duration closeWithin,
        Function<String, List<String>> alternatives) {
    private static final double MILLIS_A_SECOND = 1_000;

    /** How long asking so many takes, in milliseconds. */
    long askMs(int connections) {
        return millis(connections, askWithin);
    }

    /** How long closing so many takes, in milliseconds. */
    long closeMs(int connections) {
        return millis(connections, closeWithin);
    }

    private long millis(int connections, Duration atMost) {
        return Math.min((long) (MILLIS_A_SECOND * connections / perSecond), atMost.toMillis());
    }
}
