package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Message;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The listener thread: everything that the app's listener is told, in order, one at a time.
 *
 * <p>Before a message is handed over, one durable write says both that all before it were taken and that it is in hand.
 * So a crash can only make this one come again, and the store is forced once a message. What the last message moved is
 * written with the next one, or when the client closes; until then the room's acknowledged position stands in for it.
 */
final class Delivery implements Runnable {
    private final PushListener listener;
    private final PositionStore store;
    private final int attempts;
    private final BackOff backOff;
    private final Ticker ticker;
    private final CountDownLatch closed;
    private final Counters counters;
    private final Inbox inbox;
    private final PositionStore.Position before;

    /** Seq up to which the listener took messages. Written by the listener thread alone. */
    private volatile long handed;

    private long inHand;
    private @Nullable Session first;
    private volatile StateChange last = StateChange.of(ClientState.CLOSED, "closed by the app");

    Delivery(ClientSettings settings, PositionStore.Position before, CountDownLatch closed, Counters counters) {
        this.listener = settings.listener;
        this.store = settings.store;
        this.attempts = settings.listenerAttempts;
        this.backOff = settings.newBackOff();
        this.ticker = settings.ticker;
        this.inbox = new Inbox(settings.inboxCapacity);
        this.before = before;
        this.closed = closed;
        this.counters = counters;
        this.handed = before.handed();
        this.inHand = before.inHand();
    }

    /** Returns the position for the next BIND. */
    long position() {
        return handed;
    }

    void bound(Session session, long position, boolean reset) throws InterruptedException {
        inbox.put(() -> settle(session, position, reset));
    }

    void message(Session session, Message message) throws InterruptedException {
        if (message.getSeq() != 0) {
            inbox.put(() -> handOver(session, message));
        } else if (!inbox.offer(() -> handOver(session, message))) {
            counters.transientsDropped.incrementAndGet();
        }
    }

    void state(StateChange change) throws InterruptedException {
        inbox.put(() -> tell(l -> l.onState(change)));
    }

    /** May be called from any thread; where the listener is too far behind, the error is counted only. */
    void error(HawserException error) {
        if (!inbox.offer(() -> tell(l -> l.onError(error)))) {
            counters.errorsNotTold.incrementAndGet();
        }
    }

    /** Ends the thread once all that has come was handed over. */
    void finish(StateChange reason) {
        last = reason;
        inbox.finish();
    }

    /** Ends the thread once the listener returns. */
    void abandon() {
        inbox.abandon();
    }

    @Override
    public void run() {
        for (Runnable event = next(); event != null; event = next()) {
            event.run();
        }
        end();
    }

    /**
     * An interrupt here is left over from the listener: nobody ends this thread in that way. It is cleared, for it would
     * close the file of a store that is written to next.
     */
    private @Nullable Runnable next() {
        while (true) {
            try {
                boolean unused = Thread.interrupted();
                return inbox.take();
            } catch (InterruptedException e) {
                // It came just now; the next round begins without it.
            }
        }
    }

    private void end() {
        save(inHand);
        tell(l -> l.onState(last));
        try {
            store.close();
        } catch (IOException | RuntimeException e) {
            storeFailed(e);
        }
    }

    private void settle(Session session, long position, boolean reset) {
        long positionBefore = handed;
        if (reset) {
            handed = position;
            inHand = 0;
            save(0);
            counters.gaps.incrementAndGet();
            tell(l -> l.onGap(positionBefore, position));
        } else {
            handed = Math.max(handed, position);
        }
        if (first == null) {
            first = session;
        }
        tell(l -> l.onState(StateChange.of(ClientState.BOUND, "")));
        session.opened(handed);
    }

    private void handOver(Session session, Message message) {
        long seq = message.getSeq();
        if (seq == 0) {
            takeOnce(new PushMessage(message, false));
            return;
        }
        save(seq);
        if (takeOrGiveUp(new PushMessage(message, isAgain(session, message)))) {
            inHand = 0;
            handed = seq;
            session.handed(seq, inbox.isEmpty());
        } else {
            // Still in hand, for the next life: nothing may pass it.
            inbox.abandon();
        }
    }

    /** Where the store remembers nothing of an earlier life, the room does: of what it sends to the first binding. */
    private boolean isAgain(Session session, Message message) {
        boolean roomKnows = before.equals(PositionStore.Position.NONE) && session.equals(first);
        return message.getSeq() == before.inHand() || (roomKnows && message.getRedelivered());
    }

    /** Returns whether the message is done with: taken or given up. Not so when the client was closed meanwhile. */
    private boolean takeOrGiveUp(PushMessage message) {
        backOff.reset();
        for (int attempt = 1; !takeOnce(message); attempt++) {
            if (attempt == attempts) {
                counters.givenUp.incrementAndGet();
                String what = message + ": given up after " + attempts + " attempts of the listener";
                tell(l -> l.onError(new HawserException(ErrorCode.INTERNAL, what)));
                return true;
            }
            if (!pause()) {
                return false;
            }
        }
        return true;
    }

    private boolean pause() {
        try {
            return ticker.pause(backOff.nextNanos(0), closed);
        } catch (InterruptedException e) {
            // Left over from the listener, as above: the wait is merely shorter.
            return closed.getCount() > 0;
        }
    }

    // The listener is the app's: whatever it throws, the thread has to live.
    @SuppressWarnings("CatchingUnchecked")
    private boolean takeOnce(PushMessage message) {
        try {
            listener.onMessage(message);
            counters.handed.incrementAndGet();
            return true;
        } catch (Throwable e) {
            counters.listenerFailures.incrementAndGet();
            tell(l -> l.onError(new HawserException(ErrorCode.INTERNAL, message + ": the listener threw " + e, e)));
            return false;
        }
    }

    @SuppressWarnings("CatchingUnchecked")
    private void tell(Consumer<PushListener> what) {
        try {
            what.accept(listener);
        } catch (Throwable e) {
            // There is nobody left to tell: counted.
            counters.listenerFailures.incrementAndGet();
        }
    }

    private void save(long inHand) {
        this.inHand = inHand;
        try {
            store.save(new PositionStore.Position(handed, inHand));
        } catch (IOException | RuntimeException e) {
            storeFailed(e);
        }
    }

    /** Goes on all the same: a message in the hand is worth more than a mark about it. */
    private void storeFailed(Exception e) {
        counters.storeFailures.incrementAndGet();
        tell(l -> l.onError(new HawserException(ErrorCode.INTERNAL, "position store: " + e.getMessage(), e)));
    }
}
