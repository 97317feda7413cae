package io.hawser.room.pull;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.Bounds;

/**
 * What clients may pull. Changes hold at once.
 *
 * @param part bytes of a body in one PULLED
 * @param maxInFlight pulls of a binding that savers have not answered; beyond: RESOURCE_EXHAUSTED
 * @param maxInFlightPerLoop the same, of all bindings of an event loop, of an app as many as are free still
 */
public record PullConfig(ByteSize part, int maxInFlight, int maxInFlightPerLoop) {
    public PullConfig {
        Bounds.within("part", part.bytes(), 1_024, 256 << 10);
        Bounds.within("maxInFlight", maxInFlight, 1, 1_024);
        Bounds.within("maxInFlightPerLoop", maxInFlightPerLoop, 1, 65_536);
    }

    public static PullConfig defaults() {
        return new PullConfig(ByteSize.ofKibibytes(32), 4, 256);
    }
}
