package io.hawser.client;

import com.google.protobuf.ByteString;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Questions to the app's back end, which are kept nowhere: each is sent once, over the connection there is or the next
 * one, and its future fails where no reply comes in time. Its own lock guards it.
 */
final class Requests {
    static final String IN_REPLY_TO = "in-reply-to";
    private static final int MAX_WAITING = 64;

    private final Map<String, Request> waiting = new LinkedHashMap<>();
    private @Nullable Outbound out;
    private boolean ended;

    private static final class Request {
        final byte[] frame;
        final CompletableFuture<PushMessage> reply = new CompletableFuture<>();
        boolean sent;

        Request(byte[] frame) {
            this.frame = frame;
        }
    }

    /**
     * @throws HawserException RESOURCE_EXHAUSTED where too many wait for a reply, FAILED_PRECONDITION where the client has
     *     ended
     */
    CompletableFuture<PushMessage> request(String route, byte[] body, boolean text, Duration within) {
        String correlation = UUID.randomUUID().toString();
        Request request = new Request(Frames.encode(
                FrameType.UPLINK,
                Uplink.newBuilder()
                        .setBinding(Session.BINDING)
                        .setRoute(route)
                        .setBody(ByteString.copyFrom(body))
                        .setText(text)
                        .setCorrelation(correlation)
                        .build()));
        synchronized (this) {
            Exchanges.refuseIf(ended);
            if (waiting.size() >= MAX_WAITING) {
                throw HawserException.refusal(
                        ErrorCode.RESOURCE_EXHAUSTED, "requests: " + MAX_WAITING + " wait for their replies");
            }
            waiting.put(correlation, request);
            send(request);
        }
        return request.reply
                .orTimeout(within.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((reply, failure) -> forget(correlation))
                .exceptionally(failure -> {
                    throw asOurs(failure instanceof CompletionException ? failure.getCause() : failure, within);
                });
    }

    synchronized void bound(Outbound out) {
        this.out = out;
        waiting.values().forEach(this::send);
    }

    /** What was sent may have arrived or not; what was not waits for the next connection. */
    void unbound() {
        List<Request> cutOff = new ArrayList<>();
        synchronized (this) {
            out = null;
            waiting.values().stream().filter(request -> request.sent).forEach(cutOff::add);
        }
        cutOff.forEach(request -> request.reply.completeExceptionally(HawserException.refusal(
                ErrorCode.UNAVAILABLE, "request: the connection ended; whether it arrived is unknown")));
    }

    /** Nobody will answer any more. */
    void end() {
        List<Request> unanswered;
        synchronized (this) {
            ended = true;
            out = null;
            unanswered = new ArrayList<>(waiting.values());
        }
        unanswered.forEach(request -> request.reply.completeExceptionally(Exchanges.cancelled("request")));
    }

    /** Returns whether the message is the reply to a question that somebody waits for. */
    boolean answered(Message message) {
        String correlation = message.getHeadersOrDefault(IN_REPLY_TO, "");
        Request request = correlation.isEmpty() ? null : forget(correlation);
        return request != null && request.reply.complete(new PushMessage(message, false));
    }

    void refused(UplinkAck refusal) {
        Request request = forget(refusal.getCorrelation());
        if (request != null) {
            ErrorCode code = ErrorCode.ofNumber(refusal.getCode());
            request.reply.completeExceptionally(HawserException.refusal(code, refusal.getDetail()));
        }
    }

    private synchronized @Nullable Request forget(String correlation) {
        return waiting.remove(correlation);
    }

    private void send(Request request) {
        Outbound to = out;
        if (to != null && !request.sent) {
            request.sent = true;
            to.send(request.frame);
        }
    }

    private static HawserException asOurs(@Nullable Throwable failure, Duration within) {
        if (failure instanceof TimeoutException) {
            return new HawserException(
                    ErrorCode.DEADLINE_EXCEEDED, "request: no reply within " + within.toMillis() + " ms", failure);
        }
        return failure instanceof HawserException
                ? (HawserException) failure
                : new HawserException(ErrorCode.INTERNAL, "request: " + failure, failure);
    }
}
