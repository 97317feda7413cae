package io.hawser.room.links;

import io.hawser.room.chore.Chore;
import io.hawser.room.connection.Carrier;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.DispatcherGrpc;
import io.hawser.rpc.v1.ReportLoadReply;
import io.hawser.rpc.v1.RoomLoad;
import io.hawser.rpc.v1.TransportAddresses;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells every dispatcher, again and again, how full this room is. One that misses a report hears the next. */
public final class DispatcherReports {
    private static final long LOOK_AGAIN_MILLIS = 20;
    /** Rooms that were named longer ago may be full or gone: clients are better sent to ask a dispatcher themselves. */
    private static final long NAMES_HOLD_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** What a dispatcher named, by transport, and when. */
    private record Named(Map<String, List<String>> addresses, long atNanos) {}

    private final LinkClient dispatchers;
    private final Supplier<RoomLoad> load;
    private final ScheduledExecutorService owner;
    private final Counter failed;
    private volatile Duration interval;
    private final LongSupplier nanoTime;
    private volatile @Nullable Named named;
    /** The owner's; null until started. */
    private @Nullable Future<?> ticking;

    /** Nothing is told before {@link #startOnce}. All ends with {@code owner}, one thread. */
    public DispatcherReports(
            LinkClient dispatchers,
            Supplier<RoomLoad> load,
            Duration interval,
            ScheduledExecutorService owner,
            LongSupplier nanoTime,
            MeterRegistry meters) {
        this.dispatchers = dispatchers;
        this.load = load;
        this.interval = interval;
        this.owner = owner;
        this.nanoTime = nanoTime;
        this.failed = meters.counter("hawser.room.reports.failed");
    }

    /** Begins once the room is {@code ready}: a client that was sent here before could only be sent away. */
    public void startOnce(BooleanSupplier ready) {
        owner.execute(() -> tickOnce(ready));
    }

    private void tickOnce(BooleanSupplier ready) {
        if (ready.getAsBoolean()) {
            tick();
        } else {
            var _ = owner.schedule(() -> tickOnce(ready), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Has them told as often as this from now on. */
    public void every(Duration newInterval) {
        owner.execute(() -> {
            interval = newInterval;
            if (ticking != null) {
                ticking.cancel(false);
                tick();
            }
        });
    }

    private void tick() {
        ticking = owner.scheduleAtFixedRate(
                new Chore("reports of load", this::tellThem), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Returns addresses of other rooms that are spoken to in {@code transport}, as a dispatcher named them last in answer
     * to a report that clients are sent away from here; empty: none did, of late.
     */
    public List<String> alternatives(String transport) {
        Named last = named;
        return last == null || nanoTime.getAsLong() - last.atNanos() > NAMES_HOLD_NANOS
                ? List.of()
                : last.addresses().getOrDefault(transport, List.of());
    }

    /**
     * Tells them now.
     *
     * @return completes when all that are in view have answered, or failed to
     */
    public CompletableFuture<Void> report() {
        RoomLoad now = load.get();
        List<CompletableFuture<?>> told = new ArrayList<>();
        for (Peer dispatcher : dispatchers.membership().view().peers()) {
            told.add(dispatchers
                    .call(Route.peer(dispatcher.name()), DispatcherGrpc.getReportLoadMethod(), now, "", interval)
                    .handle(this::told));
        }
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }

    private void tellThem() {
        var _ = report();
    }

    private boolean told(@Nullable ReportLoadReply reply, @Nullable Throwable failure) {
        if (reply == null) {
            failed.increment();
        } else if (reply.getAlternativesCount() + reply.getOtherAlternativesCount() > 0) {
            named = new Named(byTransport(reply), nanoTime.getAsLong());
        }
        return reply != null;
    }

    private static Map<String, List<String>> byTransport(ReportLoadReply reply) {
        Map<String, List<String>> addresses = new HashMap<>();
        addresses.put(Carrier.TCP.transport(), reply.getAlternativesList());
        for (TransportAddresses other : reply.getOtherAlternativesList()) {
            addresses.put(other.getTransport(), other.getAddressesList());
        }
        return addresses;
    }
}
