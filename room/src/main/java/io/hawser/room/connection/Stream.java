package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.StoredMessage;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox on its way to a binding: each message once, in order, however hints and loads come (rule R1).
 *
 * <p>All up to {@code lastWritten} was given to the client or is not for it. A push says which seq came before it, so it
 * is written where nothing lies between; otherwise the stream only remembers that more is wanted, and loads it: one load
 * at a time, whose answer "(after, to] is complete" moves {@code lastWritten}. So it does not matter whether a push is
 * lost, doubled or overtaken. A client that does not keep up, by its window or by its socket, is treated in the same way:
 * the stream falls behind, and loads once there is room. A load that fails leaves it behind, and is repeated.
 *
 * <p>The client is told not the mailbox's {@code prev} but the seq it was given before: it knows nothing of the holes
 * that a load closed.
 */
final class Stream {
    private final Binding binding;
    private final Outlet out;
    private final ConnectionLoop loop;
    private final Acknowledgements acknowledgements;
    private final Hold hold;
    private @Nullable Window unacknowledged;

    private long lastWritten;
    private long lastGiven;
    /** What is written up to here was written before, to an earlier connection of the device. */
    private long givenBefore;
    /** Highest seq that a hint named. */
    private long hinted;
    /** There may be more than hints named. */
    private boolean moreUnknown;

    private boolean loading;
    private byte failedLoads;
    private long loadAgainMs;

    private boolean open;

    Stream(Binding binding, Outlet out, ConnectionLoop loop) {
        this.binding = binding;
        this.out = out;
        this.loop = loop;
        this.acknowledgements = new Acknowledgements(binding, loop);
        this.hold = new Hold(binding, loop);
    }

    /** The mailbox was opened: messages after {@code position} are wanted. */
    void open(long position, OpenMailboxReply opened) {
        open = true;
        hold.set(opened.getFruitless(), opened.getHeldMs());
        lastWritten = position;
        lastGiven = position;
        givenBefore = loop.redelivery().takeGiven(binding.reader());
        hinted = Math.max(hinted, opened.getHead());
        acknowledgements.open(position, opened.getAcknowledged());
        if (position > opened.getAcknowledged()) {
            hold.acknowledged();
        }
        loadOn();
    }

    /** The mailbox was gone, and is there anew: what it lacks of acknowledgements it is told again. */
    void reopened(long acknowledgedBefore, long head) {
        hinted = Math.max(hinted, head);
        acknowledgements.reopened(acknowledgedBefore);
        loadOn();
    }

    /** All up to here was given to the client, or is not for it. */
    long lastWritten() {
        return lastWritten;
    }

    /** The mailbox is no more. */
    void forgotten() {
        hold.forgotten();
    }

    /** Nothing is written any more; what was acknowledged still reaches the saver, once. */
    void close() {
        rememberGiven();
        open = false;
        unacknowledged = null;
        acknowledgements.close();
    }

    /**
     * The client is back at {@code position}: what it was given beyond that may lie in the socket that it lost.
     *
     * @return where it goes on from: what it acknowledged is gone
     */
    long resume(long position) {
        long from = Math.max(position, acknowledgements.taken());
        if (from > acknowledgements.taken()) {
            hold.acknowledged();
            acknowledgements.take(from, unacknowledged == null ? 0 : unacknowledged.release(from));
        }
        unacknowledged = null;
        givenBefore = Math.max(givenBefore, loop.redelivery().takeGiven(binding.reader()));
        if (from < lastGiven) {
            givenBefore = Math.max(givenBefore, lastGiven);
            hinted = Math.max(hinted, lastWritten);
            lastWritten = from;
        }
        lastGiven = from;
        loadAgainMs = 0;
        return from;
    }

    /** Newest seq that is known of. */
    long head() {
        return Math.max(hinted, lastWritten);
    }

    /** Of what is remembered for what was not acknowledged. */
    int heldBytes() {
        return outstanding() * Long.BYTES;
    }

    /** The client has messages in hand. */
    boolean awaitsWord() {
        return outstanding() > 0;
    }

    /** Should the client bind anew, instead of coming back where it was, it was given this much all the same. */
    void rememberGiven() {
        hold.connectionEnded();
        long given = Math.max(lastGiven, givenBefore);
        if (open && given > acknowledgements.taken()) {
            loop.redelivery().remember(binding.reader(), given);
        }
    }

    /** What the client has taken is on its way to the saver before what is asked next. */
    void tellTaken() {
        acknowledgements.endRound();
    }

    String app() {
        return binding.reader().app();
    }

    /** A hint that {@code seq} is in the mailbox, {@code prev} before it; with its content or without. */
    PushOutcome push(long prev, long seq, ByteString content) {
        if (open && seq <= lastWritten) {
            return PushOutcome.WRITTEN;
        }
        if (chains(prev, seq) && !content.isEmpty() && hasRoom() && !hold.isOn() && write(seq, content)) {
            return PushOutcome.WRITTEN;
        }
        hinted = Math.max(hinted, seq);
        loadOn();
        return PushOutcome.BEHIND;
    }

    /** What was given before comes late: whether it still lives, and is to come again, the mailbox knows. */
    private boolean chains(long prev, long seq) {
        return open && prev <= lastWritten && seq > givenBefore;
    }

    /** A message that is not stored. */
    PushOutcome pushTransient(ByteString content) {
        boolean written = open && out.isWritable() && out.message(binding.number(), 0, 0, false, content, null);
        return written ? PushOutcome.WRITTEN : PushOutcome.DROPPED;
    }

    /** The mailbox may have got messages that no hint will tell of. */
    void check() {
        moreUnknown = true;
        loadOn();
    }

    /** The client can take more. */
    void onWritable() {
        loadOn();
    }

    /**
     * The client has all up to {@code seq}, which is unsigned, as it came.
     *
     * @return false where that was not sent: it counts as an acknowledgement of all that was
     */
    boolean acknowledge(long seq) {
        boolean sent = Long.compareUnsigned(seq, lastWritten) <= 0;
        long clamped = sent ? seq : lastWritten;
        if (clamped > acknowledgements.taken()) {
            hold.acknowledged();
            acknowledgements.take(clamped, unacknowledged == null ? 0 : unacknowledged.release(clamped));
            loadOn();
        }
        return sent;
    }

    /** Does what was put off until now, and returns when there is more to do. */
    long onDue(long nowMs) {
        if (unacknowledged != null && unacknowledged.size() == 0) {
            unacknowledged = null;
        }
        boolean wasHeld = hold.isOn();
        long heldMs = hold.onDue(nowMs);
        if (loadAgainMs != 0 && loadAgainMs <= nowMs) {
            loadAgainMs = 0;
            loadOn();
        } else if (wasHeld && !hold.isOn()) {
            loadOn();
        }
        long ownDueMs = Math.min(loadAgainMs == 0 ? Wheel.NEVER : loadAgainMs, heldMs);
        return Math.min(ownDueMs, acknowledgements.onDue(nowMs));
    }

    /** Returns false where there is no memory for it: it is loaded later. */
    private boolean write(long seq, ByteString content) {
        if (!out.message(binding.number(), lastGiven, seq, seq <= givenBefore, content, hold.queues(seq))) {
            loadLater();
            return false;
        }
        if (unacknowledged == null) {
            unacknowledged = new Window();
        }
        if (unacknowledged.size() == 0) {
            binding.connection().awaitsWordFromNow();
        }
        unacknowledged.add(seq);
        lastGiven = seq;
        lastWritten = seq;
        return true;
    }

    private boolean hasRoom() {
        return outstanding() < loop.config().window() && out.isWritable();
    }

    private int outstanding() {
        return unacknowledged == null ? 0 : unacknowledged.size();
    }

    // Loading.

    private boolean isBehind() {
        return moreUnknown || hinted > lastWritten;
    }

    /** A load is worth its while once half the window is free: not one load for each acknowledgement. */
    private void loadOn() {
        boolean worthIt = 2 * outstanding() <= loop.config().window() && out.isWritable();
        if (open && isBehind() && worthIt && !hold.isOn() && !loading && loadAgainMs == 0) {
            loading = true;
            loop.loads().submit(this);
        }
    }

    /** Its turn has come in the room's queue of loads. Returns false where it is of no use any more. */
    boolean startLoad() {
        if (!open || !out.isWritable() || hold.isOn()) {
            // It loads once there is room, and the hold is over.
            loading = false;
            return false;
        }
        moreUnknown = false;
        long after = lastWritten;
        int room = Math.max(1, loop.config().window() - outstanding());
        loop.hop(
                loop.mailboxes()
                        .load(binding.reader().load(after, room, loop.config().loads())),
                (reply, failure) -> onLoaded(after, reply, failure));
        return true;
    }

    private void onLoaded(long after, @Nullable LoadReply reply, @Nullable Throwable failure) {
        loading = false;
        loop.loads().finished();
        if (!open) {
            return;
        }
        if (reply == null) {
            loop.meters().loadFailed(failure);
            moreUnknown = true;
            loadLater();
            binding.reopenIfGone(failure);
            return;
        }
        loop.meters().loaded(reply.getMessagesCount());
        if (after > lastWritten || hold.isOn()) {
            // The client has gone back meanwhile, or is given nothing any more.
            moreUnknown = true;
        } else {
            take(reply);
        }
        loadOn();
    }

    private void take(LoadReply reply) {
        long before = lastWritten;
        if (!writeAll(reply)) {
            moreUnknown = true;
            return;
        }
        lastWritten = Math.max(lastWritten, reply.getTo());
        moreUnknown |= reply.getMore();
        if (lastWritten > before || !isBehind()) {
            failedLoads = 0;
        } else {
            // A hint beyond what the saver gives out yet: no use asking at once.
            loadLater();
        }
    }

    /** Returns false where the client could not take them all. */
    private boolean writeAll(LoadReply reply) {
        for (StoredMessage message : reply.getMessagesList()) {
            if (message.getSeq() <= lastWritten) {
                continue;
            }
            if (!hasRoom() || !write(message.getSeq(), message.getContent())) {
                return false;
            }
        }
        return true;
    }

    private void loadLater() {
        loadAgainMs = loop.nowMs() + loop.backoffMs(failedLoads);
        failedLoads = (byte) Math.min(failedLoads + 1, Byte.MAX_VALUE);
        binding.wakeAt(loadAgainMs);
    }
}
