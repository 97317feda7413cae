package io.hawser.coordinator.uplink;

import io.hawser.coordinator.webhook.Outcome;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Uplinks that are not stored: each is tried once, at an address that is up. They share the app's places with what is
 * stored, and are refused where there is none.
 */
final class Once implements AutoCloseable {
    private final OwnerLoop loop;
    private final Callbacks callbacks;
    private final Streams streams;
    private final Forwarder forwarder;
    private final Attempts attempts;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<Outcome.Delivered>> underWay = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Once(OwnerLoop loop, Callbacks callbacks, Streams streams, Forwarder forwarder, Attempts attempts) {
        this.loop = loop;
        this.callbacks = callbacks;
        this.streams = streams;
        this.forwarder = forwarder;
        this.attempts = attempts;
    }

    /** Completes with what the back end answered (2xx), or fails with a coded refusal. */
    CompletableFuture<Outcome.Delivered> send(OutboxItem item) {
        CompletableFuture<Outcome.Delivered> answer = new CompletableFuture<>();
        long number = numbers.incrementAndGet();
        underWay.put(number, answer);
        var _ = answer.whenComplete((delivered, failure) -> underWay.remove(number));
        loop.execute(() -> begin(item, answer));
        if (closed) {
            close();
        }
        return answer;
    }

    /** Fails what is under way, and all from now on. */
    @Override
    public void close() {
        closed = true;
        underWay.values().forEach(answer -> fail(answer, ErrorCode.UNAVAILABLE, "the coordinator is closing"));
    }

    private void begin(OutboxItem item, CompletableFuture<Outcome.Delivered> answer) {
        App app = callbacks.app(item.getApp());
        Callback callback = app == null ? null : Routing.of(app, item);
        if (callback == null || callback.getDisabled()) {
            fail(answer, ErrorCode.UNAVAILABLE, "callback: none is there for this now");
            return;
        }
        AppQueue queue = streams.app(item.getApp());
        Target target = forwarder.targets().of(queue, callback);
        UrlBreaker url = target.pickUp();
        if (url == null) {
            fail(answer, ErrorCode.UNAVAILABLE, "callback: the back end is down");
        } else if (forwarder.turns().begin(queue)) {
            attempts.run(
                    url.url, callback, item, outcome -> loop.execute(() -> over(queue, target, url, outcome, answer)));
        } else {
            fail(answer, ErrorCode.RESOURCE_EXHAUSTED, "callback: as many uplinks as may be are on their way");
        }
    }

    private void over(
            AppQueue queue,
            Target target,
            UrlBreaker url,
            Outcome outcome,
            CompletableFuture<Outcome.Delivered> answer) {
        forwarder.turns().over(queue);
        switch (outcome) {
            case Outcome.Delivered delivered -> answer.complete(delivered);
            case Outcome.Refused refused ->
                fail(answer, ErrorCode.FAILED_PRECONDITION, "callback: " + refused.detail());
            case Outcome.Unreachable unreachable -> {
                forwarder.targets().down(target, url, outcome);
                fail(answer, ErrorCode.UNAVAILABLE, "callback: the back end is down");
            }
            case Outcome.Failed _, Outcome.Throttled _, Outcome.Gone _ ->
                fail(answer, ErrorCode.UNAVAILABLE, "callback: " + outcome.text());
        }
        forwarder.turns().run();
    }

    private static void fail(CompletableFuture<?> answer, ErrorCode code, String message) {
        answer.completeExceptionally(HawserException.refusal(code, message));
    }
}
