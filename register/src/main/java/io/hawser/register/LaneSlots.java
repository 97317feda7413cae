package io.hawser.register;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a lane, those that are owned with their sessions.
 *
 * <p>A slot that comes starts empty; one that goes is emptied, and also when this instance begins a new life, for rooms
 * take it for another register then.
 */
final class LaneSlots {
    private final int lane;
    private final int lanes;
    private final RegisterMetrics metrics;
    private final @Nullable SlotSessions[] slots = new SlotSessions[Slot.COUNT];
    /** Membership version in which each slot was last given up. */
    private final long[] releasedAt = new long[Slot.COUNT];

    private int owned;

    /** Of the view before. */
    private @Nullable SlotTable table;

    private long membershipVersion;
    private long incarnation;
    /** Membership version in which this incarnation first owned a slot; 0: none yet. */
    private long bornAt;

    /** Is shown slots. */
    interface Visitor {
        void visit(int slot, SlotSessions sessions);
    }

    /** Is shown slots that have come, and who had them before. */
    interface Taken {
        void visit(int slot, SlotSessions sessions, @Nullable Peer before);
    }

    LaneSlots(int lane, int lanes, RegisterMetrics metrics) {
        this.lane = lane;
        this.lanes = lanes;
        this.metrics = metrics;
    }

    /** Takes a view of the registers; {@code taken} is shown what comes, {@code released} what goes. */
    void see(Ownership ownership, Taken taken, Visitor released) {
        boolean reborn = ownership.incarnation() != incarnation;
        SlotTable before = reborn || table == null ? ownership.before() : table;
        table = ownership.table();
        incarnation = ownership.incarnation();
        membershipVersion = ownership.version();
        bornAt = reborn ? 0 : bornAt;
        for (int slot = lane; slot < Slot.COUNT; slot += lanes) {
            boolean owned = ownership.owns(slot);
            if (reborn || !owned) {
                release(slot, released);
            }
            if (owned && slots[slot] == null) {
                take(slot);
                taken.visit(slot, owned(slot), ownership.isIt(before.owner(slot)) ? null : before.owner(slot));
            }
        }
    }

    /** Returns the slot's sessions; null where another owns it. */
    @Nullable
    SlotSessions get(int slot) {
        return slots[slot];
    }

    /** @throws HawserException NOT_OWNER */
    SlotSessions owned(int slot) {
        SlotSessions here = slots[slot];
        if (here == null) {
            metrics.notOwner.increment();
            throw HawserException.refusal(
                    ErrorCode.NOT_OWNER, "slot: " + slot + " (expected: one that this register owns)");
        }
        return here;
    }

    /** Null also where a room speaks to an earlier ownership of ours: what it told then is forgotten. */
    @Nullable
    SlotSessions ownedSince(int slot, long roomsVersion) {
        SlotSessions here = slots[slot];
        return here != null && here.ownedSince <= roomsVersion ? here : null;
    }

    void forEach(Visitor visitor) {
        visitFrom(lane, visitor, slot -> true);
    }

    /**
     * Shows owned slots from {@code from} on, as long as {@code goOn} holds.
     *
     * @return where it stopped; {@link Slot#COUNT} or more at the end
     */
    int visitFrom(int from, Visitor visitor, IntPredicate goOn) {
        int slot = from;
        for (; slot < Slot.COUNT && goOn.test(slot); slot += lanes) {
            SlotSessions here = slots[slot];
            if (here != null) {
                visitor.visit(slot, here);
            }
        }
        return slot;
    }

    /** How many are owned. */
    int count() {
        return owned;
    }

    boolean areNone() {
        return owned == 0;
    }

    private void take(int slot) {
        bornAt = bornAt == 0 ? membershipVersion : bornAt;
        owned++;
        slots[slot] = new SlotSessions(slot, Math.max(bornAt, releasedAt[slot]));
    }

    private void release(int slot, Visitor released) {
        SlotSessions here = slots[slot];
        if (here != null) {
            releasedAt[slot] = membershipVersion;
            slots[slot] = null;
            owned--;
            released.visit(slot, here);
        }
    }
}
