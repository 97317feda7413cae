package io.hawser.room.links;

import io.hawser.room.connection.Identity;
import io.hawser.room.connection.Roster;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.PourRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the owner of each slot which sessions this room has there, whenever that owner is new (rule R4). An owner is new
 * where the membership gave the slot to another register, where that one has started again, and where this room's own
 * earlier word became void. A slot without sessions is told as well: only then is a miss there an "offline".
 *
 * <p>One request is under way at a time, for some slots of one owner, and so many sessions a second as are set; when they
 * are done, the mailboxes of the sessions poured are looked into (rule R3). All state belongs to the {@code owner} thread.
 */
public final class Pouring {
    private static final Logger LOG = LoggerFactory.getLogger(Pouring.class);

    private final LinkClient registers;
    private final RegisterOwners owners;
    private final Roster roster;
    private final Identity identity;
    private final Supplier<PourConfig> config;
    private final ScheduledExecutorService owner;
    private final Counter poured;
    private final Counter superseded;
    private final Counter refused;
    private final Counter failed;
    /** Requests that waited, for the rate's sake. */
    private final Counter paced;

    /** Used by who sends a request: one after the other. */
    private final Pace pace = new Pace(System.nanoTime());

    private final @Nullable Peer[] ownerOf = new Peer[Slot.COUNT];
    /** Version of the view that made them the owner: what was poured by an earlier view, they have forgotten. */
    private final long[] ownerSince = new long[Slot.COUNT];
    /** Slots whose owner was told all. */
    private final BitSet told = new BitSet(Slot.COUNT);
    /** Registers that are left alone until then, nanoseconds of the monotonic clock. */
    private final Map<String, Long> notBefore = new HashMap<>();

    private volatile int untold = Slot.COUNT;
    /** Version of the view that the above follow from. */
    private long version;

    private boolean underWay;
    /** Of this room: what was said in an earlier one is void. */
    private int life;

    public Pouring(
            LinkClient registers,
            RegisterOwners owners,
            Roster roster,
            Identity identity,
            Supplier<PourConfig> config,
            ScheduledExecutorService owner,
            MeterRegistry meters) {
        this.registers = registers;
        this.owners = owners;
        this.roster = roster;
        this.identity = identity;
        this.config = config;
        this.owner = owner;
        poured = meters.counter("hawser.room.pours.sessions");
        superseded = meters.counter("hawser.room.pours.superseded");
        refused = meters.counter("hawser.room.pours.refused");
        failed = meters.counter("hawser.room.pours.failed");
        paced = meters.counter("hawser.room.pours.paced");
        Gauge.builder("hawser.room.pours.slots.waiting", this, p -> p.untold).register(meters);
    }

    /** The registers are others than before: those that are new to their slots will be told. */
    public void ownersChanged() {
        RegisterOwners.Table table = owners.table();
        run(() -> {
            moveTo(table);
            pour();
        });
    }

    /** An owner that lost a slot and got it back is a new one: it has forgotten what it knew. */
    private void moveTo(RegisterOwners.Table table) {
        version = table.version();
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            Peer now = table.slots().owner(slot);
            if (!RegisterOwners.isSame(ownerOf[slot], now)) {
                ownerOf[slot] = now;
                ownerSince[slot] = table.version();
                told.clear(slot);
            }
        }
    }

    /** What was said in this room's name so far is void: all is told again. */
    public void startOver() {
        run(() -> {
            life++;
            told.clear();
            pour();
        });
    }

    /** Of these slots, those whose owner was told all, by owner. To be called on the owner thread. */
    Map<Peer, BitSet> told(BitSet slots) {
        Map<Peer, BitSet> byOwner = new HashMap<>();
        for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
            Peer peer = ownerOf[slot];
            if (peer != null && told.get(slot)) {
                byOwner.computeIfAbsent(peer, _ -> new BitSet(Slot.COUNT)).set(slot);
            }
        }
        return byOwner;
    }

    /** Tells these slots again, as far as they are still the receiver's. To be called on the owner thread. */
    void again(Peer receiver, List<Integer> slots) {
        slots.stream()
                .filter(slot -> RegisterOwners.isSame(ownerOf[slot], receiver))
                .forEach(told::clear);
        pour();
    }

    /** Version of the view that says who owns what. To be called on the owner thread. */
    long version() {
        return version;
    }

    /** Slots whose owner was not told all yet. */
    public int slotsWaiting() {
        return untold;
    }

    /** Has it done on the owner thread, while that is there. */
    void run(Runnable task) {
        try {
            owner.execute(task);
        } catch (RejectedExecutionException roomHasEnded) {
            LOG.debug("an answer came after the end");
        }
    }

    private void pour() {
        BitSet waiting = waiting();
        untold = waiting.cardinality();
        if (underWay || untold == 0) {
            return;
        }
        Peer receiver = nextReceiver(waiting);
        if (receiver == null) {
            pourLater();
            return;
        }
        underWay = true;
        BitSet slots = slotsOf(receiver, waiting);
        Step step = new Step(life, version, receiver, slots, new AtomicInteger());
        var _ = roster.sessions((BitSet) slots.clone())
                .thenCompose(sessions -> send(step, sessions, 0))
                .whenComplete((reply, failure) -> run(() -> finish(step, reply, failure)));
    }

    /** Slots to be told to one receiver; those that it refuses are taken out. */
    private record Step(int life, long version, Peer receiver, BitSet slots, AtomicInteger refusals) {}

    /** Slots that have an owner who was not told all. */
    private BitSet waiting() {
        BitSet waiting = new BitSet(Slot.COUNT);
        for (int slot = told.nextClearBit(0); slot < Slot.COUNT; slot = told.nextClearBit(slot + 1)) {
            waiting.set(slot, ownerOf[slot] != null);
        }
        return waiting;
    }

    /** The owner of the first slot that waits, but for such as are to be left alone for now. */
    private @Nullable Peer nextReceiver(BitSet waiting) {
        long nowNanos = System.nanoTime();
        notBefore.values().removeIf(until -> until - nowNanos <= 0);
        for (int slot = waiting.nextSetBit(0); slot >= 0; slot = waiting.nextSetBit(slot + 1)) {
            Peer peer = ownerOf[slot];
            if (peer != null && !notBefore.containsKey(peer.name())) {
                return peer;
            }
        }
        return null;
    }

    private BitSet slotsOf(Peer receiver, BitSet waiting) {
        BitSet slots = new BitSet(Slot.COUNT);
        for (int slot = waiting.nextSetBit(0); slot >= 0; slot = waiting.nextSetBit(slot + 1)) {
            if (RegisterOwners.isSame(ownerOf[slot], receiver)) {
                slots.set(slot);
                if (slots.cardinality() == config.get().slotsAtOnce()) {
                    return slots;
                }
            }
        }
        return slots;
    }

    /** Sends the sessions from this one on, and with the last of them that the slots are complete. */
    private CompletableFuture<PourReply> send(Step step, List<Session> sessions, int from) {
        int to = Math.min(sessions.size(), from + config.get().sessionsPerRequest());
        boolean last = to == sessions.size();
        PourRequest.Builder request = PourRequest.newBuilder()
                .setRoom(identity.room())
                .setRoomIncarnation(identity.incarnation().getAsLong())
                .setMembershipVersion(step.version())
                .addAllSessions(sessions.subList(from, to));
        if (last) {
            step.slots().stream().forEach(request::addCompleteSlots);
        }
        return turn(to - from)
                .thenCompose(turn -> registers.call(
                        Route.peer(step.receiver()),
                        RegisterGrpc.getPourMethod(),
                        request.build(),
                        "",
                        config.get().timeout()))
                .thenCompose(reply -> {
                    poured.increment(to - from);
                    superseded.increment(reply.getSuperseded());
                    take(step, reply);
                    return last ? CompletableFuture.completedFuture(reply) : send(step, sessions, to);
                });
    }

    /** Completes when so many sessions may go. */
    private CompletableFuture<Boolean> turn(int sessions) {
        long waitNanos = pace.take(sessions, config.get().sessionsPerSecond(), System.nanoTime());
        if (waitNanos == 0) {
            return CompletableFuture.completedFuture(true);
        }
        paced.increment();
        CompletableFuture<Boolean> turn = new CompletableFuture<>();
        var _ = owner.schedule(() -> turn.complete(true), waitNanos, TimeUnit.NANOSECONDS);
        return turn;
    }

    /** A slot refused by one request of several must not be called complete by a later one. */
    private void take(Step step, PourReply reply) {
        for (int slot : reply.getRefusedSlotsList()) {
            if (step.slots().get(slot)) {
                step.slots().clear(slot);
                step.refusals().incrementAndGet();
            }
        }
    }

    private void finish(Step step, @Nullable PourReply reply, @Nullable Throwable failure) {
        underWay = false;
        if (reply == null) {
            failed.increment();
            LOG.debug("{} slots not poured to {}", step.slots().cardinality(), step.receiver(), failure);
            leaveAlone(step.receiver());
        } else {
            if (step.life() == life) {
                step.slots().stream()
                        .filter(slot -> ownerSince[slot] <= step.version())
                        .forEach(told::set);
            }
            roster.checkMailboxes(step.slots());
            int refusals = step.refusals().get();
            if (refusals > 0) {
                refused.increment(refusals);
                leaveAlone(step.receiver());
            }
        }
        pour();
    }

    private void leaveAlone(Peer receiver) {
        notBefore.put(
                receiver.name(), System.nanoTime() + config.get().retryAfter().toNanos());
    }

    private void pourLater() {
        if (!notBefore.isEmpty()) {
            var _ = owner.schedule(this::pour, config.get().retryAfter().toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
