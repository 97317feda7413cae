package io.hawser.room.uplink;

import io.hawser.room.connection.Attached;
import io.hawser.rpc.v1.CarryUplinkReply;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The uplinks of a binding on their way to be stored, one at a time: their order is the endpoint's, and a client may not
 * send faster than that by far.
 *
 * <p>One that is refused for now breaks the line: those behind it cannot be stored before it is, so they are answered in
 * the same way without being sent, and so is what still comes of them, until the client has gone back to the one that was
 * refused, as the protocol has it.
 */
final class UplinkLine {
    /** Stored ones that one answer may cover, while others wait behind them. */
    private static final int STORED_AN_ANSWER = 16;

    private final Attached binding;
    private final UplinkLoop uplinks;
    private final Queue<Uplink> waiting = new ArrayDeque<>();
    /** With a coordinator, or waiting for the loop to have a place. */
    private boolean underWay;

    private boolean ended;
    /** The answer that broke the line; what names its uplink, or a later one, as the one before it is answered alike. */
    private @Nullable UplinkAck broken;

    private long stored;
    private int storedUntold;

    UplinkLine(Attached binding, UplinkLoop uplinks) {
        this.binding = binding;
        this.uplinks = uplinks;
    }

    boolean isOf(Attached some) {
        return binding.equals(some);
    }

    /** Whether it comes behind one that was refused, and has to come again; it is answered then. */
    boolean skips(Uplink uplink) {
        UplinkAck behind = broken;
        if (behind == null || uplink.getPrev() < behind.getNumber()) {
            return false;
        }
        skip(uplink, behind);
        return true;
    }

    private void skip(Uplink uplink, UplinkAck behind) {
        uplinks.meters().skipped();
        answer(behind.toBuilder().setNumber(uplink.getNumber()).build());
    }

    void add(Uplink uplink) {
        broken = null;
        if (waiting.size() >= uplinks.config().maxWaiting()) {
            refuse(uplink.getNumber(), exhausted("uplinks: too many of this binding wait"), 0);
        } else if (!uplinks.take(binding.app(), uplink)) {
            refuse(uplink.getNumber(), exhausted("uplinks: too many are in hand"), 0);
        } else {
            waiting.add(uplink);
            next();
        }
    }

    private static HawserException exhausted(String message) {
        return HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, message);
    }

    /** Answers for one that is not stored. {@code retryAfterMs} 0: as the code has it. */
    void refuse(long number, HawserException refusal, int retryAfterMs) {
        tellStored();
        ErrorCode code = refusal.code();
        uplinks.meters().refused(code);
        UplinkAck answer = UplinkAck.newBuilder()
                .setBinding(binding.number())
                .setNumber(number)
                .setCode(code.number())
                .setDetail(String.valueOf(refusal.getMessage()))
                .setRetryAfterMs(retryAfterMs > 0 ? retryAfterMs : uplinks.retryAfterMs(code))
                .build();
        answer(answer);
        if (!UplinkFailures.isForGood(code)) {
            breakAt(answer);
        }
    }

    private void breakAt(UplinkAck answer) {
        broken = answer;
        while (!waiting.isEmpty() && waiting.peek().getNumber() > answer.getNumber()) {
            Uplink behind = waiting.remove();
            uplinks.letGo(binding.app(), behind);
            skip(behind, answer);
        }
    }

    private void next() {
        if (!underWay && !waiting.isEmpty()) {
            underWay = true;
            uplinks.await(binding.app(), this);
        }
    }

    /** The loop has a place for its first. */
    void onTurn() {
        Uplink first = waiting.poll();
        if (first == null) {
            underWay = false;
        } else {
            uplinks.carry(binding, first, (reply, failure) -> onCarried(first.getNumber(), reply, failure));
        }
    }

    private void onCarried(long number, @Nullable CarryUplinkReply reply, @Nullable Throwable failure) {
        underWay = false;
        if (ended) {
            return;
        }
        if (reply == null) {
            refuse(number, UplinkFailures.told(failure), 0);
        } else if (reply.getOutOfOrder()) {
            onOutOfOrder(number, reply.getStored());
        } else {
            onStored(Math.max(number, reply.getStored()));
        }
        next();
    }

    private void onStored(long upTo) {
        uplinks.meters().stored();
        stored = Math.max(stored, upTo);
        storedUntold++;
        if (waiting.isEmpty() || storedUntold >= STORED_AN_ANSWER) {
            tellStored();
        }
    }

    private void tellStored() {
        if (storedUntold > 0) {
            storedUntold = 0;
            answer(UplinkAck.newBuilder()
                    .setBinding(binding.number())
                    .setNumber(stored)
                    .build());
        }
    }

    private void onOutOfOrder(long number, long storedThere) {
        tellStored();
        uplinks.meters().refused(ErrorCode.UPLINK_OUT_OF_ORDER);
        UplinkAck answer = UplinkAck.newBuilder()
                .setBinding(binding.number())
                .setNumber(number)
                .setCode(ErrorCode.UPLINK_OUT_OF_ORDER.number())
                .setDetail("prev: not stored (expected: send again from the one after " + storedThere + ")")
                .setStored(storedThere)
                .build();
        answer(answer);
        breakAt(answer);
    }

    private void answer(UplinkAck answer) {
        binding.send(FrameType.UPLINK_ACK, answer);
    }

    /** The binding is gone; what is not answered comes again by the next one. */
    void end() {
        ended = true;
        waiting.forEach(uplink -> uplinks.letGo(binding.app(), uplink));
        waiting.clear();
    }
}
