package io.hawser.saver.slots;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;
import io.hawser.saver.journal.FencedException;
import io.hawser.saver.journal.Folds;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.journal.LogReader;
import io.hawser.saver.log.GenerationSource;
import io.hawser.saver.log.Lanes;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this saver the owner of the slots that the membership gives it, and of no others.
 *
 * <p>A slot passes in one of two ways. Its owner lets it go: it writes all there is into the tables and clears the row.
 * Or its owner's life is over: whoever wants a slot of it declares the life dead, which no commit of it survives, folds
 * its journal, and takes the slot. Each change of owner is a new generation, so what the old owner still has on its way
 * to Redis is refused there.
 *
 * <p>One thread does all this, and only this, at each change of the membership and while something is left to do.
 */
public final class Ownership implements GenerationSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final long RETRY_MILLIS = 200;

    private final String node;
    private final Membership membership;
    private final IntPredicate reachable;
    private final Incarnations incarnations;
    private final SlotRows rows;
    private final Folds folds;
    private final OwedReading owedReading;
    private final DeadOwners deadOwners;
    private final Clock clock;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile long life;
    private volatile long incarnation;
    private volatile boolean over = true;
    private volatile boolean leaving;
    private volatile boolean closed;
    private volatile Set<Integer> owned = Set.of();
    private volatile boolean settled;
    /** Slots whose row may name this life: all that it tried to take and did not give up since, owned or not. */
    private Set<Integer> claimed = Set.of();

    private boolean announced;
    private @Nullable Lanes lanes;
    private @Nullable AutoCloseable subscription;

    /**
     * @param node this instance's name in the membership
     * @param life the number that the membership shows for this life of the instance
     * @param reachable slots whose rows are in this database: no others are ever taken
     */
    public Ownership(
            String node, long life, Membership membership, DataSource database, IntPredicate reachable, Clock clock) {
        this.node = node;
        this.life = life;
        this.membership = membership;
        this.reachable = reachable;
        this.incarnations = new Incarnations(database);
        this.rows = new SlotRows(database);
        this.folds = new Folds(database);
        this.clock = clock;
        this.owedReading = new OwedReading(new LogReader(database));
        this.deadOwners = new DeadOwners(node, incarnations, rows, folds, clock);
        this.thread = Thread.ofPlatform().name("saver-ownership").daemon().unstarted(this::loop);
    }

    /** Starts to take slots for these lanes. */
    public void start(Lanes ownLanes) {
        lanes = ownLanes;
        thread.start();
        subscription = membership.onChange(view -> wake.release());
    }

    /**
     * The membership shows this instance with another number from now on: what was said before is void. Its lanes let go of
     * all before anybody can see it, for another may have had the slots meanwhile: so no request that another stored, and
     * that is repeated here, is spooled.
     */
    public void reborn(long newLife) {
        if (lanes != null) {
            var _ = lanes.abandon("the saver's life is over, it begins another");
        }
        life = newLife;
        over();
    }

    /** This saver's incarnation is dead: it begins another. */
    public void over() {
        over = true;
        wake.release();
    }

    @Override
    public Map<Integer, Integer> next(List<Integer> slots, String redisRunId) throws SQLException {
        return rows.next(slots, incarnation, redisRunId);
    }

    public int ownedSlots() {
        return owned.size();
    }

    /** Whether all slots that are meant to be this saver's are. */
    public boolean settled() {
        return settled;
    }

    /** Gives all slots up in good order, within the time or not at all. */
    public void leave(Duration atMost) {
        leaving = true;
        wake.release();
        join(atMost);
    }

    /** Ends at once; what is left in the journal is folded by whoever takes the slots. */
    @Override
    public void close() {
        closed = true;
        wake.release();
        thread.interrupt();
        join(Duration.ofSeconds(5));
        AutoCloseable subscribed = subscription;
        if (subscribed != null) {
            try {
                subscribed.close();
            } catch (Exception e) {
                LOG.warn("The subscription to the membership does not end", e);
            }
        }
    }

    private void join(Duration atMost) {
        if (!thread.isAlive()) {
            // Perhaps it was never started.
            return;
        }
        try {
            thread.join(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        while (!closed) {
            try {
                settled = step();
                if (leaving && settled && owned.isEmpty()) {
                    end();
                    return;
                }
                if (settled && owedReading.done()) {
                    wake.acquire();
                } else {
                    wake.tryAcquire(RETRY_MILLIS, TimeUnit.MILLISECONDS);
                }
                wake.drainPermits();
            } catch (InterruptedException e) {
                return;
            } catch (FencedException e) {
                over = true;
            } catch (SQLException | RuntimeException e) {
                settled = false;
                LOG.warn("Slots cannot be taken or given up now: {}", e.toString());
                pause();
            }
        }
    }

    /** Returns whether nothing is left to do. */
    private boolean step() throws SQLException, InterruptedException {
        if (over) {
            beginLife();
        }
        if (leaving && !announced) {
            incarnations.announceLeaving(incarnation);
            announced = true;
        }
        Membership.View view = membership.view();
        Set<Integer> wanted = leaving ? Set.of() : wanted(view);
        Set<Integer> excess = without(claimed, wanted);
        if (!excess.isEmpty()) {
            giveUp(excess);
        }
        Set<Integer> missing = without(wanted, owned);
        if (!missing.isEmpty()) {
            take(missing, view);
        }
        readMoreOwed();
        return owned.equals(wanted) && !over;
    }

    private void beginLife() throws SQLException {
        await(lanes().abandon("the saver's life is over, it begins another"));
        owned = Set.of();
        claimed = Set.of();
        owedReading.forget();
        if (incarnation != 0) {
            incarnations.declareDead(incarnation);
        }
        over = false;
        announced = false;
        try {
            incarnation = incarnations.begin(node, life, clock.millis());
        } catch (SQLException e) {
            over = true;
            throw e;
        }
        await(lanes().begin(incarnation));
        LOG.info("{} is incarnation {}", node, incarnation);
    }

    private Set<Integer> wanted(Membership.View view) {
        Set<Integer> wanted = new TreeSet<>();
        SlotTable table = SlotTable.of(view);
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            Peer owner = table.owner(slot);
            if (owner != null && owner.name().equals(node) && reachable.test(slot)) {
                wanted.add(slot);
            }
        }
        return wanted;
    }

    /** What fails halfway is done again, or taken back where the slots are wanted again. */
    private void giveUp(Set<Integer> slots) throws SQLException {
        await(lanes().release(slots));
        owned = without(owned, slots);
        rows.release(slots, incarnation);
        claimed = without(claimed, slots);
        LOG.info("{} gave up {} slots", node, slots.size());
    }

    private void take(Set<Integer> slots, Membership.View view) throws SQLException {
        deadOwners.close(slots, incarnation, view);
        claimed = with(claimed, slots);
        Map<Integer, Integer> taken = rows.take(slots, incarnation);
        if (taken.isEmpty()) {
            return;
        }
        Map<LogId, Long> owed = owedReading.first(Set.copyOf(taken.keySet()));
        await(lanes().adopt(taken, owed));
        owned = with(owned, taken.keySet());
        LOG.info("{} took {} slots, {} logs are owed a push", node, taken.size(), owed.size());
    }

    /** Once half of what was read before has been pushed. */
    private void readMoreOwed() throws SQLException {
        if (!owedReading.done() && OwedReading.few(lanes().owed().join())) {
            await(lanes().owe(owedReading.more()));
        }
    }

    /** The journal is empty by now: the incarnation is closed, not dead. */
    private void end() throws SQLException {
        incarnations.declareDead(incarnation);
        folds.closeDead(incarnation, clock.millis());
        LOG.info("{} gave up all slots", node);
    }

    private static Set<Integer> without(Set<Integer> all, Set<Integer> some) {
        return all.stream().filter(slot -> !some.contains(slot)).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Integer> with(Set<Integer> some, Set<Integer> more) {
        return Stream.concat(some.stream(), more.stream()).collect(Collectors.toUnmodifiableSet());
    }

    private static void await(CompletableFuture<Void> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void pause() {
        try {
            wake.tryAcquire(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private Lanes lanes() {
        return Objects.requireNonNull(lanes, "started");
    }
}
