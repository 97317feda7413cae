package io.hawser.room.broadcast;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.Bounds;
import java.time.Duration;

/**
 * How broadcasts are followed and given. Changes hold at once.
 *
 * @param followInterval how often savers are asked for news, give or take a quarter
 * @param openWithin how long a saver may take for groups and cursor before a binding goes on without
 * @param storeTimeout how long it may take for all else
 * @param followEntries entries that savers give out at once
 * @param followBytes their bytes
 * @param tailEntries newest entries of an app that are held in memory; older ones are read
 * @param tailBytes bytes of all apps' entries that are held, by the event loops, too; those that loops have yet to come to
 *     stay, and no more is read for their apps while it is too much
 * @param readEntries entries a read of older ones
 * @param readBytes their bytes
 * @param readsPerLoop such reads under way for the apps of one event loop
 * @param reloadsPerLoop memberships under way that are asked for again, for the members of one event loop
 * @param window broadcasts that are written to a binding, acknowledged or not, before its cursor has moved past them
 * @param membersATurn members served before an event loop looks after others
 * @param encodedBytes frames of broadcasts that an event loop keeps while it is busy, for all its apps; beyond: those that it
 *     wrote least recently are encoded again. The default holds what is read at once, twice over, for four apps
 * @param compression which bodies are compressed for clients that take it; what is made of them counts as frames do
 * @param tellAfter how long after an acknowledgement a client is told its cursor
 * @param saveEvery how often a cursor that changes is saved, give or take a half
 * @param maxUnsaved cursors that wait to be saved; beyond: the new ones are not, and clients' own words hold
 * @param reportEvery how often progress is told
 * @param maxCounted broadcasts whose progress is counted; beyond: that of the oldest ends
 * @param joinsWaiting JOINs of a binding that wait for the one under way; beyond: RESOURCE_EXHAUSTED
 * @param transientsPerLoop TRANSIENT broadcasts under way on an event loop, of an app as many as are free still, so half of
 *     them at most; beyond: RESOURCE_EXHAUSTED
 * @param fruitlessAfter a connection that was given broadcasts and acknowledged none for so long counts as fruitless
 * @param fruitlessFree fruitless connections of an endpoint in a row that are served all the same
 * @param fruitlessFirst how long the log is then held back from it; doubles
 * @param fruitlessMax the longest that it is held back
 */
public record BroadcastConfig(
        Duration followInterval,
        Duration openWithin,
        Duration storeTimeout,
        int followEntries,
        ByteSize followBytes,
        int tailEntries,
        ByteSize tailBytes,
        int readEntries,
        ByteSize readBytes,
        int readsPerLoop,
        int reloadsPerLoop,
        int window,
        int membersATurn,
        ByteSize encodedBytes,
        CompressionConfig compression,
        Duration tellAfter,
        Duration saveEvery,
        int maxUnsaved,
        Duration reportEvery,
        int maxCounted,
        int joinsWaiting,
        int transientsPerLoop,
        Duration fruitlessAfter,
        int fruitlessFree,
        Duration fruitlessFirst,
        Duration fruitlessMax) {
    /** What a cursor on the wire names above its low, and up to it, at most. */
    static final int MAX_NAMED = 64;

    public BroadcastConfig {
        Bounds.within("followInterval ms", followInterval.toMillis(), 10, 60_000);
        Bounds.within("openWithin ms", openWithin.toMillis(), 1, 60_000);
        Bounds.within("storeTimeout ms", storeTimeout.toMillis(), 1, 60_000);
        Bounds.within("followEntries", followEntries, 1, 10_000);
        Bounds.within("followBytes", followBytes.bytes(), 1, 16 << 20);
        Bounds.within("tailEntries", tailEntries, 1, 1 << 20);
        Bounds.within("tailBytes", tailBytes.bytes(), 1, 1L << 40);
        Bounds.within("readEntries", readEntries, 1, 10_000);
        Bounds.within("readBytes", readBytes.bytes(), 1, 16 << 20);
        Bounds.within("readsPerLoop", readsPerLoop, 1, 1_000);
        Bounds.within("reloadsPerLoop", reloadsPerLoop, 1, 10_000);
        Bounds.within("window", window, 1, MAX_NAMED);
        Bounds.within("membersATurn", membersATurn, 1, 100_000);
        Bounds.within("encodedBytes", encodedBytes.bytes(), 1, 1L << 30);
        Bounds.within("tellAfter ms", tellAfter.toMillis(), 1, 60_000);
        Bounds.within("saveEvery ms", saveEvery.toMillis(), 1, 3_600_000);
        Bounds.within("maxUnsaved", maxUnsaved, 1, 10_000_000);
        Bounds.within("reportEvery ms", reportEvery.toMillis(), 10, 60_000);
        Bounds.within("maxCounted", maxCounted, 1, 1_000_000);
        Bounds.within("joinsWaiting", joinsWaiting, 1, 1_000);
        Bounds.within("transientsPerLoop", transientsPerLoop, 1, 10_000);
        Bounds.within("fruitlessFree", fruitlessFree, 1, 100);
        Bounds.within("fruitlessFirst ms", fruitlessFirst.toMillis(), 1, fruitlessMax.toMillis());
    }

    public static BroadcastConfig defaults() {
        return new BroadcastConfig(
                Duration.ofMillis(350),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                256,
                ByteSize.ofKibibytes(1024),
                1_024,
                ByteSize.ofKibibytes(64 * 1024),
                128,
                ByteSize.ofKibibytes(512),
                8,
                64,
                64,
                256,
                ByteSize.ofMebibytes(4),
                CompressionConfig.defaults(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                100_000,
                Duration.ofSeconds(2),
                10_000,
                8,
                128,
                Duration.ofSeconds(30),
                3,
                Duration.ofMinutes(1),
                Duration.ofHours(1));
    }

    /** How long the log is held back after so many fruitless connections in a row. */
    long heldBackMs(int fruitless) {
        int doublings = Math.min(fruitless - fruitlessFree, 30);
        return doublings < 0 ? 0 : Math.min(fruitlessFirst.toMillis() << doublings, fruitlessMax.toMillis());
    }
}
