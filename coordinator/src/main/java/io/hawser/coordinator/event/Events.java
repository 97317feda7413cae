package io.hawser.coordinator.event;

import io.hawser.rpc.event.Presence;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AppendEventsReply;
import io.hawser.rpc.v1.AppendEventsRequest;
import io.hawser.rpc.v1.ListToldOnlineReply;
import io.hawser.rpc.v1.ListToldOnlineRequest;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.TellEventsReply;
import io.hawser.rpc.v1.TellEventsRequest;
import io.hawser.rpc.v1.WantedEventsReply;
import io.hawser.rpc.v1.WantedEventsRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes state events: those that an app wants are stored, in order by endpoint, and forwarded as uplinks are.
 *
 * <p>An app whose outbox is full loses events, which are counted; what was told of an endpoint stays as it was then. Who told
 * them hears of it, and compares: for a device that does not come back there is no next event to be news.
 */
public final class Events {
    private final LinkClient savers;
    private final BooleanSupplier directoryLoaded;
    private final Supplier<EventSettings> settings;
    private final Consumer<OutboxItem> forward;
    private final Wanted wanted = new Wanted();
    private final Counter stored;
    private final Counter unwanted;
    private final Counter dropped;

    /** @param forward takes what was stored */
    public Events(
            LinkClient savers,
            BooleanSupplier directoryLoaded,
            Supplier<EventSettings> settings,
            Consumer<OutboxItem> forward,
            MeterRegistry meters) {
        this.savers = savers;
        this.directoryLoaded = directoryLoaded;
        this.settings = settings;
        this.forward = forward;
        this.stored = counter(meters, "stored");
        this.unwanted = counter(meters, "unwanted");
        this.dropped = counter(meters, "dropped");
    }

    /** An app's callbacks may be others now. */
    public void changed(App app) {
        wanted.changed(app);
    }

    /**
     * Serves {@code TellEvents}: answers once they are stored, or nobody wants them. ONLINE and OFFLINE that nobody wants are
     * as good as refused: who told them may know of a callback that is not known here yet.
     */
    public CompletionStage<TellEventsReply> tell(TellEventsRequest request, Caller caller) {
        if (!directoryLoaded.getAsBoolean()) {
            throw HawserException.refusal(ErrorCode.UNAVAILABLE, "directory: not read yet");
        }
        List<StateEvent> events =
                request.getEventsList().stream().filter(wanted::has).toList();
        unwanted.increment(request.getEventsCount() - (double) events.size());
        int unwantedPresence = presence(request.getEventsList()) - presence(events);
        return store(events, atMost(caller, settings.get().storeTimeout()))
                .thenApply(refused -> TellEventsReply.newBuilder()
                        .setRefused(refused + unwantedPresence)
                        .build());
    }

    private static int presence(List<StateEvent> events) {
        return (int) events.stream().filter(Presence::is).count();
    }

    public CompletionStage<WantedEventsReply> wanted(WantedEventsRequest request, Caller caller) {
        if (!directoryLoaded.getAsBoolean()) {
            throw HawserException.refusal(ErrorCode.UNAVAILABLE, "directory: not read yet");
        }
        return CompletableFuture.completedFuture(wanted.reply());
    }

    /** Serves {@code ToldOnline}: what the outbox knows. */
    public CompletionStage<ListToldOnlineReply> toldOnline(ListToldOnlineRequest request, Caller caller) {
        return savers.call(
                Route.leastLoaded(),
                OutboxGrpc.getListToldOnlineMethod(),
                request,
                "",
                atMost(caller, settings.get().storeTimeout()));
    }

    boolean wants(StateEvent event) {
        return wanted.has(event);
    }

    /** Has events stored, and forwards them; completes once they are, with how many of them found no room. */
    CompletableFuture<Integer> store(List<StateEvent> events) {
        return store(events, settings.get().storeTimeout());
    }

    /** No longer than who told them waits: one that is not heard tells them again. */
    private CompletableFuture<Integer> store(List<StateEvent> events, Duration timeout) {
        if (events.isEmpty()) {
            return CompletableFuture.completedFuture(0);
        }
        StateEvent first = events.getFirst();
        AppendEventsRequest append = AppendEventsRequest.newBuilder()
                .addAllEvents(events)
                .setMaxPending(settings.get().maxPendingPerApp())
                .build();
        return savers.call(
                        Route.slot(Slot.of(first.getApp(), first.getUser())),
                        OutboxGrpc.getAppendEventsMethod(),
                        append,
                        first.getApp(),
                        timeout)
                .thenApply(this::taken);
    }

    private int taken(AppendEventsReply reply) {
        dropped.increment(reply.getRefused());
        for (OutboxItem item : reply.getItemsList()) {
            if (item.getId() != 0) {
                stored.increment();
                forward.accept(item);
            }
        }
        return reply.getRefused();
    }

    private static Duration atMost(Caller caller, Duration timeout) {
        Duration left = caller.remaining();
        return left.compareTo(timeout) < 0 ? left : timeout;
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("hawser.coordinator.events")
                .tag("outcome", outcome)
                .description("State events that were told")
                .register(meters);
    }
}
