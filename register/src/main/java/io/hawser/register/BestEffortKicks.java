package io.hawser.register;

import io.hawser.rpc.kick.KickCourier;
import io.hawser.rpc.v1.Kick;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands kicks to the courier, without letting a binding fail for one that it has no hand free for.
 *
 * <p>Such a kick is dropped and counted. The binding that should have ended gets no more pushes, since nobody finds it by
 * look-up; it is kicked when its room compares what it has (R4), or ends with its connection.
 */
final class BestEffortKicks implements Consumer<Kick> {
    private static final Logger log = LoggerFactory.getLogger(BestEffortKicks.class);

    private final KickCourier courier;
    private final Counter dropped;

    BestEffortKicks(KickCourier courier, MeterRegistry meters) {
        this.courier = courier;
        this.dropped = meters.counter("hawser.register.kicks.dropped");
    }

    @Override
    public void accept(Kick kick) {
        try {
            courier.carry(kick);
        } catch (HawserException refusal) {
            dropped.increment();
            log.debug("Dropped a kick", refusal);
        }
    }
}
