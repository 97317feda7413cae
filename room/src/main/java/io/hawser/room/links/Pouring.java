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
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the owner of each slot which sessions this room has there, whenever that owner is new (rule R4). An owner is new
 * where the membership gave the slot to another register, where that one has started again, and where this room's own
 * earlier word became void. A slot without sessions is told as well: only then is a miss there an "offline".
 *
 * <p>One request is under way at a time, for some slots of one owner; when they are done, the mailboxes of the sessions
 * poured are looked into (rule R3). All state belongs to the {@code owner} thread.
 */
public final class Pouring {
    private static final Logger LOG = LoggerFactory.getLogger(Pouring.class);

    private final LinkClient registers;
    private final RegisterOwners owners;
    private final Roster roster;
    private final Identity identity;
    private final PourConfig config;
    private final ScheduledExecutorService owner;
    private final Counter poured;
    private final Counter superseded;
    private final Counter refused;
    private final Counter failed;

    /** To whom the slot was told wholly. */
    private final @Nullable Peer[] told = new Peer[Slot.COUNT];
    /** Registers that are left alone until then, nanoseconds of the monotonic clock. */
    private final Map<String, Long> notBefore = new HashMap<>();

    private volatile int untold = Slot.COUNT;
    private boolean underWay;

    public Pouring(
            LinkClient registers,
            RegisterOwners owners,
            Roster roster,
            Identity identity,
            PourConfig config,
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
        Gauge.builder("hawser.room.pours.slots.waiting", this, p -> p.untold).register(meters);
    }

    /** The registers are others than before: those that are new to their slots will be told. */
    public void ownersChanged() {
        run(this::pour);
    }

    /** What was said in this room's name so far is void: all is told again. */
    public void startOver() {
        run(() -> {
            Arrays.fill(told, null);
            pour();
        });
    }

    /** Slots whose owner was not told all yet. */
    public int slotsWaiting() {
        return untold;
    }

    private void run(Runnable task) {
        try {
            owner.execute(task);
        } catch (RejectedExecutionException roomHasEnded) {
            LOG.debug("an answer came after the end");
        }
    }

    private void pour() {
        RegisterOwners.Table table = owners.table();
        untold = countUntold(table);
        if (underWay || untold == 0) {
            return;
        }
        Peer receiver = nextReceiver(table);
        if (receiver == null) {
            pourLater();
            return;
        }
        underWay = true;
        BitSet slots = slotsOf(table, receiver);
        Step step = new Step(table.version(), receiver, slots, new AtomicInteger());
        var _ = roster.sessions((BitSet) slots.clone())
                .thenCompose(sessions -> send(step, sessions, 0))
                .whenComplete((reply, failure) -> run(() -> finish(step, reply, failure)));
    }

    /** Slots to be told to one receiver; those that it refuses are taken out. */
    private record Step(long version, Peer receiver, BitSet slots, AtomicInteger refusals) {}

    private int countUntold(RegisterOwners.Table table) {
        int count = 0;
        for (int slot = 0; slot < told.length; slot++) {
            count += RegisterOwners.isSame(told[slot], table.slots().owner(slot)) ? 0 : 1;
        }
        return count;
    }

    /** The owner of the first slot that is not told, unless that one is to be left alone for now. */
    private @Nullable Peer nextReceiver(RegisterOwners.Table table) {
        long nowNanos = System.nanoTime();
        notBefore.values().removeIf(until -> until - nowNanos <= 0);
        for (int slot = 0; slot < told.length; slot++) {
            Peer peer = table.slots().owner(slot);
            if (peer != null && !RegisterOwners.isSame(told[slot], peer) && !notBefore.containsKey(peer.name())) {
                return peer;
            }
        }
        return null;
    }

    private BitSet slotsOf(RegisterOwners.Table table, Peer receiver) {
        BitSet slots = new BitSet(Slot.COUNT);
        for (int slot = 0; slot < told.length && slots.cardinality() < config.slotsAtOnce(); slot++) {
            if (RegisterOwners.isSame(table.slots().owner(slot), receiver)
                    && !RegisterOwners.isSame(told[slot], receiver)) {
                slots.set(slot);
            }
        }
        return slots;
    }

    /** Sends the sessions from this one on, and with the last of them that the slots are complete. */
    private CompletableFuture<PourReply> send(Step step, List<Session> sessions, int from) {
        int to = Math.min(sessions.size(), from + config.sessionsPerRequest());
        boolean last = to == sessions.size();
        PourRequest.Builder request = PourRequest.newBuilder()
                .setRoom(identity.room())
                .setRoomIncarnation(identity.incarnation().getAsLong())
                .setMembershipVersion(step.version())
                .addAllSessions(sessions.subList(from, to));
        if (last) {
            step.slots().stream().forEach(request::addCompleteSlots);
        }
        return registers
                .call(
                        Route.peer(step.receiver().name()),
                        RegisterGrpc.getPourMethod(),
                        request.build(),
                        "",
                        config.timeout())
                .thenCompose(reply -> {
                    poured.increment(to - from);
                    superseded.increment(reply.getSuperseded());
                    take(step, reply);
                    return last ? CompletableFuture.completedFuture(reply) : send(step, sessions, to);
                });
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
            step.slots().stream().forEach(slot -> told[slot] = step.receiver());
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
        notBefore.put(receiver.name(), System.nanoTime() + config.retryAfter().toNanos());
    }

    private void pourLater() {
        if (!notBefore.isEmpty()) {
            var _ = owner.schedule(this::pour, config.retryAfter().toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
