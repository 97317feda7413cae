package io.hawser.room.connection;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.Bounds;
import io.hawser.wire.FrameLimits;
import java.time.Duration;

/**
 * How connections and their bindings are treated. Changes hold at once, for those that are open too.
 *
 * @param helloWithin time from connecting to HELLO
 * @param bindWithin time from HELLO to the first BOUND
 * @param closeWithin time that a client gets to read why it is closed
 * @param heartbeat how often clients are to be heard
 * @param maxUnboundFrame largest frame of a client that has no binding
 * @param maxFrame largest frame of a client that has
 * @param writeBuffer what may wait for a client's socket; beyond: nothing is written until half is gone
 * @param maxBindings bindings a connection
 * @param maxBindsInFlight bindings that an app may have under way on a connection, and apps that one may wait for which are
 *     not known yet; beyond: RESOURCE_EXHAUSTED
 * @param window unacknowledged messages a binding
 * @param acknowledgeWithin how long an acknowledgement may wait for others of its loop, to go to the savers with them
 * @param fruitlessAfter a connection that was given messages, and is heard for so long after the first of them without an
 *     acknowledgement of any, is counted by the savers as fruitless: they hold its mailbox after some in a row
 * @param loads how mailboxes are loaded
 * @param openAttempts attempts at opening a mailbox before the client is sent to try later
 * @param firstBackoff the wait after the first failed load or acknowledgement; doubles, half of it is drawn by lot
 * @param maxBackoff the longest such wait
 * @param detachedPoll how often, give or take a half, a binding that no register knows looks into its mailbox
 * @param seenEvery how often, give or take a half, a binding's mailbox is opened again: savers remove one that was not for
 *     at least 30 days. At most 10 days
 * @param tokenWarning how long before its token's end a client is told
 * @param tokenGrace how long after its token's end a binding still lives
 * @param parking how those that drop are kept for clients that come back
 */
public record ConnectionConfig(
        Duration helloWithin,
        Duration bindWithin,
        Duration closeWithin,
        Heartbeat heartbeat,
        ByteSize maxUnboundFrame,
        ByteSize maxFrame,
        ByteSize writeBuffer,
        int maxBindings,
        int maxBindsInFlight,
        int window,
        Duration acknowledgeWithin,
        Duration fruitlessAfter,
        LoadConfig loads,
        int openAttempts,
        Duration firstBackoff,
        Duration maxBackoff,
        Duration detachedPoll,
        Duration seenEvery,
        Duration tokenWarning,
        Duration tokenGrace,
        ParkingConfig parking) {
    public ConnectionConfig {
        Bounds.within("maxUnboundFrame", maxUnboundFrame.bytes(), 64, FrameLimits.MAX_FRAME_BYTES);
        Bounds.within("maxFrame", maxFrame.bytes(), maxUnboundFrame.bytes(), FrameLimits.MAX_FRAME_BYTES);
        Bounds.within("writeBuffer", writeBuffer.bytes(), 1024, 64 << 20);
        Bounds.within("maxBindings", maxBindings, 1, 1024);
        Bounds.within("maxBindsInFlight", maxBindsInFlight, 1, maxBindings);
        Bounds.within("window", window, 1, 65_536);
        Bounds.within("acknowledgeWithin ms", acknowledgeWithin.toMillis(), 0, 1_000);
        Bounds.within("fruitlessAfter ms", fruitlessAfter.toMillis(), 1, 3_600_000);
        Bounds.within("openAttempts", openAttempts, 1, 20);
        Bounds.within("firstBackoff ms", firstBackoff.toMillis(), 1, maxBackoff.toMillis());
        Bounds.within("detachedPoll ms", detachedPoll.toMillis(), 10, 3_600_000);
        Bounds.within(
                "seenEvery s", seenEvery.toSeconds(), 1, Duration.ofDays(10).toSeconds());
    }

    public static ConnectionConfig defaults() {
        return new ConnectionConfig(
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(2),
                Heartbeat.defaults(),
                new ByteSize(FrameLimits.MAX_UNBOUND_FRAME_BYTES),
                new ByteSize(FrameLimits.MAX_FRAME_BYTES),
                ByteSize.ofKibibytes(128),
                16,
                4,
                256,
                Duration.ofMillis(10),
                Duration.ofSeconds(30),
                LoadConfig.defaults(),
                5,
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofDays(7),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                ParkingConfig.defaults());
    }
}
