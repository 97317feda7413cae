package io.hawser.room.access;

import io.hawser.rpc.id.Network;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections by source: how many there are, and how often they come. Event loops share it, for an address's connections
 * are on all of them; what happens to one source happens one after the other.
 *
 * <p>A source stays while it has connections, or its bucket is not full; the sweep takes the others out. Where the table
 * is full a new source is let in uncounted, and that is counted: refusing it would hand everybody's access to whoever
 * fills the table, and a network of IPv6 has addresses enough to do so. What holds for all together still holds then.
 */
final class SourceTable {
    /** Sets IPv4 apart, where no network of IPv6 is given out (0000::/8, RFC 4291). */
    private static final long VERSION4 = 1L << 32;

    private final ConcurrentMap<Long, Source> sources = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;
    private final Counter uncounted;

    SourceTable(LongSupplier nanoTime, MeterRegistry meters) {
        this.nanoTime = nanoTime;
        this.uncounted = Counter.builder("hawser.room.access.uncounted")
                .description("Connections of addresses that found the table of addresses full")
                .register(meters);
        Gauge.builder("hawser.room.access.addresses", sources, ConcurrentMap::size)
                .description("Addresses that are counted now")
                .register(meters);
    }

    /** One that comes in, as far as the source lets it. */
    private static final class Arrival implements BiFunction<Long, @Nullable Source, @Nullable Source> {
        private final AddressLimit limit;
        private final boolean tableIsFull;
        private final long nowNanos;
        private @Nullable Reason refused;

        Arrival(AddressLimit limit, boolean tableIsFull, long nowNanos) {
            this.limit = limit;
            this.tableIsFull = tableIsFull;
            this.nowNanos = nowNanos;
        }

        @Override
        public @Nullable Source apply(Long key, @Nullable Source known) {
            if (known == null && tableIsFull) {
                return null;
            }
            Source source = known == null ? new Source(key, nowNanos) : known;
            refused = refusal(source);
            if (refused == null) {
                source.connections++;
                source.fullAtNanos = limit.handshakes().taken(source.fullAtNanos, nowNanos);
            }
            return source;
        }

        private @Nullable Reason refusal(Source source) {
            if (source.connections >= limit.maxConnections()) {
                return Reason.ADDRESS_FULL;
            }
            return limit.handshakes().allows(source.fullAtNanos, nowNanos) ? null : Reason.ADDRESS_RATE;
        }
    }

    /** Counts one more of an address, or says why it does not come in. */
    Verdict enter(InetAddress address, Rules rules) {
        Arrival arrival =
                new Arrival(rules.limitOf(address), sources.size() >= rules.maxSources(), nanoTime.getAsLong());
        Source source = sources.compute(key(address, rules.prefix6()), arrival);
        if (arrival.refused != null) {
            return rules.refusal(arrival.refused);
        }
        if (source == null) {
            uncounted.increment();
            return Source.UNCOUNTED;
        }
        return source;
    }

    /** One of the source's connections is gone. */
    void leave(Source left) {
        if (!left.isCounted()) {
            return;
        }
        long nowNanos = nanoTime.getAsLong();
        sources.computeIfPresent(left.key, (key, source) -> {
            source.connections--;
            return source.isIdle(nowNanos) ? null : source;
        });
    }

    /** Takes out the sources that have no connections and could not have more tokens. */
    void sweep() {
        long nowNanos = nanoTime.getAsLong();
        // Looked at without order among its changes: what is taken out is looked at again, in turn with them.
        sources.forEach((key, seen) -> {
            if (seen.isIdle(nowNanos)) {
                var _ = sources.computeIfPresent(key, (same, source) -> source.isIdle(nowNanos) ? null : source);
            }
        });
    }

    private static long key(InetAddress address, int prefix6) {
        Network host = Network.of(address);
        return host.version6() ? host.within(prefix6).high() : VERSION4 | host.low();
    }
}
