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
import org.jspecify.annotations.Nullable;

/**
 * Uplinks that are not stored: each is tried once, at an address that is up, or is to be tried again. They share the app's
 * places with what is stored, and are refused where there is none.
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

    /** What is to be sent, and who waits for it. */
    private record Ask(OutboxItem item, AppQueue app, Target target, CompletableFuture<Outcome.Delivered> answer) {}

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
        attempt(new Ask(item, queue, target, answer), target.pick(Targets.steadyMs()));
    }

    /** @param url null: none may be tried now */
    private void attempt(Ask ask, @Nullable UrlBreaker url) {
        if (url == null) {
            fail(ask.answer, ErrorCode.UNAVAILABLE, "callback: the back end is down");
        } else if (forwarder.turns().begin(ask.app)) {
            url.begin();
            attempts.run(
                    url.url, ask.target.callback(), ask.item, outcome -> loop.execute(() -> over(ask, url, outcome)));
        } else {
            fail(ask.answer, ErrorCode.RESOURCE_EXHAUSTED, "callback: as many uplinks as may be are on their way");
        }
    }

    private void over(Ask ask, UrlBreaker url, Outcome outcome) {
        forwarder.turns().over(ask.app);
        tell(ask.target, url, outcome);
        switch (outcome) {
            case Outcome.Delivered delivered -> ask.answer.complete(delivered);
            case Outcome.Refused refused ->
                fail(ask.answer, ErrorCode.FAILED_PRECONDITION, "callback: " + refused.detail());
            // Nothing was sent, and that address is not up any more.
            case Outcome.Unreachable _ -> attempt(ask, ask.target.pickUp());
            case Outcome.Failed _, Outcome.Throttled _, Outcome.Gone _ ->
                fail(ask.answer, ErrorCode.UNAVAILABLE, "callback: " + outcome.text());
        }
        forwarder.turns().run();
    }

    /** It may have been the probe, and the callback may have no other: what it found is known from it alone. */
    private void tell(Target target, UrlBreaker url, Outcome outcome) {
        Targets targets = forwarder.targets();
        switch (outcome) {
            case Outcome.Delivered _, Outcome.Refused _ -> targets.answered(target, url);
            case Outcome.Unreachable _, Outcome.Throttled _, Outcome.Gone _ -> targets.down(target, url, outcome);
            case Outcome.Failed _ -> {
                if (url.isOpen()) {
                    url.down(Targets.steadyMs(), Targets.chance());
                    targets.down(target, url, outcome);
                }
            }
        }
    }

    private static void fail(CompletableFuture<?> answer, ErrorCode code, String message) {
        answer.completeExceptionally(HawserException.refusal(code, message));
    }
}
