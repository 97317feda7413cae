package io.hawser.client;

import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Sync;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the room is told of what has arrived: acknowledgements of messages, the cursor of broadcasts.
 *
 * <p>An acknowledgement says how far messages were handed over, but no further than this connection has carried them:
 * after a reset, an old number would acknowledge new messages that nobody has seen. None is sent before the listener
 * thread has come to this binding, for until then it is busy with what earlier connections brought.
 */
final class Receipts {
    private static final long ACK_WITHIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SYNC_SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SYNC_WITHIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Outbound outbound;
    private final AtomicBoolean ackQueued = new AtomicBoolean();
    private final AtomicBoolean ackAwaited = new AtomicBoolean();
    private final AtomicBoolean syncAwaited = new AtomicBoolean();

    /** Highest seq that this connection carried. Written by the reader. */
    private volatile long seen;

    private volatile long handed;
    private volatile BroadcastPosition cursor = BroadcastPosition.NONE;
    private volatile boolean again;

    /** The listener thread's: messages since it last asked for an acknowledgement at once. */
    private int unasked;

    private volatile int askAfter = 1;

    /** The timer thread's. */
    private long acknowledged;

    Receipts(Outbound outbound) {
        this.outbound = outbound;
    }

    /** Reader: BOUND came. */
    void bound(long position, int window) {
        seen = position;
        askAfter = Math.max(1, window / 4);
        outbound.laterNanos(() -> acknowledged = position, 0);
    }

    /** Reader: a message came that is new. */
    void seen(long seq) {
        seen = seq;
    }

    /** Reader: a message came again, so its acknowledgement was lost or is still to come. */
    void seenAgain(long seq) {
        seen = Math.max(seen, seq);
        again = true;
        acknowledge();
    }

    /** Listener thread: it has come to this binding. */
    void opened(long position, BroadcastPosition broadcasts) {
        handed = position;
        cursor = broadcasts;
        acknowledge();
    }

    /** Listener thread: the cursor moved. Told after a while, for all that moves it meanwhile; sooner where no other waits. */
    void synced(BroadcastPosition broadcasts, boolean nothingWaits) {
        cursor = broadcasts;
        if (syncAwaited.compareAndSet(false, true)) {
            outbound.laterNanos(this::writeSync, nothingWaits ? SYNC_SOON_NANOS : SYNC_WITHIN_NANOS);
        }
    }

    /** Listener thread: a message was handed over. Acknowledges at once where no other waits, else within 200 ms. */
    void handed(long seq, boolean nothingWaits) {
        handed = seq;
        unasked++;
        if (nothingWaits || unasked >= askAfter) {
            unasked = 0;
            acknowledge();
        } else if (ackAwaited.compareAndSet(false, true)) {
            outbound.laterNanos(this::writeAwaitedAck, ACK_WITHIN_NANOS);
        }
    }

    /** Timer thread: all that is still to be told. */
    void writeLast() {
        writeAck();
        if (syncAwaited.get()) {
            writeSync();
        }
    }

    private void acknowledge() {
        if (ackQueued.compareAndSet(false, true)) {
            outbound.laterNanos(this::writeAck, 0);
        }
    }

    private void writeAwaitedAck() {
        ackAwaited.set(false);
        writeAck();
    }

    private void writeSync() {
        syncAwaited.set(false);
        Sync sync = Sync.newBuilder()
                .setBinding(Session.BINDING)
                .setCursor(cursor.toWire())
                .build();
        outbound.write(Frames.encode(FrameType.SYNC, sync));
    }

    private void writeAck() {
        ackQueued.set(false);
        long upTo = Math.min(handed, seen);
        if (upTo == 0 || (upTo <= acknowledged && !again)) {
            return;
        }
        again = false;
        acknowledged = Math.max(acknowledged, upTo);
        Ack ack = Ack.newBuilder().setBinding(Session.BINDING).setSeq(upTo).build();
        outbound.write(Frames.encode(FrameType.ACK, ack));
    }
}
