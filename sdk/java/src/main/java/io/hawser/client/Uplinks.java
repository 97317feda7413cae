package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries what the app sends to its back end, from {@link PushClient#send} until the platform has stored it.
 *
 * <p>Each entry is on disk before the call returns, under a growing number, and names the one before it; the platform
 * takes it only where it has that one. So entries may be sent in a pipeline: where one is refused for now, those behind
 * it are, too, and all go again in order. Its own lock guards it: callers, the reader and the timer meet here.
 */
final class Uplinks {
    /** Rooms take none that is greater. */
    private static final long MAX_NUMBER = (1L << 53) - 1;

    private static final int MAX_IN_FLIGHT = 64;
    private static final int MAX_IN_FLIGHT_BYTES = 256 << 10;
    /** Every uplink is answered; a room that failed to is not waited for any longer. */
    private static final long ANSWER_WITHIN_MS = 15_000;

    private final UplinkQueue queue;
    private final Delivery delivery;
    private final BackOff backOff;

    private @Nullable Outbound out;
    private long sentUpTo;
    private int inFlightBytes;
    /** One was refused: nothing more is sent before all that were are answered. */
    private boolean stalled;

    private long resumeAfterMs;
    private @Nullable Future<?> planned;
    private boolean ended;

    Uplinks(UplinkQueue queue, Delivery delivery, BackOff backOff) {
        this.queue = queue;
        this.delivery = delivery;
        this.backOff = backOff;
    }

    /**
     * @return completes once the platform has stored it; fails where it never will
     * @throws HawserException RESOURCE_EXHAUSTED where the queue is full, INTERNAL where the disk refuses,
     *     FAILED_PRECONDITION where the client has ended
     */
    synchronized CompletableFuture<Void> send(String route, byte[] body, boolean text, String correlation) {
        Exchanges.refuseIf(ended);
        CompletableFuture<Void> stored = queue.add(route, body, text, correlation);
        pump();
        return stored;
    }

    synchronized void bound(Outbound out) {
        this.out = out;
        rewind();
        pump();
    }

    synchronized void unbound() {
        out = null;
    }

    /** Nobody will answer any more in this life. */
    void end() {
        List<CompletableFuture<Void>> unanswered;
        synchronized (this) {
            ended = true;
            out = null;
            unanswered = queue.abandon();
        }
        unanswered.forEach(future -> future.completeExceptionally(Exchanges.cancelled("uplink")));
    }

    /** Entries that the platform is not known to have. */
    synchronized int waiting() {
        return queue.size();
    }

    /** @throws HawserException PROTOCOL_ERROR for numbers that no queue gives, nor goes on from */
    void answered(UplinkAck ack) {
        check(ack.getNumber());
        check(ack.getStored());
        if (ack.getCode() == 0) {
            stored(ack.getNumber());
        } else {
            refused(ack);
        }
    }

    private static void check(long number) {
        if (number < 0 || number > MAX_NUMBER) {
            throw HawserException.refusal(
                    ErrorCode.PROTOCOL_ERROR,
                    "uplink: " + Long.toUnsignedString(number) + " (expected: 0 to " + MAX_NUMBER + ")");
        }
    }

    private void stored(long upTo) {
        List<CompletableFuture<Void>> done;
        synchronized (this) {
            if (queue.isBehind(upTo)) {
                numberAnewAbove(upTo);
                return;
            }
            for (Uplink uplink : queue.upTo(upTo)) {
                inFlightBytes -=
                        uplink.getNumber() <= sentUpTo ? uplink.getBody().size() : 0;
            }
            done = queue.stored(upTo);
            backOff.reset();
            resumeIfAnswered(upTo);
            pump();
        }
        done.forEach(future -> future.complete(null));
    }

    private void numberAnewAbove(long taken) {
        if (stalled) {
            // All go again, and are answered so again.
            return;
        }
        if (queue.numberAnewAbove(taken)) {
            rewind();
            pump();
        } else {
            stall(nextBackOffMs());
            resumeIfAnswered(taken);
        }
    }

    private void refused(UplinkAck ack) {
        ErrorCode code = ErrorCode.ofNumber(ack.getCode());
        CompletableFuture<Void> lost = null;
        synchronized (this) {
            if (code == ErrorCode.UPLINK_OUT_OF_ORDER) {
                queue.storedOnly(ack.getStored());
                stall(0);
            } else if (isForNow(code)) {
                stall(Math.max(Integer.toUnsignedLong(ack.getRetryAfterMs()), nextBackOffMs()));
            } else if (queue.has(ack.getNumber())) {
                lost = queue.drop(ack.getNumber());
                delivery.error(HawserException.refusal(code, "uplink refused: " + ack.getDetail()));
                stall(0);
            }
            resumeIfAnswered(ack.getNumber());
        }
        if (lost != null) {
            lost.completeExceptionally(HawserException.refusal(code, ack.getDetail()));
        }
    }

    private static boolean isForNow(ErrorCode code) {
        return code == ErrorCode.UNAVAILABLE
                || code == ErrorCode.RESOURCE_EXHAUSTED
                || code == ErrorCode.DEADLINE_EXCEEDED
                || code == ErrorCode.NOT_OWNER
                || code == ErrorCode.INTERNAL;
    }

    private long nextBackOffMs() {
        return TimeUnit.NANOSECONDS.toMillis(backOff.nextNanos(0));
    }

    private void stall(long againInMs) {
        resumeAfterMs = stalled ? Math.max(resumeAfterMs, againInMs) : againInMs;
        if (!stalled) {
            stalled = true;
            later(ANSWER_WITHIN_MS, out);
        }
    }

    /** Answers come in the order of what was sent. */
    private void resumeIfAnswered(long number) {
        if (stalled && number >= sentUpTo) {
            later(resumeAfterMs, out);
        }
    }

    /** The last word on it counts: a room may say as many as it likes. */
    private void later(long delayMs, @Nullable Outbound on) {
        if (on != null) {
            Future<?> before = planned;
            if (before != null) {
                before.cancel(false);
            }
            planned = on.later(() -> resume(on), delayMs);
        }
    }

    private synchronized void resume(Outbound on) {
        if (stalled && on.equals(out)) {
            rewind();
            pump();
        }
    }

    private void rewind() {
        stalled = false;
        resumeAfterMs = 0;
        inFlightBytes = 0;
        sentUpTo = 0;
    }

    private void pump() {
        Outbound to = out;
        if (to == null || stalled) {
            return;
        }
        int inFlight = queue.upTo(sentUpTo).size();
        for (Uplink uplink : queue.after(sentUpTo)) {
            if (inFlight == MAX_IN_FLIGHT || inFlightBytes > MAX_IN_FLIGHT_BYTES) {
                return;
            }
            byte[] frame = Frames.encode(FrameType.UPLINK, queue.linked(uplink));
            sentUpTo = uplink.getNumber();
            if (frame.length > to.maxFrameBytes()) {
                refuseTooLarge(uplink, to);
                return;
            }
            to.send(frame);
            inFlightBytes += uplink.getBody().size();
            inFlight++;
        }
    }

    /** As the room would, but that it would close the connection, too, each time. */
    private void refuseTooLarge(Uplink uplink, Outbound to) {
        UplinkAck refusal = UplinkAck.newBuilder()
                .setNumber(uplink.getNumber())
                .setCode(ErrorCode.BODY_TOO_LARGE.number())
                .setDetail("body: " + uplink.getBody().size() + " bytes (expected: what fits into a frame of "
                        + to.maxFrameBytes() + ")")
                .build();
        stall(0);
        Future<?> unused = to.later(() -> answered(refusal), 0);
    }
}
