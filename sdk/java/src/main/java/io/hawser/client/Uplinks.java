package io.hawser.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the app sends to its back end, from {@link PushClient#send} until the platform has stored it.
 *
 * <p>Each entry is on disk before the call returns, under a growing number, and names the one before it; the platform
 * takes it only where it has that one. So entries may be sent in a pipeline: where one is refused for now, those behind
 * it are, too, and all go again in order. Its own lock guards it: callers, the reader and the timer meet here.
 */
final class Uplinks {
    private static final int MAX_IN_FLIGHT = 64;
    private static final int MAX_IN_FLIGHT_BYTES = 256 << 10;
    /** Every uplink is answered; a room that failed to is not waited for any longer. */
    private static final long ANSWER_WITHIN_MS = 15_000;

    private final DurableQueue store;
    private final Delivery delivery;
    private final BackOff backOff;
    private final Clock clock;
    private final NavigableMap<Long, Uplink> waiting = new TreeMap<>();
    private final Map<Long, CompletableFuture<Void>> futures = new HashMap<>();
    private long lastNumber;
    /** What the first that waits follows: the last one that the platform is known to have. */
    private long floor;

    private @Nullable Outbound out;
    private long sentUpTo;
    private int inFlightBytes;
    /** One was refused: nothing more is sent before all that were are answered. */
    private boolean stalled;

    private long resumeAfterMs;
    private boolean ended;

    Uplinks(DurableQueue store, Delivery delivery, BackOff backOff, Clock clock) throws IOException {
        this.store = store;
        this.clock = clock;
        this.delivery = delivery;
        this.backOff = backOff;
        this.lastNumber = store.lastNumber();
        for (byte[] entry : store.entries().values()) {
            Uplink uplink = parse(entry);
            floor = waiting.isEmpty() ? uplink.getPrev() : floor;
            waiting.put(uplink.getNumber(), uplink);
        }
    }

    /**
     * @return completes once the platform has stored it; fails where it never will
     * @throws HawserException RESOURCE_EXHAUSTED where the queue is full, INTERNAL where the disk refuses,
     *     FAILED_PRECONDITION where the client has ended
     */
    synchronized CompletableFuture<Void> send(String route, byte[] body, boolean text, String correlation) {
        Exchanges.refuseIf(ended);
        // A queue that lost its file must not begin below what the platform has: so it begins at the wall clock.
        long number = lastNumber == 0 ? Math.max(1, clock.millis() * 1000) : lastNumber + 1;
        Uplink uplink = Uplink.newBuilder()
                .setBinding(Session.BINDING)
                .setNumber(number)
                .setPrev(lastNumber)
                .setRoute(route)
                .setBody(ByteString.copyFrom(body))
                .setText(text)
                .setCorrelation(correlation)
                .build();
        try {
            if (!store.add(number, uplink.toByteArray())) {
                throw HawserException.refusal(
                        ErrorCode.RESOURCE_EXHAUSTED, "uplinks: " + waiting.size() + " wait (the queue is full)");
            }
        } catch (IOException e) {
            throw new HawserException(ErrorCode.INTERNAL, "uplink: cannot be kept: " + e.getMessage(), e);
        }
        floor = waiting.isEmpty() ? lastNumber : floor;
        lastNumber = number;
        waiting.put(number, uplink);
        CompletableFuture<Void> stored = new CompletableFuture<>();
        futures.put(number, stored);
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
            unanswered = new ArrayList<>(futures.values());
            futures.clear();
        }
        unanswered.forEach(future -> future.completeExceptionally(Exchanges.cancelled("uplink")));
    }

    /** Entries that the platform is not known to have. */
    synchronized int waiting() {
        return waiting.size();
    }

    void answered(UplinkAck ack) {
        if (ack.getCode() == 0) {
            stored(ack.getNumber());
        } else {
            refused(ack);
        }
    }

    private void stored(long upTo) {
        NavigableMap<Long, CompletableFuture<Void>> done = new TreeMap<>();
        synchronized (this) {
            if (upTo > lastNumber) {
                numberAnewAbove(upTo);
                return;
            }
            NavigableMap<Long, Uplink> taken = waiting.headMap(upTo, true);
            taken.forEach((number, uplink) -> {
                inFlightBytes -= number <= sentUpTo ? uplink.getBody().size() : 0;
                CompletableFuture<Void> future = futures.remove(number);
                if (future != null) {
                    done.put(number, future);
                }
                forget(number);
            });
            taken.clear();
            floor = Math.max(floor, upTo);
            backOff.reset();
            resumeIfAnswered(upTo);
            pump();
        }
        done.values().forEach(future -> future.complete(null));
    }

    /**
     * The platform has a number above all that this queue gave: it lost its numbers, and began at a clock that was set back
     * since. None of what waits was taken, all of it counted as repeats.
     */
    private void numberAnewAbove(long taken) {
        List<Uplink> all = new ArrayList<>(waiting.values());
        waiting.clear();
        lastNumber = taken;
        floor = taken;
        for (Uplink uplink : all) {
            Uplink renumbered = uplink.toBuilder()
                    .setNumber(lastNumber + 1)
                    .setPrev(lastNumber)
                    .build();
            lastNumber = renumbered.getNumber();
            waiting.put(lastNumber, renumbered);
            CompletableFuture<Void> future = futures.remove(uplink.getNumber());
            if (future != null) {
                futures.put(lastNumber, future);
            }
            replace(uplink.getNumber(), renumbered);
        }
        rewind();
        pump();
    }

    private void replace(long before, Uplink renumbered) {
        try {
            store.replace(before, renumbered.getNumber(), renumbered.toByteArray());
        } catch (IOException e) {
            // The next life begins below again, and finds it out again.
            delivery.error(new HawserException(ErrorCode.INTERNAL, "uplink store: " + e.getMessage(), e));
        }
    }

    private void refused(UplinkAck ack) {
        ErrorCode code = ErrorCode.ofNumber(ack.getCode());
        CompletableFuture<Void> lost = null;
        synchronized (this) {
            if (code == ErrorCode.UPLINK_OUT_OF_ORDER) {
                // What lies between is not in the queue any more, having been refused for good.
                floor = waiting.headMap(ack.getStored(), true).isEmpty() ? ack.getStored() : floor;
                stall(0);
            } else if (isForNow(code)) {
                stall(Math.max(Integer.toUnsignedLong(ack.getRetryAfterMs()), nextBackOffMs()));
            } else if (waiting.remove(ack.getNumber()) != null) {
                forget(ack.getNumber());
                lost = futures.remove(ack.getNumber());
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

    private void later(long delayMs, @Nullable Outbound on) {
        if (on != null) {
            on.later(() -> resume(on), delayMs);
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
        int inFlight = waiting.headMap(sentUpTo, true).size();
        for (Uplink uplink : waiting.tailMap(sentUpTo, false).values()) {
            if (inFlight == MAX_IN_FLIGHT || inFlightBytes > MAX_IN_FLIGHT_BYTES) {
                return;
            }
            Long before = waiting.lowerKey(uplink.getNumber());
            Uplink linked = uplink.toBuilder()
                    .setPrev(before == null ? Math.min(floor, uplink.getNumber() - 1) : before)
                    .build();
            byte[] frame = Frames.encode(FrameType.UPLINK, linked);
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
        to.later(() -> answered(refusal), 0);
    }

    private void forget(long number) {
        try {
            store.remove(number);
        } catch (IOException e) {
            // It comes again in the next life, and the platform knows it then.
            delivery.error(new HawserException(ErrorCode.INTERNAL, "uplink store: " + e.getMessage(), e));
        }
    }

    private static Uplink parse(byte[] entry) throws IOException {
        try {
            return Uplink.parseFrom(entry);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("uplinks: malformed entry", e);
        }
    }
}
