package io.hawser.coordinator.uplink;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AppendUplinkReply;
import io.hawser.rpc.v1.AppendUplinkRequest;
import io.hawser.rpc.v1.BuryOutboxReply;
import io.hawser.rpc.v1.BuryOutboxRequest;
import io.hawser.rpc.v1.DeferOutboxReply;
import io.hawser.rpc.v1.DeferOutboxRequest;
import io.hawser.rpc.v1.Deferral;
import io.hawser.rpc.v1.ListOutboxAppsReply;
import io.hawser.rpc.v1.ListOutboxAppsRequest;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.ReadOutboxReply;
import io.hawser.rpc.v1.ReadOutboxRequest;
import io.hawser.rpc.v1.SettleOutboxReply;
import io.hawser.rpc.v1.SettleOutboxRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The savers' outbox. Futures complete on the link's event loop. */
final class OutboxStore {
    private static final int PAGE_ITEMS = 500;
    private static final int PAGE_BYTES = 2 << 20;

    private final LinkClient savers;
    private final Supplier<ForwardSettings> settings;

    OutboxStore(LinkClient savers, Supplier<ForwardSettings> settings) {
        this.savers = savers;
        this.settings = settings;
    }

    /**
     * By the user's slot: what an endpoint sends meets one saver, and is stored in the order in which it was sent. Where that
     * one is not there any more, another serves as well.
     */
    CompletableFuture<AppendUplinkReply> append(AppendUplinkRequest request, Duration timeout) {
        Route owner = Route.slot(Slot.of(request.getApp(), request.getUser()));
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        return append(owner, request, timeout)
                .exceptionallyCompose(failure -> isUnavailable(failure)
                        ? append(Route.leastLoaded(), request, Duration.ofNanos(deadlineNanos - System.nanoTime()))
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<AppendUplinkReply> append(Route route, AppendUplinkRequest request, Duration timeout) {
        return savers.call(route, OutboxGrpc.getAppendUplinkMethod(), request, request.getApp(), timeout);
    }

    private static boolean isUnavailable(Throwable failure) {
        return failure instanceof HawserException refusal && refusal.code() == ErrorCode.UNAVAILABLE;
    }

    /** The next page of an app's items in these slots, given as pairs [first, last]. */
    CompletableFuture<ReadOutboxReply> read(String app, Collection<Integer> slotRanges, long afterId) {
        ReadOutboxRequest request = ReadOutboxRequest.newBuilder()
                .setApp(app)
                .addAllSlotRanges(slotRanges)
                .setAfterId(afterId)
                .setMaxItems(PAGE_ITEMS)
                .setMaxBytes(PAGE_BYTES)
                .build();
        return call(OutboxGrpc.getReadOutboxMethod(), request, app);
    }

    /** The first items of a stream. */
    CompletableFuture<ReadOutboxReply> readStream(String app, StreamKey stream, long afterId, int maxItems) {
        ReadOutboxRequest request = ReadOutboxRequest.newBuilder()
                .setApp(app)
                .setUser(stream.user())
                .setDevice(stream.device())
                .setEvents(stream.events())
                .setAfterId(afterId)
                .setMaxItems(maxItems)
                .setMaxBytes(PAGE_BYTES)
                .build();
        return call(OutboxGrpc.getReadOutboxMethod(), request, app);
    }

    CompletableFuture<ListOutboxAppsReply> apps() {
        return call(OutboxGrpc.getListOutboxAppsMethod(), ListOutboxAppsRequest.getDefaultInstance(), "");
    }

    CompletableFuture<SettleOutboxReply> settle(Collection<Long> ids) {
        SettleOutboxRequest request =
                SettleOutboxRequest.newBuilder().addAllIds(ids).build();
        return call(OutboxGrpc.getSettleOutboxMethod(), request, "");
    }

    CompletableFuture<DeferOutboxReply> defer(List<Deferral> items) {
        DeferOutboxRequest request =
                DeferOutboxRequest.newBuilder().addAllItems(items).build();
        return call(OutboxGrpc.getDeferOutboxMethod(), request, "");
    }

    CompletableFuture<BuryOutboxReply> bury(BuryOutboxRequest request, String app) {
        return call(OutboxGrpc.getBuryOutboxMethod(), request, app);
    }

    private <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, String app) {
        return savers.call(
                Route.leastLoaded(), method, request, app, settings.get().storeTimeout());
    }
}
