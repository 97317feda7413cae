package io.hawser.register;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.Kick;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All lanes, and the clock that has them look for vanished rooms. */
final class Lanes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lanes.class);
    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(5);

    private final List<Lane> lanes;
    private final List<Comparison> comparisons;
    private final Views views;
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("register-sweeper").daemon().factory());

    /** Starts as many as the limits in the views say. */
    static Lanes start(
            Views views, Consumer<Kick> kicks, PresenceFeed feed, LongSupplier nanoTime, MeterRegistry meters) {
        SessionLimits limits = views.limits();
        RegisterMetrics metrics = new RegisterMetrics(meters);
        List<Lane> lanes = IntStream.range(0, limits.lanes())
                .mapToObj(number -> {
                    StampClock stamps = new StampClock();
                    Presence presence = feed.presence(stamps, nanoTime, metrics);
                    LaneSessions sessions =
                            new LaneSessions(number, limits, kicks, presence, stamps, nanoTime, metrics);
                    return new Lane(number, limits, sessions, views, metrics);
                })
                .toList();
        Gauge.builder(
                        "hawser.register.sessions",
                        lanes,
                        all -> all.stream().mapToInt(Lane::size).sum())
                .register(meters);
        Gauge.builder(
                        "hawser.register.parked",
                        lanes,
                        all -> all.stream().mapToInt(Lane::parked).sum())
                .register(meters);
        Gauge.builder("hawser.register.rooms.silent", lanes, Lanes::silentRooms).register(meters);
        return new Lanes(lanes, lanes.stream().map(feed::comparison).toList(), views);
    }

    private Lanes(List<Lane> lanes, List<Comparison> comparisons, Views views) {
        this.lanes = lanes;
        this.comparisons = comparisons;
        this.views = views;
        sweepLater();
    }

    /** Rooms that have not told all, of one lane's slots or another's. */
    private static long silentRooms(List<Lane> lanes) {
        return lanes.stream()
                .flatMap(lane -> lane.silentRooms().stream())
                .distinct()
                .count();
    }

    int count() {
        return lanes.size();
    }

    Lane lane(int number) {
        return lanes.get(number);
    }

    Lane ofSlot(int slot) {
        return lanes.get(slot % lanes.size());
    }

    void seeOwnership(Ownership newest) {
        views.ownership(newest);
        lanes.forEach(Lane::lookAround);
    }

    void seeRooms(Membership.View newest) {
        views.rooms(newest);
        lanes.forEach(Lane::lookAround);
    }

    /** A register that owned slots before does not answer: it is not asked again. */
    void forgetOwnerBefore(Peer before) {
        lanes.forEach(lane -> lane.tell(sessions -> sessions.predecessors().forget(before)));
    }

    /** Has other limits hold. There are as many lanes as before, with the queues that they have. */
    void limit(SessionLimits newest) {
        views.limits(newest.forLanesOf(views.limits()));
        lanes.forEach(Lane::lookAround);
    }

    /** The limits that hold. */
    SessionLimits limits() {
        return views.limits();
    }

    private void sweepLater() {
        try {
            var _ = sweeper.schedule(this::sweep, views.limits().sweepEvery().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("Closed meanwhile", e);
        }
    }

    private void sweep() {
        lanes.forEach(Lane::sweep);
        comparisons.forEach(Comparison::begin);
        sweepLater();
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
        lanes.forEach(Lane::close);
        try {
            for (Lane lane : lanes) {
                lane.awaitEnd(CLOSE_AT_MOST);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
