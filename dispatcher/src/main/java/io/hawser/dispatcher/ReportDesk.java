package io.hawser.dispatcher;

import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.DispatcherGrpc;
import io.hawser.rpc.v1.ReportLoadReply;
import io.hawser.rpc.v1.RoomLoad;
import io.hawser.rpc.v1.TransportAddresses;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where rooms report, and the thread that keeps the snapshot fresh: at each tick, and at once when a room opens or
 * closes its door, so that nobody is sent to one that drains.
 */
final class ReportDesk implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReportDesk.class);

    private final RoomReports reports;
    private final AtomicBoolean refreshComing = new AtomicBoolean();
    private final ScheduledExecutorService owner = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("dispatcher-rooms").daemon().factory());

    private final Supplier<Duration> refreshEvery;

    /** Begins to refresh; {@code refreshEvery} is asked before each wait. */
    ReportDesk(RoomReports reports, Supplier<Duration> refreshEvery) {
        this.reports = reports;
        this.refreshEvery = refreshEvery;
        refreshLater();
    }

    LinkServer.Builder serve(LinkServer.Builder server) {
        return server.handle(DispatcherGrpc.getReportLoadMethod(), this::take);
    }

    /** Has the snapshot made anew soon. */
    void refreshSoon() {
        if (!refreshComing.compareAndSet(false, true)) {
            return;
        }
        try {
            owner.execute(() -> {
                refreshComing.set(false);
                refresh();
            });
        } catch (RejectedExecutionException e) {
            log.trace("A report came after the desk was closed", e);
        }
    }

    @Override
    public void close() {
        owner.shutdownNow();
    }

    private CompletionStage<ReportLoadReply> take(RoomLoad load, Caller caller) {
        if (reports.take(load)) {
            refreshSoon();
        }
        return CompletableFuture.completedFuture(reply(reports.alternatives(load, ThreadLocalRandom.current())));
    }

    private static ReportLoadReply reply(Map<Transport, List<String>> alternatives) {
        ReportLoadReply.Builder reply = ReportLoadReply.newBuilder();
        alternatives.forEach((transport, addresses) -> {
            if (transport == Transport.TCP) {
                reply.addAllAlternatives(addresses);
            } else {
                reply.addOtherAlternatives(TransportAddresses.newBuilder()
                        .setTransport(transport.label())
                        .addAllAddresses(addresses));
            }
        });
        return reply.build();
    }

    private void refreshLater() {
        try {
            var _ = owner.schedule(this::tick, refreshEvery.get().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("Closed meanwhile", e);
        }
    }

    private void tick() {
        refresh();
        refreshLater();
    }

    /** A tick that throws would be the last one. */
    private void refresh() {
        try {
            reports.refresh();
        } catch (RuntimeException e) {
            log.error("The rooms that take clients could not be told apart; the earlier ones stay", e);
        }
    }
}
