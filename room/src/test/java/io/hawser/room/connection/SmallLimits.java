package io.hawser.room.connection;

import io.hawser.keeper.config.ByteSize;
import java.time.Duration;

/** Limits that a fuzzer's client meets, every one of them. */
final class SmallLimits {
    private SmallLimits() {}

    static ConnectionConfig with(ByteSize maxFrame, ParkingConfig parking) {
        ConnectionConfig c = ConnectionConfig.defaults();
        return new ConnectionConfig(
                c.helloWithin(),
                c.bindWithin(),
                c.closeWithin(),
                c.heartbeat(),
                c.maxUnboundFrame(),
                maxFrame,
                c.writeBuffer(),
                4,
                2,
                4,
                Duration.ZERO,
                c.fruitlessAfter(),
                new LoadConfig(2, ByteSize.ofKibibytes(1), 1),
                3,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                c.detachedPoll(),
                c.seenEvery(),
                c.tokenWarning(),
                c.tokenGrace(),
                parking);
    }
}
