package io.hawser.register;

import io.hawser.wire.Bounds;
import java.time.Duration;

/**
 * How devices are kept that may be back. Changes hold at once.
 *
 * @param maxParked devices of a lane that wait so; beyond: the one that waits longest is told offline early
 * @param maxTold devices of a slot that are compared; beyond: those that were never told online are not found
 * @param timeout how long a coordinator may take to say who was told online
 * @param compareEvery how often at least the devices of a slot are compared with those that were told online; slot by slot
 *     somewhere between half of it and all
 * @param compareAgainAfter how soon after the last time they are, where an event of theirs may be lost; slot by slot
 *     somewhere between this and twice as long, and doubled each time that more was lost meanwhile, up to
 *     {@code compareEvery}
 */
public record PresenceSettings(
        int maxParked, int maxTold, Duration timeout, Duration compareEvery, Duration compareAgainAfter) {
    public PresenceSettings {
        Bounds.within("maxParked", maxParked, 1, 1 << 24);
        Bounds.within("maxTold", maxTold, 1, 1 << 24);
        Bounds.within("timeout ms", timeout.toMillis(), 1, 60_000);
        Bounds.within("compareEvery s", compareEvery.toSeconds(), 1, 604_800);
        Bounds.within("compareAgainAfter s", compareAgainAfter.toSeconds(), 1, 604_800);
    }

    public static PresenceSettings defaults() {
        return new PresenceSettings(
                250_000, 100_000, Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofMinutes(10));
    }
}
