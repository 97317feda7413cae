package io.hawser.room.pull;

import io.hawser.wire.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** What became of pulls. */
final class PullMeters {
    private final Counter pulled;
    private final Map<ErrorCode, Counter> refused = new EnumMap<>(ErrorCode.class);

    PullMeters(MeterRegistry meters) {
        pulled = Counter.builder("hawser.room.pulls")
                .description("Parts of bodies that clients were given")
                .register(meters);
        for (ErrorCode code : ErrorCode.values()) {
            refused.put(
                    code,
                    Counter.builder("hawser.room.pulls.refused")
                            .description("Pulls that were answered without a part")
                            .tag("code", code.name())
                            .register(meters));
        }
    }

    void pulled() {
        pulled.increment();
    }

    void refused(ErrorCode code) {
        Objects.requireNonNull(refused.get(code)).increment();
    }
}
