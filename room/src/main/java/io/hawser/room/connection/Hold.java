package io.hawser.room.connection;

import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.ReleaseMailboxReply;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import org.jspecify.annotations.Nullable;

/**
 * Whether a mailbox is held back from its client, and whether what the client is given is in vain: it was given messages,
 * went on speaking for longer than an acknowledgement may take, and acknowledged none. The saver counts such connections
 * of a mailbox, one after the other, whichever rooms they were on, and says how long the mailbox is held for that: so a
 * client that fails at a message, and stays for that long, is not fed it for ever. The first acknowledgement ends it. An
 * app may have the saver take the mailbox past such messages after some holds: loads then give what is beyond.
 *
 * <p>The time begins when the client's socket has the first message. One that was not heard after that time may never have
 * got what was written: it is not counted. So it is with messages: what came later than that before it was last heard was
 * not tried, and is not skipped.
 */
final class Hold {
    /** In {@link #firstWrittenMs}: no message was written. */
    private static final long NONE = -1;
    /** In {@link #firstWrittenMs}: the client has acknowledged something. */
    private static final long FRUITFUL = -2;
    /** How often a saver that does not answer is told: half a minute long. */
    private static final int MAX_TELLINGS = 10;

    /** What the saver has counted. */
    private enum Count {
        NONE,
        /** A connection is being counted. */
        COUNTING,
        /** The client has acknowledged something meanwhile. */
        OVERTAKEN,
        /** There is something: the saver is told when the client acknowledges. */
        COUNTED,
        /** It is being told that the client has. */
        TELLING
    }

    private final Binding binding;
    private final ConnectionLoop loop;
    /** When the first message was written to the client's socket. */
    private long firstWrittenMs = NONE;
    /** From then on; null: nothing is counted. */
    private @Nullable Trial trial;
    /** Until when nothing is given; 0: it is not held. */
    private long untilMs;

    private Count count = Count.NONE;

    Hold(Binding binding, ConnectionLoop loop) {
        this.binding = binding;
        this.loop = loop;
    }

    /**
     * The saver says how many connections it has counted, and for how long the mailbox is held.
     *
     * @param fruitless 0: none
     */
    void set(int fruitless, long heldMs) {
        count = fruitless > 0 ? Count.COUNTED : Count.NONE;
        if (heldMs > 0) {
            loop.meters().mailboxHeld();
            untilMs = loop.nowMs() + heldMs;
            binding.wakeAt(untilMs);
        }
    }

    boolean isOn() {
        return untilMs != 0;
    }

    /** Returns when the hold ends; one that is over has ended then. */
    long onDue(long nowMs) {
        if (untilMs <= nowMs) {
            untilMs = 0;
        }
        return untilMs == 0 ? Wheel.NEVER : untilMs;
    }

    /** A message is about to be queued. Returns who is to hear when it was written; null: nobody. */
    @Nullable
    ChannelFutureListener queues(long seq) {
        return firstWrittenMs == FRUITFUL ? null : written -> onWritten(written, seq);
    }

    /** A socket takes what waits when its client reads: what was only queued, nobody can acknowledge. */
    private void onWritten(ChannelFuture written, long seq) {
        boolean here = written.channel().equals(binding.connection().out().channel());
        if (firstWrittenMs == FRUITFUL || !here || !written.isSuccess()) {
            return;
        }
        if (trial == null) {
            firstWrittenMs = loop.nowMs();
            trial = new Trial(loop.config().fruitlessAfter().toMillis(), seq);
        }
        trial.wrote(seq, loop.nowMs(), binding.connection().heardMs());
    }

    void acknowledged() {
        firstWrittenMs = FRUITFUL;
        trial = null;
        untilMs = 0;
        if (count != Count.NONE) {
            overtake();
        }
    }

    private void overtake() {
        switch (count) {
            case NONE, OVERTAKEN, TELLING -> {}
            case COUNTING -> count = Count.OVERTAKEN;
            case COUNTED -> release(1);
        }
    }

    private void release(int telling) {
        count = Count.TELLING;
        loop.hop(
                loop.mailboxes().release(binding.reader().release()),
                (reply, failure) -> onReleased(telling, reply, failure));
    }

    /** Told again whether the client is still there or not: whoever comes next would be held. */
    private void onReleased(int telling, @Nullable ReleaseMailboxReply reply, @Nullable Throwable failure) {
        if (reply == null) {
            loop.meters().releaseFailed(failure);
        }
        if (count != Count.TELLING) {
            // Another connection was in vain since.
            return;
        }
        if (reply != null) {
            count = Count.NONE;
        } else if (telling == MAX_TELLINGS) {
            // The next acknowledgement tells it.
            count = Count.COUNTED;
        } else {
            loop.after(loop.backoffMs(telling - 1), () -> releaseAgain(telling + 1));
        }
    }

    private void releaseAgain(int telling) {
        if (count == Count.TELLING) {
            release(telling);
        }
    }

    /** The mailbox is no more: nothing is counted of it. */
    void forgotten() {
        firstWrittenMs = FRUITFUL;
        trial = null;
    }

    /** The connection is gone: what comes next is another one's. */
    void connectionEnded() {
        long heardMs = binding.connection().heardMs();
        Trial ended = trial;
        boolean inVain =
                heardMs - firstWrittenMs >= loop.config().fruitlessAfter().toMillis();
        firstWrittenMs = NONE;
        trial = null;
        if (ended != null && inVain) {
            count = Count.COUNTING;
            loop.meters().fruitless();
            long tried = ended.upTo(heardMs);
            loop.hop(
                    loop.mailboxes().countFruitless(binding.reader().fruitless(tried, skipAfterHolds())),
                    this::onCounted);
        }
    }

    private int skipAfterHolds() {
        App app = loop.apps().find(binding.reader().app());
        return app == null ? 0 : app.getSkipAfterHolds();
    }

    private void onCounted(@Nullable CountFruitlessReply reply, @Nullable Throwable failure) {
        boolean overtaken = count == Count.OVERTAKEN;
        if (reply != null) {
            set(reply.getFruitless(), overtaken ? 0 : reply.getHeldMs());
        } else {
            loop.meters().fruitlessUncounted(failure);
            // It may have been, all the same.
            count = Count.COUNTED;
        }
        if (overtaken && count == Count.COUNTED) {
            release(1);
        }
    }
}
