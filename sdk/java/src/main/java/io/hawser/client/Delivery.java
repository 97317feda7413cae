package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Qos;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The listener thread: everything that the app's listener is told, in order, one at a time.
 *
 * <p>Before a message is handed over, one durable write says both that all before it were taken and that it is in hand.
 * So a crash can only make this one come again, and the store is forced once a message. What the last message moved is
 * written with the next one, or when the client closes; until then the room's acknowledged position stands in for it.
 */
final class Delivery implements Runnable {
    private final Handing handing;
    private final Marks marks;
    private final Counters counters;
    private final Inbox inbox;
    private final PositionStore.Position before;

    /** Seq up to which the listener took messages. Written by the listener thread alone. */
    private volatile long handed;

    private long inHand;
    /** Of the broadcasts; written by the listener thread alone. */
    private volatile BroadcastPosition broadcasts;

    private final long broadcastBefore;
    /** Since it was saved. No room says it in the store's place, so it is saved once nothing else is to be done. */
    private boolean cursorMoved;

    private @Nullable Session first;
    private @Nullable Pulls pulls;
    private volatile StateChange last = StateChange.of(ClientState.CLOSED, "closed by the app");

    Delivery(ClientSettings settings, CountDownLatch closed, Counters counters) throws IOException {
        this.handing = new Handing(settings, closed, counters);
        this.marks = new Marks(settings.store, handing, counters);
        this.inbox = new Inbox(settings.inboxCapacity);
        this.before = settings.store.load();
        this.broadcasts = settings.store.loadBroadcasts();
        this.broadcastBefore = broadcasts.inHand();
        this.counters = counters;
        this.handed = before.handed();
        this.inHand = before.inHand();
    }

    /** Returns the position for the next BIND. */
    long position() {
        return handed;
    }

    /** Returns the cursor for the next BIND; null: nothing is known of any broadcast. */
    @Nullable
    BroadcastCursor cursor() {
        BroadcastPosition now = broadcasts;
        return now.isNone() ? null : now.toWire();
    }

    /** Where notifications wait for their bodies: given before the threads start. */
    void pullWith(Pulls pulls) {
        this.pulls = pulls;
    }

    void bound(Session session, Bound bound) throws InterruptedException {
        inbox.put(() -> settle(session, bound));
    }

    void message(Session session, Message message) throws InterruptedException {
        put(message.getSeq() != 0, () -> handOver(session, message));
    }

    void broadcast(Session session, Broadcast broadcast) throws InterruptedException {
        put(broadcast.getBseq() != 0, () -> handOver(session, broadcast));
    }

    /** What is kept nowhere does not hold up the reader. */
    private void put(boolean durable, Runnable event) throws InterruptedException {
        if (durable) {
            inbox.put(event);
        } else if (!inbox.offer(event)) {
            counters.transientsDropped.incrementAndGet();
        }
    }

    /** The room has settled broadcasts. */
    void synced(Session session, BroadcastCursor cursor) throws InterruptedException {
        inbox.put(() -> takeOver(session, cursor));
    }

    /** A notification's body is here, or will never be. */
    void pulled(PushMessage notification, Runnable done) throws InterruptedException {
        inbox.put(() -> {
            if (handing.takeOrGiveUp(notification)) {
                done.run();
            }
        });
    }

    void groups(Set<String> groups) throws InterruptedException {
        inbox.put(() -> handing.tell(l -> l.onGroups(groups)));
    }

    void state(StateChange change) throws InterruptedException {
        inbox.put(() -> handing.tell(l -> l.onState(change)));
    }

    /** May be called from any thread; where the listener is too far behind, the error is counted only. */
    void error(HawserException error) {
        if (!inbox.offer(() -> handing.tell(l -> l.onError(error)))) {
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
            if (cursorMoved && inbox.isEmpty()) {
                saveBroadcasts(broadcasts);
            }
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
        saveBroadcasts(broadcasts);
        handing.tell(l -> l.onState(last));
        marks.close();
    }

    private void settle(Session session, Bound bound) {
        long position = bound.getPosition();
        long positionBefore = handed;
        if (bound.getReset()) {
            handed = position;
            inHand = 0;
            save(0);
            counters.gaps.incrementAndGet();
            handing.tell(l -> l.onGap(positionBefore, position));
        } else {
            handed = Math.max(handed, position);
        }
        if (first == null) {
            first = session;
        }
        if (bound.hasCursor()) {
            moveTo(broadcasts.told(bound.getCursor()));
        }
        handing.tell(l -> l.onState(StateChange.of(ClientState.BOUND, "")));
        if (bound.getBroadcastsLostTo() != 0) {
            counters.gaps.incrementAndGet();
            handing.tell(l -> l.onBroadcastsLost(bound.getBroadcastsLostTo()));
        }
        if (bound.getGroupsCount() > 0) {
            handing.tell(l -> l.onGroups(new LinkedHashSet<>(bound.getGroupsList())));
        }
        session.opened(handed, broadcasts);
    }

    private void takeOver(Session session, BroadcastCursor cursor) {
        moveTo(broadcasts.told(cursor));
        session.synced(broadcasts, inbox.isEmpty());
    }

    private void handOver(Session session, Message message) {
        long seq = message.getSeq();
        if (seq == 0) {
            handing.takeOnce(new PushMessage(message, false));
            return;
        }
        save(seq);
        PushMessage given = new PushMessage(message, isAgain(session, message));
        if (message.getQos() == Qos.NOTIFY
                ? keepOrGive(given, p -> p.add(message, given.redelivered()))
                : handing.takeOrGiveUp(given)) {
            inHand = 0;
            handed = seq;
            session.handed(seq, inbox.isEmpty());
        } else {
            // Still in hand, for the next life: nothing may pass it.
            inbox.abandon();
        }
    }

    private void handOver(Session session, Broadcast broadcast) {
        long bseq = broadcast.getBseq();
        if (bseq == 0) {
            handing.takeOnce(PushMessage.of(broadcast, false));
            return;
        }
        if (broadcasts.isPast(bseq)) {
            counters.duplicates.incrementAndGet();
            session.synced(broadcasts, true);
            return;
        }
        saveBroadcasts(broadcasts.inHand(bseq));
        PushMessage given = PushMessage.of(broadcast, bseq == broadcastBefore);
        if (broadcast.getQos() == Qos.NOTIFY
                ? keepOrGive(given, p -> p.add(broadcast, given.redelivered()))
                : handing.takeOrGiveUp(given)) {
            moveTo(broadcasts.handed(bseq));
            session.synced(broadcasts, inbox.isEmpty());
        } else {
            inbox.abandon();
        }
    }

    private interface Keeping {
        boolean in(Pulls pulls) throws IOException;
    }

    /** A notification waits for its body elsewhere; one that cannot be kept there is given to the listener without. */
    private boolean keepOrGive(PushMessage notification, Keeping keeping) {
        Pulls waiting = pulls;
        try {
            if (waiting != null && keeping.in(waiting)) {
                return true;
            }
            handing.tell(l -> l.onError(HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED, notification + ": too many notifications wait for their bodies")));
        } catch (IOException e) {
            marks.failed(e);
        }
        return handing.takeOrGiveUp(notification);
    }

    /** Where the store remembers nothing of an earlier life, the room does: of what it sends to the first binding. */
    private boolean isAgain(Session session, Message message) {
        boolean roomKnows = before.equals(PositionStore.Position.NONE) && session.equals(first);
        return message.getSeq() == before.inHand() || (roomKnows && message.getRedelivered());
    }

    private void save(long inHand) {
        this.inHand = inHand;
        marks.save(new PositionStore.Position(handed, inHand));
    }

    private void moveTo(BroadcastPosition position) {
        broadcasts = position;
        cursorMoved = true;
    }

    private void saveBroadcasts(BroadcastPosition position) {
        broadcasts = position;
        cursorMoved = false;
        marks.save(position);
    }
}
