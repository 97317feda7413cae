package io.hawser.saver.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Tells which lanes work without Redis. Shared by all lanes of a saver. */
public final class RedisOutages {
    private final AtomicInteger lanes = new AtomicInteger();
    private final Consumer<String> remark;
    private final Counter began;
    private final Counter dropped;

    /** @param remark shows operators how many lanes there are; blank: none */
    public RedisOutages(MeterRegistry meters, Consumer<String> remark) {
        this.remark = remark;
        this.began = meters.counter("hawser.saver.redis.outages");
        this.dropped = meters.counter("hawser.saver.memory.dropped");
        Gauge.builder("hawser.saver.lanes.without.redis", lanes, AtomicInteger::get)
                .register(meters);
    }

    synchronized void began() {
        began.increment();
        tell(lanes.incrementAndGet());
    }

    synchronized void ended() {
        tell(lanes.decrementAndGet());
    }

    /** A log did not fit into a lane's memory. */
    void dropped() {
        dropped.increment();
    }

    private void tell(int without) {
        remark.accept(without == 0 ? "" : "away: MySQL alone serves (lanes: " + without + ")");
    }
}
