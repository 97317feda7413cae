package io.hawser.room.connection;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.Bounds;
import java.time.Duration;

/**
 * How connections that drop are kept for clients that come back. Changes hold at once, for those that drop from then on.
 *
 * @param time how long; 0: they are not
 * @param maxConnections of the room, each event loop its even share; beyond: the oldest of the app that takes most has to go
 * @param maxBytes of the room, about, likewise
 */
public record ParkingConfig(Duration time, int maxConnections, ByteSize maxBytes) {
    public ParkingConfig {
        Bounds.within("time ms", time.toMillis(), 0, 3_600_000);
        Bounds.within("maxConnections", maxConnections, 0, 1 << 24);
        Bounds.within("maxBytes", maxBytes.bytes(), 0, Long.MAX_VALUE);
    }

    public static ParkingConfig defaults() {
        return new ParkingConfig(Duration.ofSeconds(30), 200_000, ByteSize.ofMebibytes(512));
    }
}
