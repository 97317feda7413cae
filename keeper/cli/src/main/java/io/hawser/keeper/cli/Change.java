package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.revision.Canary;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import java.time.Clock;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import picocli.CommandLine.Mixin;

/** What the commands that change the configuration have in common: write at once or not at all, then see what comes of it. */
final class Change {
    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Operator operator = new Operator();

    @Mixin
    private Rollout rollout = new Rollout();

    @Mixin
    private Output output = new Output();

    /**
     * What was done.
     *
     * @param words for people
     * @param revision that is meant now for whom the change concerns
     * @param changed false: it was so already
     * @param onlyThese whose reply is waited for; empty: that of all
     */
    record Outcome(String words, int revision, boolean changed, List<String> onlyThese) {}

    /** Writes. */
    @FunctionalInterface
    interface Act {
        Outcome on(CuratorFramework client, RevisionStore store, ScopeState state) throws Exception;
    }

    String author() {
        return operator.author();
    }

    /** Carries a change out, waits for the instances, prints, and returns the exit code. */
    int run(Scope scope, Act act) throws Exception {
        return connection.use(client -> {
            RevisionStore store = new RevisionStore(client, Clock.systemUTC());
            Outcome outcome = written(scope, act, client, store, store.read(scope));
            output.progress(scope + ": " + outcome.words());
            ScopeState now = store.read(scope);
            List<Rollout.Reply> replies =
                    rollout.waits() ? rollout.await(client, scope, now.pointer(), outcome.onlyThese()) : List.of();
            output.print(json(scope, outcome, now, replies), out -> {
                if (rollout.waits()) {
                    Rollout.print(out, replies);
                    hint(scope, now, replies).forEach(out::println);
                }
            });
            return Rollout.exit(replies).number();
        });
    }

    private static Outcome written(Scope scope, Act act, CuratorFramework client, RevisionStore store, ScopeState state)
            throws Exception {
        try {
            return act.on(client, store, state);
        } catch (KeeperException.ConnectionLossException | KeeperException.SessionExpiredException e) {
            throw new KeeperFailure(
                    Exit.ZOOKEEPER_UNREACHABLE,
                    scope + ": ZooKeeper went away meanwhile: it may be written, or not (expected: see 'keeper history "
                            + scope + "' when it is back)",
                    e);
        }
    }

    private static List<String> hint(Scope scope, ScopeState now, List<Rollout.Reply> replies) {
        Canary canary = now.pointer().canary();
        if (canary == null) {
            return List.of();
        }
        return Rollout.exit(replies) == Exit.DONE
                ? List.of("on trial: 'keeper promote " + scope + "' gives it to all, 'keeper abort " + scope
                        + "' takes it back")
                : List.of("on trial and not running: 'keeper abort " + scope + "' takes it back");
    }

    private static ObjectNode json(Scope scope, Outcome outcome, ScopeState now, List<Rollout.Reply> replies) {
        ObjectNode tree = JsonNodeFactory.instance
                .objectNode()
                .put("scope", scope.toString())
                .put("revision", outcome.revision())
                .put("stable", now.pointer().stable())
                .put("changed", outcome.changed());
        Canary canary = now.pointer().canary();
        if (canary != null) {
            Canaries.describe(tree.putObject("canary"), canary);
        }
        tree.set("instances", Rollout.json(replies));
        return tree;
    }
}
