package io.hawser.room.connection;

import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.CountFruitlessReply;
import org.jspecify.annotations.Nullable;

/**
 * Whether a mailbox is held back from its client, and whether what the client is given is in vain: it was given messages,
 * went on speaking for longer than an acknowledgement may take, and acknowledged none. The saver counts such connections
 * of a mailbox, one after the other, whichever rooms they were on, and says how long the mailbox is held for that: so a
 * client that fails at a message is not fed it for ever. The first acknowledgement ends it. An app may have the saver take
 * the mailbox past such messages after some holds: loads then give what is beyond.
 *
 * <p>One that was not heard after that time may never have got what was written: it is not counted.
 */
final class Hold {
    /** In {@link #firstWrittenMs}: no message was written. */
    private static final long NONE = -1;
    /** In {@link #firstWrittenMs}: the client has acknowledged something. */
    private static final long FRUITFUL = -2;

    private final Binding binding;
    private final ConnectionLoop loop;
    /** When the first message was written. */
    private long firstWrittenMs = NONE;
    /** Until when nothing is given; 0: it is not held. */
    private long untilMs;
    /** The saver has counted connections: it is told when the client acknowledges. */
    private boolean counted;

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
        counted = fruitless > 0;
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

    void wrote() {
        if (firstWrittenMs == NONE) {
            firstWrittenMs = loop.nowMs();
        }
    }

    void acknowledged() {
        firstWrittenMs = FRUITFUL;
        untilMs = 0;
        if (counted) {
            counted = false;
            loop.hop(loop.mailboxes().release(binding.reader().release()), (reply, failure) -> {
                // The next acknowledgement tells it again.
                counted |= reply == null;
            });
        }
    }

    /**
     * The connection is gone: what comes next is another one's.
     *
     * @param given the newest message that it was given
     */
    void connectionEnded(long given) {
        long heardForMs = binding.connection().heardMs() - firstWrittenMs;
        boolean inVain = firstWrittenMs >= 0
                && heardForMs >= loop.config().fruitlessAfter().toMillis();
        firstWrittenMs = NONE;
        if (inVain) {
            loop.meters().fruitless();
            loop.hop(
                    loop.mailboxes().countFruitless(binding.reader().fruitless(given, skipAfterHolds())),
                    this::onCounted);
        }
    }

    private int skipAfterHolds() {
        App app = loop.apps().find(binding.reader().app());
        return app == null ? 0 : app.getSkipAfterHolds();
    }

    private void onCounted(@Nullable CountFruitlessReply reply, @Nullable Throwable failure) {
        if (reply != null) {
            set(reply.getFruitless(), reply.getHeldMs());
        } else {
            loop.meters().fruitlessUncounted(failure);
        }
    }
}
