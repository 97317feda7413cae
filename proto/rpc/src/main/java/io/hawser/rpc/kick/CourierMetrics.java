package io.hawser.rpc.kick;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what became of kicks. */
final class CourierMetrics {
    /** Confirmed by whom they were for. */
    final Counter delivered;
    /** Attempts that failed and were put off. */
    final Counter repeated;
    /** Given up, because the room's life is over. */
    final Counter gone;
    /** Not taken, because the hand was full. */
    final Counter rejected;
    /** Given up because the courier stopped. */
    final Counter abandoned;

    CourierMetrics(MeterRegistry meters) {
        delivered = outcome(meters, "delivered");
        repeated = outcome(meters, "repeated");
        gone = outcome(meters, "gone");
        rejected = outcome(meters, "rejected");
        abandoned = outcome(meters, "abandoned");
    }

    private static Counter outcome(MeterRegistry meters, String outcome) {
        return Counter.builder("hawser.kicks").tag("outcome", outcome).register(meters);
    }
}
