package io.hawser.saver;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.WatchDeliveryRequest;
import io.hawser.saver.spool.Appender;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The savers that own the slots, as the spool calls them: each stores what was spooled, and whoever wanted to hear where
 * it is not acknowledged in time will. They are not called before there is something.
 */
final class SpoolOwners implements Appender, AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(SpoolOwners.class);

    private final Supplier<LinkClient> connect;
    private final Counter unwatched;
    private @Nullable LinkClient savers;
    private boolean closed;

    /** @param connect opens a client, once */
    SpoolOwners(Supplier<LinkClient> connect, MeterRegistry meters) {
        this.connect = connect;
        this.unwatched = meters.counter("hawser.saver.spool.unwatched");
    }

    @Override
    public CompletionStage<AppendReply> append(AppendRequest request) {
        CompletableFuture<AppendReply> appended = call(request, SaverGrpc.getAppendMethod(), request);
        return request.getWatchMs() == 0 ? appended : appended.thenCompose(stored -> watched(request, stored));
    }

    /** It is stored, whatever becomes of its watch: only what may pass is worth another attempt. */
    private CompletableFuture<AppendReply> watched(AppendRequest request, AppendReply stored) {
        return call(request, OutboxGrpc.getWatchDeliveryMethod(), watch(request, stored))
                .thenApply(watched -> stored)
                .exceptionallyCompose(failure -> {
                    if (Appender.passes(failure)) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    unwatched.increment();
                    LOG.error("Nobody is told if a message that was spooled is not acknowledged in time", failure);
                    return CompletableFuture.completedFuture(stored);
                });
    }

    private <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> call(
            AppendRequest of, MethodDescriptor<Q, R> method, Q request) {
        Route owner = Route.slot(Slot.of(of.getApp(), of.getUser()));
        return client().call(owner, method, request, of.getApp(), TIMEOUT);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (savers != null) {
            savers.close();
        }
    }

    private synchronized LinkClient client() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        LinkClient known = savers;
        if (known == null) {
            known = connect.get();
            savers = known;
        }
        return known;
    }

    private static WatchDeliveryRequest watch(AppendRequest request, AppendReply stored) {
        return WatchDeliveryRequest.newBuilder()
                .setApp(request.getApp())
                .setUser(request.getUser())
                .setSeq(stored.getSeq())
                .setDueMs(stored.getAcceptedMs() + request.getWatchMs())
                .build();
    }
}
