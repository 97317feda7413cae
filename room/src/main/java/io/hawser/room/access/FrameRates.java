package io.hawser.room.access;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.Bounds;
import java.time.Duration;

/**
 * How fast a connection may send. A frame costs its client a moment: one frame's share of a second, or that of its
 * bytes, whichever is longer. What it has sent ahead of time is its <em>debt</em>, one number that time pays off; so both
 * rates cost a connection four bytes, and an idle one nothing else.
 *
 * @param framesPerSecond frames a second, for long
 * @param bytesPerSecond bytes a second, for long
 * @param burst debt that is fine; beyond, nothing is read until it is less again
 * @param maxPause how long nothing is read at most; who owes more is closed
 */
public record FrameRates(int framesPerSecond, ByteSize bytesPerSecond, Duration burst, Duration maxPause) {
    private static final long MICROS_A_SECOND = 1_000_000;
    private static final long MICROS_A_MILLI = 1_000;

    public FrameRates {
        Bounds.within("framesPerSecond", framesPerSecond, 10, MICROS_A_SECOND);
        Bounds.within("bytesPerSecond", bytesPerSecond.bytes(), 1_024, 1 << 30);
        Bounds.within("burst ms", burst.toMillis(), 100, 600_000);
        // A client whose PING waits so long does not take the room for dead: its shortest patience is 25 s.
        Bounds.within("maxPause ms", maxPause.toMillis(), 100, 20_000);
    }

    public static FrameRates defaults() {
        return new FrameRates(1_000, ByteSize.ofKibibytes(1_024), Duration.ofSeconds(10), Duration.ofSeconds(10));
    }

    /** The debt after a frame of so many bytes, in µs; it stays what a number can hold. */
    public int afterFrame(int debtMicros, long elapsedMs, int bytes) {
        long costMicros = Math.max(MICROS_A_SECOND / framesPerSecond, bytes * MICROS_A_SECOND / bytesPerSecond.bytes());
        return (int) Math.min(Integer.MAX_VALUE, afterTime(debtMicros, elapsedMs) + costMicros);
    }

    /** The debt with so many frames more, short ones, in µs. */
    public int afterFrames(int debtMicros, int frames) {
        return (int) Math.min(Integer.MAX_VALUE, debtMicros + frames * (MICROS_A_SECOND / framesPerSecond));
    }

    /** The debt after a time without frames, in µs. */
    public int afterTime(int debtMicros, long elapsedMs) {
        return (int) Math.max(0, debtMicros - elapsedMs * MICROS_A_MILLI);
    }

    /** How long it takes until the debt is fine; 0: it is. */
    public int pauseMs(int debtMicros) {
        return (int) Math.max(0, Math.ceilDiv(debtMicros - burst.toMillis() * MICROS_A_MILLI, MICROS_A_MILLI));
    }
}
