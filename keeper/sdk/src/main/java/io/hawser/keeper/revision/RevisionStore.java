package io.hawser.keeper.revision;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The revisions in ZooKeeper, for operators. Each act is one transaction over the pointer as it was read: a revision
 * comes into being together with the pointer to it, and those beyond the newest hundred go with it.
 */
public final class RevisionStore {
    /** How many revisions of a scope are kept, besides those that the pointer names. */
    public static final int KEPT = 100;
    /** ZooKeeper takes a node of 1 MiB at most, and a text is written twice where it was by hand before. */
    public static final int MAX_BYTES = 256 * 1024;

    private final CuratorFramework client;
    private final Clock clock;

    public RevisionStore(CuratorFramework client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * What is to be written.
     *
     * @param base which revision a rollback of this one goes back to
     */
    public record Draft(String yaml, String author, String message, int base) {
        public Draft {
            int bytes = yaml.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_BYTES) {
                throw HawserException.refusal(
                        ErrorCode.INVALID_ARGUMENT,
                        "configuration: " + bytes + " bytes (expected: " + MAX_BYTES + " at most)");
            }
        }
    }

    /** Returns what stands in the scope's node now. */
    public ScopeState read(Scope scope) throws Exception {
        try {
            Stat stat = new Stat();
            byte[] data = client.getData().storingStatIn(stat).forPath(scope.pointerPath());
            return ScopeState.read(data, stat);
        } catch (KeeperException.NoNodeException e) {
            return ScopeState.absent();
        }
    }

    /**
     * Returns a revision.
     *
     * @throws HawserException with NOT_FOUND when there is none of that number, or it has been pruned
     */
    public Revision revision(Scope scope, ScopeState state, int number) throws Exception {
        if (number == Revision.NOTHING) {
            return Revision.nothing();
        }
        Revision byHand = state.byHand();
        if (byHand != null && byHand.number() == number) {
            return byHand;
        }
        try {
            return Revision.fromBytes(client.getData().forPath(path(scope, number)));
        } catch (KeeperException.NoNodeException e) {
            throw HawserException.refusal(
                    ErrorCode.NOT_FOUND, scope + ": no revision " + number + " (kept: " + kept(scope, state) + ")");
        } catch (IOException e) {
            throw new HawserException(
                    ErrorCode.INTERNAL, scope + ": revision " + number + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Returns what is kept, the newest first. */
    public List<Revision> history(Scope scope, ScopeState state) throws Exception {
        Revision byHand = state.byHand();
        if (byHand != null) {
            return List.of(byHand);
        }
        List<Revision> history = new ArrayList<>();
        for (int number : numbers(scope)) {
            history.add(revision(scope, state, number));
        }
        history.sort(Comparator.comparingInt(Revision::number).reversed());
        return history;
    }

    /**
     * Returns what holds and what held before, as far as it is kept, the newest first: from base to base, so without
     * aborted canaries and what a rollback has left. Under a text by hand, which says nothing of what it replaced, that
     * is the newest one kept and what held before that.
     */
    public List<Revision> held(Scope scope, ScopeState state) throws Exception {
        Set<Integer> kept = new HashSet<>(numbers(scope));
        List<Revision> held = new ArrayList<>();
        int number = state.pointer().stable();
        Revision byHand = state.byHand();
        if (byHand != null) {
            held.add(byHand);
            number = kept.stream().max(Comparator.naturalOrder()).orElse(Revision.NOTHING);
        }
        // Each at most once, whatever their bases say.
        while (kept.remove(number)) {
            Revision revision = Revision.fromBytes(client.getData().forPath(path(scope, number)));
            held.add(revision);
            number = revision.base();
        }
        return held;
    }

    /**
     * Writes a revision that holds for all from now on.
     *
     * @return its number
     * @throws HawserException with FAILED_PRECONDITION when the scope's node is no longer as it was read, or a canary is
     *     on trial
     */
    public int apply(Scope scope, ScopeState over, Draft draft, String act) throws Exception {
        requireNoCanary(scope, over);
        int number = over.pointer().last() + 1;
        Pointer next = new Pointer(number, number, null, act, by(draft.author()));
        write(scope, over, next, revision(number, draft));
        return number;
    }

    /** Writes a revision that holds for some; else as {@link #apply}. */
    public int tryOut(Scope scope, ScopeState over, Draft draft, String asked, List<String> members) throws Exception {
        requireNoCanary(scope, over);
        int number = over.pointer().last() + 1;
        Canary canary = new Canary(number, asked, members);
        Pointer next = new Pointer(number, over.pointer().stable(), canary, "canary", by(draft.author()));
        write(scope, over, next, revision(number, draft));
        return number;
    }

    /** Makes the canary hold for all. */
    public void promote(Scope scope, ScopeState over, Canary canary, String author) throws Exception {
        write(scope, over, new Pointer(over.pointer().last(), canary.revision(), null, "promote", by(author)), null);
    }

    /** Puts the canary's instances back to what holds for all others. */
    public void abort(Scope scope, ScopeState over, String author) throws Exception {
        Pointer pointer = over.pointer();
        write(scope, over, new Pointer(pointer.last(), pointer.stable(), null, "abort", by(author)), null);
    }

    /** Throws FAILED_PRECONDITION where a canary is on trial. */
    public static void requireNoCanary(Scope scope, ScopeState state) {
        Canary canary = state.pointer().canary();
        if (canary != null) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    scope + ": revision " + canary.revision() + " is on trial on "
                            + String.join(", ", canary.members())
                            + " (expected: promote or abort first); nothing was written");
        }
    }

    private Revision revision(int number, Draft draft) {
        return new Revision(
                number,
                draft.author(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                draft.message(),
                draft.base(),
                draft.yaml());
    }

    private String by(String author) {
        return author + " " + clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private void write(Scope scope, ScopeState over, Pointer next, @Nullable Revision added) throws Exception {
        ensure(scope.revisionsPath());
        if (over.nodeVersion() == ScopeState.ABSENT) {
            ensureParent(scope.pointerPath());
        }
        List<CuratorOp> all = new ArrayList<>();
        all.add(pointerOp(scope, over, next));
        if (added != null) {
            Revision byHand = over.byHand();
            if (byHand != null) {
                all.add(create(scope, byHand));
            }
            all.add(create(scope, added));
            all.addAll(prune(scope, over.pointer(), next));
        }
        try {
            client.transaction().forOperations(all);
        } catch (KeeperException.BadVersionException
                | KeeperException.NodeExistsException
                | KeeperException.NoNodeException e) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION, scope + ": changed by someone else meanwhile; nothing was written");
        }
    }

    private CuratorOp pointerOp(Scope scope, ScopeState over, Pointer next) throws Exception {
        return over.nodeVersion() == ScopeState.ABSENT
                ? client.transactionOp().create().forPath(scope.pointerPath(), next.toBytes())
                : client.transactionOp()
                        .setData()
                        .withVersion(over.nodeVersion())
                        .forPath(scope.pointerPath(), next.toBytes());
    }

    private CuratorOp create(Scope scope, Revision revision) throws Exception {
        return client.transactionOp().create().forPath(path(scope, revision.number()), revision.toBytes());
    }

    /** What an instance may be about to read, by the pointer as it was, is never among those that go. */
    private List<CuratorOp> prune(Scope scope, Pointer before, Pointer next) throws Exception {
        Canary trial = before.canary();
        List<CuratorOp> gone = new ArrayList<>();
        for (int number : numbers(scope)) {
            boolean named = number == before.stable() || (trial != null && number == trial.revision());
            if (number <= next.last() - KEPT && !named && number != next.stable()) {
                gone.add(client.transactionOp().delete().forPath(path(scope, number)));
            }
        }
        return gone;
    }

    private List<Integer> numbers(Scope scope) throws Exception {
        try {
            return client.getChildren().forPath(scope.revisionsPath()).stream()
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Integer::valueOf)
                    .sorted()
                    .toList();
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }

    private String kept(Scope scope, ScopeState state) throws Exception {
        List<Integer> kept = state.byHand() == null ? numbers(scope) : List.of(1);
        return kept.isEmpty() ? "none" : kept.getFirst() + " to " + kept.getLast();
    }

    private void ensureParent(String path) throws Exception {
        ensure(path.substring(0, path.lastIndexOf('/')));
    }

    private void ensure(String path) throws Exception {
        try {
            client.create().creatingParentsIfNeeded().forPath(path, new byte[0]);
        } catch (KeeperException.NodeExistsException e) {
            // Another operator, or an earlier act, made it: that is all that is wanted.
            return;
        }
    }

    private static String path(Scope scope, int number) {
        return scope.revisionsPath() + "/" + number;
    }
}
