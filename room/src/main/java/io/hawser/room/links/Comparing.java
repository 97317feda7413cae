package io.hawser.room.links;

import io.hawser.room.chore.Chore;
import io.hawser.room.connection.Identity;
import io.hawser.room.connection.Roster;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.id.SlotDigests;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.CompareReply;
import io.hawser.rpc.v1.CompareRequest;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what this room has with what registers hold of it, slot by slot, by number and hash of the sessions: all slots
 * within {@link PourConfig#compareEvery}, some each second (rule R4). Enters and leaves under way make a slot differ for
 * a moment, so one that does is compared again with the next turn. One that differs twice is poured again, and what the
 * register holds that is not here, leaves. All state belongs to the thread that owns {@link Pouring}'s.
 */
public final class Comparing {
    private static final Logger LOG = LoggerFactory.getLogger(Comparing.class);
    private static final long TURN_MILLIS = 1_000;

    private final LinkClient registers;
    private final Pouring pouring;
    private final Leaves leaves;
    private final Roster roster;
    private final Identity identity;
    private final Supplier<PourConfig> config;
    private final Counter mended;
    private final Counter ghosts;
    private final Counter unknown;
    private final Counter failed;

    /** Differed when they were compared last. */
    private BitSet suspects = new BitSet(Slot.COUNT);

    private int nextSlot;

    public Comparing(
            LinkClient registers,
            Pouring pouring,
            Leaves leaves,
            Roster roster,
            Identity identity,
            Supplier<PourConfig> config,
            MeterRegistry meters) {
        this.registers = registers;
        this.pouring = pouring;
        this.leaves = leaves;
        this.roster = roster;
        this.identity = identity;
        this.config = config;
        mended = meters.counter("hawser.room.comparisons.slots", "outcome", "differed");
        unknown = meters.counter("hawser.room.comparisons.slots", "outcome", "unknown");
        ghosts = meters.counter("hawser.room.comparisons.ghosts");
        failed = meters.counter("hawser.room.comparisons.failed");
    }

    /** Begins. Ends with the owner of what is poured. */
    public void start(ScheduledExecutorService owner) {
        var _ = new Chore("comparison with the registers", this::turn).every(TURN_MILLIS, owner);
    }

    private void turn() {
        BitSet again = suspects;
        suspects = new BitSet(Slot.COUNT);
        compare(again, true);
        compare(nextSlots(), false);
    }

    private BitSet nextSlots() {
        int slots = (int) Math.ceilDiv(
                Slot.COUNT * TURN_MILLIS, config.get().compareEvery().toMillis());
        BitSet next = new BitSet(Slot.COUNT);
        for (int n = 0; n < Math.min(slots, Slot.COUNT); n++) {
            next.set(nextSlot);
            nextSlot = (nextSlot + 1) % Slot.COUNT;
        }
        return next;
    }

    private void compare(BitSet slots, boolean secondTime) {
        pouring.told(slots).forEach((receiver, theirs) -> compare(receiver, theirs, secondTime));
    }

    private void compare(Peer receiver, BitSet slots, boolean secondTime) {
        long version = pouring.version();
        var _ = roster.digests((BitSet) slots.clone())
                .thenCompose(digests -> registers.call(
                        Route.peer(receiver),
                        RegisterGrpc.getCompareMethod(),
                        request(version, slots, digests, secondTime),
                        "",
                        config.get().timeout()))
                .whenComplete((reply, failure) -> pouring.run(() -> take(receiver, slots, secondTime, reply, failure)));
    }

    private CompareRequest request(long version, BitSet slots, SlotDigests digests, boolean listHeld) {
        CompareRequest.Builder request = CompareRequest.newBuilder()
                .setRoom(identity.room())
                .setRoomIncarnation(identity.incarnation().getAsLong())
                .setMembershipVersion(version)
                .setListHeld(listHeld);
        slots.stream().forEach(slot -> request.addSlots(digests.of(slot)));
        return request.build();
    }

    private void take(
            Peer receiver,
            BitSet slots,
            boolean secondTime,
            @Nullable CompareReply reply,
            @Nullable Throwable failure) {
        if (reply == null) {
            failed.increment();
            if (secondTime) {
                suspects.or(slots);
            }
            LOG.debug("{} did not compare", receiver, failure);
            return;
        }
        unknown.increment(reply.getUnknownSlotsCount());
        pouring.again(receiver, reply.getUnknownSlotsList());
        if (secondTime) {
            mend(receiver, reply);
        } else {
            reply.getDifferentSlotsList().forEach(suspects::set);
        }
    }

    private void mend(Peer receiver, CompareReply reply) {
        if (reply.getDifferentSlotsCount() > 0) {
            mended.increment(reply.getDifferentSlotsCount());
            LOG.info("{} slots differ from what {} holds", reply.getDifferentSlotsCount(), receiver);
            var _ = roster.notHere(reply.getHeldList()).thenAccept(this::leave);
            pouring.again(receiver, reply.getDifferentSlotsList());
        }
    }

    private void leave(List<Session> gone) {
        ghosts.increment(gone.size());
        gone.forEach(session -> leaves.tell(session, EndReason.END_CONNECTION_LOST, 0));
    }
}
