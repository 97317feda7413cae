package io.hawser.coordinator.event;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.ReadDueWatchesReply;
import io.hawser.rpc.v1.ReadDueWatchesRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.SettleWatchesRequest;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.WatchDeliveryRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for messages that were to be acknowledged by now, in the slots owned, and tells UNDELIVERED of those that are not.
 *
 * <p>A watch is settled after its event is stored, so a coordinator that dies in between costs a repeat: the same event,
 * under the same webhook id.
 */
public final class Watches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

    private static final int MAX_A_ROUND = 500;

    private final LinkClient savers;
    private final Events events;
    private final Supplier<List<Integer>> slotRanges;
    private final Supplier<EventSettings> settings;
    private final Counter failures;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("watches").daemon().factory());

    /** @param slotRanges the slots owned now, as pairs [first, last] */
    public Watches(
            LinkClient savers,
            Events events,
            Supplier<List<Integer>> slotRanges,
            Supplier<EventSettings> settings,
            MeterRegistry meters) {
        this.savers = savers;
        this.events = events;
        this.slotRanges = slotRanges;
        this.settings = settings;
        this.failures = Counter.builder("hawser.coordinator.watch.failures")
                .description("Looks for what is undelivered that failed, and are repeated")
                .register(meters);
        again(settings.get().watchEvery());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void again(Duration in) {
        if (!timer.isShutdown()) {
            var _ = timer.schedule(this::look, in.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** A fault ends this look, not those that would follow. */
    private void look() {
        var _ = lookOnce().whenComplete((full, failure) -> {
            if (failure != null) {
                failures.increment();
                LOG.debug("Watches are looked at again", failure);
            }
            boolean atOnce = failure == null && full;
            again(atOnce ? Duration.ZERO : settings.get().watchEvery());
        });
    }

    private CompletableFuture<Boolean> lookOnce() {
        try {
            return readDue();
        } catch (RuntimeException | Error fault) {
            return CompletableFuture.failedFuture(fault);
        }
    }

    private CompletableFuture<Boolean> readDue() {
        List<Integer> ranges = slotRanges.get();
        if (ranges.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        ReadDueWatchesRequest request = ReadDueWatchesRequest.newBuilder()
                .addAllSlotRanges(ranges)
                .setMaxEntries(MAX_A_ROUND)
                .build();
        return savers.call(Route.leastLoaded(), OutboxGrpc.getReadDueWatchesMethod(), request, "", timeout())
                .thenCompose(this::tellAll);
    }

    /** Returns whether there may be more that is due. */
    private CompletableFuture<Boolean> tellAll(ReadDueWatchesReply due) {
        List<CompletableFuture<Optional<WatchDeliveryRequest>>> told = new ArrayList<>();
        due.getWatchesList().forEach(watch -> told.add(tell(watch)));
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new)).thenCompose(all -> {
            List<WatchDeliveryRequest> over = told.stream()
                    .map(CompletableFuture::join)
                    .flatMap(Optional::stream)
                    .toList();
            boolean full = over.size() == MAX_A_ROUND;
            return settle(over).thenApply(settled -> full);
        });
    }

    /** Returns the watch where it is over; one that could not be looked at stays. */
    private CompletableFuture<Optional<WatchDeliveryRequest>> tell(WatchDeliveryRequest watch) {
        StateEvent event = event(watch);
        if (!events.wants(event)) {
            return CompletableFuture.completedFuture(Optional.of(watch));
        }
        MessageStatusRequest status = MessageStatusRequest.newBuilder()
                .setApp(watch.getApp())
                .setUser(watch.getUser())
                .setSeq(watch.getSeq())
                .build();
        Route owner = Route.slot(Slot.of(watch.getApp(), watch.getUser()));
        return savers.call(owner, SaverGrpc.getMessageStatusMethod(), status, watch.getApp(), timeout())
                .thenApply(MessageStatusReply::getState)
                .exceptionally(Watches::goneOrThrow)
                .thenCompose(state ->
                        isUndelivered(state) ? events.store(List.of(event)) : CompletableFuture.completedFuture(0))
                .handle((stored, failure) -> failure == null ? Optional.of(watch) : Optional.empty());
    }

    private static boolean isUndelivered(MessageState state) {
        return state == MessageState.PENDING || state == MessageState.DEAD;
    }

    private CompletableFuture<?> settle(List<WatchDeliveryRequest> over) {
        if (over.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        SettleWatchesRequest request =
                SettleWatchesRequest.newBuilder().addAllWatches(over).build();
        return savers.call(Route.leastLoaded(), OutboxGrpc.getSettleWatchesMethod(), request, "", timeout());
    }

    /** All of it is the watch's, so that a repeat is the same event. */
    private static StateEvent event(WatchDeliveryRequest watch) {
        return StateEvent.newBuilder()
                .setKind(EventKind.EVENT_UNDELIVERED)
                .setApp(watch.getApp())
                .setUser(watch.getUser())
                .setSeq(watch.getSeq())
                .setAtMs(watch.getDueMs())
                .build();
    }

    private static MessageState goneOrThrow(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof HawserException refusal && refusal.code() == ErrorCode.NOT_FOUND) {
            return MessageState.MESSAGE_STATE_UNSPECIFIED;
        }
        throw new CompletionException(cause);
    }

    private Duration timeout() {
        return settings.get().storeTimeout();
    }
}
