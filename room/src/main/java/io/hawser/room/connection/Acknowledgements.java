package io.hawser.room.connection;

import io.hawser.rpc.v1.AcknowledgeReply;
import org.jspecify.annotations.Nullable;

/**
 * How far a client has taken its mailbox, on its way to the saver (rule R2). One acknowledgement is under way at a time;
 * what comes meanwhile goes with the next, the newest alone. What a client says waits a moment for what others say, see
 * {@link AcknowledgementRounds}. One that fails is told again.
 */
final class Acknowledgements {
    private final Binding binding;
    private final ConnectionLoop loop;
    /** All up to here is in the client's hands, or not for it … */
    private long taken;
    /** … and all up to here the saver knows to be. */
    private long settled;
    /** Messages between the two, but for those that the client had taken before it was bound here. */
    private int unsettledMessages;

    private boolean underWay;
    /** Goes with its loop's next round. */
    private boolean inRound;

    private boolean open;
    private byte failures;
    /** When to tell again; 0: not planned. */
    private long againMs;

    Acknowledgements(Binding binding, ConnectionLoop loop) {
        this.binding = binding;
        this.loop = loop;
    }

    /** The client has all up to {@code position}, and the saver knows of less, where its last acknowledgement was lost. */
    void open(long position, long settledBefore) {
        open = true;
        taken = position;
        settled = Math.min(settledBefore, position);
        tell();
    }

    /** The mailbox was gone, and is there anew: what it lacks it is told again. */
    void reopened(long settledBefore) {
        settled = Math.min(settled, settledBefore);
        tell();
    }

    /** Nothing is repeated any more; what was taken still reaches the saver, once. */
    void close() {
        open = false;
        endRound();
    }

    long taken() {
        return taken;
    }

    /** The client has taken all up to {@code seq}, which is so many messages more. */
    void take(long seq, int messages) {
        taken = seq;
        unsettledMessages += messages;
        if (!inRound && mayTell()) {
            inRound = true;
            loop.acknowledgementRounds().join(this);
        }
    }

    /** What waits for others waits no longer. */
    void endRound() {
        if (inRound) {
            inRound = false;
            tell();
        }
    }

    /** Does what was put off until now, and returns when there is more to do. */
    long onDue(long nowMs) {
        if (againMs != 0 && againMs <= nowMs) {
            againMs = 0;
            tell();
        }
        return againMs == 0 ? Wheel.NEVER : againMs;
    }

    private boolean mayTell() {
        return !underWay && taken > settled && againMs == 0;
    }

    private void tell() {
        if (!mayTell()) {
            return;
        }
        underWay = true;
        long seq = taken;
        int messages = unsettledMessages;
        loop.hop(
                loop.mailboxes().acknowledge(binding.reader().acknowledge(seq, messages)),
                (reply, failure) -> onTold(seq, messages, reply, failure));
    }

    private void onTold(long seq, int messages, @Nullable AcknowledgeReply reply, @Nullable Throwable failure) {
        underWay = false;
        if (reply != null) {
            if (seq > settled) {
                loop.uplinks().onDelivered(binding, settled, seq);
            }
            settled = Math.max(settled, seq);
            unsettledMessages -= messages;
            failures = 0;
            tell();
            return;
        }
        loop.meters().acknowledgeFailed(failure);
        if (open) {
            againMs = loop.nowMs() + loop.backoffMs(failures);
            failures = (byte) Math.min(failures + 1, Byte.MAX_VALUE);
            binding.wakeAt(againMs);
            binding.reopenIfGone(failure);
        }
    }
}
