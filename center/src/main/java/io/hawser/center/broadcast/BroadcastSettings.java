package io.hawser.center.broadcast;

import io.hawser.center.link.Settings;
import java.time.Duration;

/**
 * How broadcasts are run.
 *
 * @param smallApp an app with no more sessions than this (a list with no more users) needs no pace, and waits for no other
 * @param membersPerSecond of one large app in the whole platform, where neither it nor the broadcast says less
 * @param tick how often slices are leased, granted their pace and reported; drawn from half to all of it
 * @param lease how long a slice stays this center's when nothing is heard of it; others take it over then
 * @param grant how long a room may go on by the last grant of pace
 * @param maxSlices slices in hand, or 8 a room where those are more; others are left to other centers, or wait
 * @param maxAppends appends to users of lists that are under way at once, at least the 64 that a part makes together;
 *     beyond, they wait their turn
 * @param sessionsAge how old the number of an app's sessions may be
 * @param maxWaiters calls that may wait for a broadcast at once; beyond, they are answered at once, counted
 * @param waitPoll how often such a call looks
 */
public record BroadcastSettings(
        int smallApp,
        int membersPerSecond,
        Duration tick,
        Duration lease,
        Duration grant,
        int maxSlices,
        int maxAppends,
        Duration sessionsAge,
        int maxWaiters,
        Duration waitPoll) {
    /** A broadcast has a slice a room: so many of them go on at once at each center, however many rooms there are. */
    private static final int SLICES_A_ROOM = 8;

    public BroadcastSettings {
        Settings.require(smallApp >= 0, "smallApp", smallApp, "at least 0");
        Settings.require(membersPerSecond >= 1, "membersPerSecond", membersPerSecond, "at least 1");
        Settings.require(tick.isPositive(), "tick", tick, "a positive time");
        Settings.require(lease.compareTo(tick.multipliedBy(2)) >= 0, "lease", lease, "at least two ticks");
        Settings.require(grant.compareTo(tick.multipliedBy(2)) >= 0, "grant", grant, "at least two ticks");
        Settings.require(maxSlices >= 1, "maxSlices", maxSlices, "at least 1");
        Settings.require(maxAppends >= Throttle.MAX_CHUNK, "maxAppends", maxAppends, "at least " + Throttle.MAX_CHUNK);
        Settings.require(!sessionsAge.isNegative(), "sessionsAge", sessionsAge, "no negative time");
        Settings.require(maxWaiters >= 0, "maxWaiters", maxWaiters, "at least 0");
        Settings.require(waitPoll.isPositive(), "waitPoll", waitPoll, "a positive time");
    }

    public static BroadcastSettings defaults() {
        return new BroadcastSettings(
                10_000,
                20_000,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                256,
                512,
                Duration.ofSeconds(10),
                256,
                Duration.ofMillis(500));
    }

    int slices(int rooms) {
        return Math.max(maxSlices, SLICES_A_ROOM * rooms);
    }
}
