package io.hawser.center.broadcast;

import io.hawser.center.link.Repeats;
import io.hawser.rpc.v1.LeaseSlicesReply;
import io.hawser.rpc.v1.ReportSlicesReply;
import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.SliceReport;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives this center's share of all running broadcasts. One thread takes turns: it leases slices, does each one's work, and
 * reports. What it holds is the savers' to say: a slice that they do not lease to it any more, or that they could not be
 * asked for until the lease was over, is another center's from then on.
 */
final class SliceDriver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SliceDriver.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final SliceCalls calls;
    private final Function<Slice, HeldSlice> hold;
    private final Supplier<BroadcastSettings> settings;
    private final DriverMeters meters;
    private final Semaphore wake = new Semaphore(0);
    private final Map<Long, HeldSlice> held = new HashMap<>();
    private final Thread thread;
    private long leasedNanos = System.nanoTime();
    private boolean leasing = true;
    private volatile boolean closed;

    /** Starts the thread. {@code hold} makes what works on a slice. */
    SliceDriver(
            SliceCalls calls,
            Function<Slice, HeldSlice> hold,
            Supplier<BroadcastSettings> settings,
            DriverMeters meters) {
        this.calls = calls;
        this.hold = hold;
        this.settings = settings;
        this.meters = meters;
        this.thread = Thread.ofVirtual().name("center-slices").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Begins the next turn at once. */
    void wake() {
        if (wake.availablePermits() == 0) {
            wake.release();
        }
    }

    /** Ends all work, tells how far it is, and gives the leases up. */
    @Override
    public void close() {
        closed = true;
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        wake();
        try {
            if (!thread.join(CLOSE_TIMEOUT)) {
                LOG.warn("The leases of slices were not given up in {}; they end by themselves", CLOSE_TIMEOUT);
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                turn();
                var _ = wake.tryAcquire(pauseNanos(), TimeUnit.NANOSECONDS);
            }
            giveUp();
        } catch (InterruptedException e) {
            // Only close() interrupts, where giving up took too long.
        } finally {
            held.values().forEach(HeldSlice::end);
        }
    }

    /** Two centers that began together do not ask together for ever. */
    private long pauseNanos() {
        long tick = settings.get().tick().toNanos();
        return tick / 2 + ThreadLocalRandom.current().nextLong(tick / 2 + 1);
    }

    private void turn() throws InterruptedException {
        try {
            lease();
            work();
            report();
        } catch (RuntimeException e) {
            LOG.error("A turn of the slices failed", e);
        }
    }

    private void lease() throws InterruptedException {
        long askedNanos = System.nanoTime();
        try {
            LeaseSlicesReply reply = calls.lease(settings.get()).get();
            leased(askedNanos);
            adopt(reply.getSlicesList());
        } catch (ExecutionException e) {
            notLeased(Repeats.refusalOf(e));
        }
        meters.held(held.size());
    }

    private void leased(long askedNanos) {
        leasedNanos = askedNanos;
        if (!leasing) {
            leasing = true;
            LOG.info("Broadcasts: slices are leased again");
        }
    }

    /** What is held is another center's when the lease is over: that is told once. */
    private void notLeased(HawserException cause) {
        meters.leaseFailed();
        Duration lease = settings.get().lease();
        if (System.nanoTime() - leasedNanos < lease.toNanos()) {
            LOG.debug("Slices: lease failed: {}", cause.getMessage());
            return;
        }
        adopt(List.of());
        if (leasing) {
            leasing = false;
            LOG.warn("Broadcasts: no slice could be leased for {}: this center drives none", lease, cause);
        }
    }

    /** Holds these, and no others. One whose fence grew was another's in between: it begins anew. */
    private void adopt(List<Slice> leased) {
        Map<Long, Slice> byId = new HashMap<>();
        leased.forEach(slice -> byId.put(slice.getSlice(), slice));
        Iterator<HeldSlice> having = held.values().iterator();
        while (having.hasNext()) {
            HeldSlice one = having.next();
            Slice renewed = byId.get(one.slice().getSlice());
            if (renewed == null || renewed.getFence() != one.slice().getFence()) {
                one.end();
                having.remove();
            } else {
                one.renew(renewed);
            }
        }
        leased.forEach(slice -> held.computeIfAbsent(slice.getSlice(), id -> hold.apply(slice)));
    }

    private void work() throws InterruptedException {
        List<CompletableFuture<Void>> turns =
                held.values().stream().map(HeldSlice::turn).toList();
        var _ = await("work", CompletableFuture.allOf(turns.toArray(CompletableFuture[]::new)));
    }

    private void report() throws InterruptedException {
        List<SliceReport> news = new ArrayList<>();
        for (HeldSlice one : held.values()) {
            SliceReport report = one.news();
            if (report != null) {
                news.add(report);
            }
        }
        if (news.isEmpty()) {
            return;
        }
        ReportSlicesReply reply = await("report", calls.report(news));
        if (reply != null) {
            told(news, reply.getLostList());
        }
    }

    private void told(List<SliceReport> news, List<Long> lost) {
        for (SliceReport report : news) {
            HeldSlice one = held.get(report.getSlice());
            if (one != null) {
                one.told(report);
            }
        }
        for (long id : lost) {
            HeldSlice one = held.remove(id);
            if (one != null) {
                one.end();
            }
        }
        meters.lost(lost.size());
    }

    private void giveUp() throws InterruptedException {
        held.values().forEach(HeldSlice::end);
        report();
        var _ = await("give up", calls.giveUp());
        held.clear();
        meters.held(0);
    }

    /** Returns what it came to; null where it failed: the next turn asks again. */
    private static <R> @Nullable R await(String what, CompletableFuture<R> call) throws InterruptedException {
        try {
            return call.get();
        } catch (ExecutionException e) {
            LOG.debug("Slices: {} failed: {}", what, Repeats.refusalOf(e).getMessage());
            return null;
        }
    }
}
