package io.hawser.bench.swarm;

import com.google.protobuf.ByteString;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongConsumer;

/** What a client sent up and does not know to be stored: numbers, their chain, what is sent again and from where. */
final class UplinkQueue {
    /** What an answer asks of the client. */
    enum Answer {
        nothing,
        /** The queue goes out again, at once or after the time that the answer names. */
        again,
        /** What it names will never be taken, and is dropped. */
        refused
    }

    private record Waiting(long number, ByteString body, long dueNanos) {}

    private final int binding;
    private final String route;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long newest;
    private long stored;
    private boolean stalled;

    UplinkQueue(int binding, String route) {
        this.binding = binding;
        this.route = route;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** It was refused for now, and is to go out again later. */
    boolean isStalled() {
        return stalled;
    }

    /** Takes the next; returns what goes out now: nothing while those before it wait to be sent again. */
    byte[] add(byte[] body, long dueNanos) {
        long prev = waiting.isEmpty() ? stored : waiting.getLast().number();
        Waiting next = new Waiting(++newest, ByteString.copyFrom(body), dueNanos);
        waiting.add(next);
        return stalled ? new byte[0] : frame(next, prev);
    }

    /** The whole queue, for a new connection or after a refusal. */
    byte[] again() {
        stalled = false;
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        long prev = stored;
        for (Waiting one : waiting) {
            frames.writeBytes(frame(one, prev));
            prev = one.number();
        }
        return frames.toByteArray();
    }

    /** Takes an answer. {@code onStored} is told when each that is stored had been due. */
    Answer take(UplinkAck ack, LongConsumer onStored) {
        ErrorCode code = ack.getCode() == 0 ? null : ErrorCode.ofNumber(ack.getCode());
        if (code == null) {
            forget(ack.getNumber(), onStored);
            return Answer.nothing;
        }
        return switch (code) {
            case UPLINK_OUT_OF_ORDER -> {
                forget(ack.getStored(), onStored);
                yield stall();
            }
            case UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, INTERNAL, NOT_OWNER -> stall();
            default -> {
                waiting.removeIf(one -> one.number() == ack.getNumber());
                yield Answer.refused;
            }
        };
    }

    /** Whatever is behind the first of the refused ones is refused with it: the queue goes out again once. */
    private Answer stall() {
        boolean already = stalled;
        stalled = true;
        return already ? Answer.nothing : Answer.again;
    }

    private void forget(long upTo, LongConsumer onStored) {
        stored = upTo;
        while (!waiting.isEmpty() && waiting.getFirst().number() <= upTo) {
            onStored.accept(waiting.removeFirst().dueNanos());
        }
    }

    private byte[] frame(Waiting one, long prev) {
        return Frames.encode(
                FrameType.UPLINK,
                Uplink.newBuilder()
                        .setBinding(binding)
                        .setNumber(one.number())
                        .setPrev(prev)
                        .setRoute(route)
                        .setBody(one.body())
                        .build());
    }
}
