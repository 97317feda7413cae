package io.hawser.register;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * What the register holds, and for how long. All but {@code lanes} and {@code laneQueue} hold from the moment they change.
 *
 * @param lanes threads; each owns the slots whose number is its own modulo this
 * @param laneQueue requests that wait for a lane; beyond: RESOURCE_EXHAUSTED
 * @param maxSessions sessions in this instance; a lane takes its even share of them; beyond: RESOURCE_EXHAUSTED
 * @param maxSessionsPerUser mailboxes of a user that are bound at once; beyond: RESOURCE_EXHAUSTED
 * @param maxUsersPerLookup users in one look-up; beyond: INVALID_ARGUMENT
 * @param maxEarlyLeaves sessions of a slot that are noted as gone while their room still pours it; beyond: not noted
 * @param roomGrace how long the sessions of a room that vanished are still told, for it or its clients may return
 * @param sweepSlice sessions that are looked at in one go when sessions of vanished rooms are removed
 * @param sweepEvery how often lanes look for vanished rooms
 */
public record SessionLimits(
        int lanes,
        int laneQueue,
        int maxSessions,
        int maxSessionsPerUser,
        int maxUsersPerLookup,
        int maxEarlyLeaves,
        Duration roomGrace,
        int sweepSlice,
        Duration sweepEvery) {
    public SessionLimits {
        within("lanes", lanes, 1, 256);
        within("laneQueue", laneQueue, 1, 1 << 24);
        within("maxSessions", maxSessions, 1, Integer.MAX_VALUE);
        within("maxSessionsPerUser", maxSessionsPerUser, 1, 10_000);
        within("maxUsersPerLookup", maxUsersPerLookup, 1, 1 << 20);
        within("maxEarlyLeaves", maxEarlyLeaves, 0, 1 << 20);
        within("sweepSlice", sweepSlice, 1, 1 << 24);
        within("roomGrace", roomGrace, Duration.ZERO, Duration.ofHours(1));
        within("sweepEvery", sweepEvery, Duration.ofMillis(10), Duration.ofMinutes(1));
    }

    public static SessionLimits defaults() {
        return new SessionLimits(
                2, 65_536, 10_000_000, 64, 4_096, 256, Duration.ofSeconds(30), 4_096, Duration.ofSeconds(1));
    }

    /** Returns these for the lanes that {@code running} has: how many there are, and their queues, is read at the start. */
    SessionLimits forLanesOf(SessionLimits running) {
        return new SessionLimits(
                running.lanes,
                running.laneQueue,
                maxSessions,
                maxSessionsPerUser,
                maxUsersPerLookup,
                maxEarlyLeaves,
                roomGrace,
                sweepSlice,
                sweepEvery);
    }

    int maxSessionsPerLane() {
        return Math.ceilDiv(maxSessions, lanes);
    }

    private static <T extends Comparable<T>> void within(String what, T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, what + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }
}
