package io.hawser.keeper.cli;

import io.hawser.keeper.revision.Canary;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes what is on trial hold for all; not what those that try it do not run. */
@Command(
        name = "promote",
        description = "Gives the revision on trial to all, if those that try it run it.",
        mixinStandardHelpOptions = true)
final class PromoteCommand implements Callable<Integer> {
    @Mixin
    private ScopeArgument whose = new ScopeArgument();

    @Option(names = "--force", description = "Also if those that try it refuse it, or have gone.")
    private boolean force;

    @Mixin
    private Change change = new Change();

    @Override
    public Integer call() throws Exception {
        return change.run(whose.known(), this::promote);
    }

    private Change.Outcome promote(CuratorFramework client, RevisionStore store, ScopeState state) throws Exception {
        Scope scope = whose.scope();
        Canary canary = Canaries.require(scope, state);
        if (!force) {
            requireRunning(client, scope, state, canary);
        }
        store.promote(scope, state, canary, change.author());
        return new Change.Outcome(
                "revision " + canary.revision() + " holds for all", canary.revision(), true, List.of());
    }

    private static void requireRunning(CuratorFramework client, Scope scope, ScopeState state, Canary canary)
            throws Exception {
        List<String> without = Rollout.replies(client, scope, state.pointer(), canary.members()).stream()
                .filter(reply -> reply.verdict() != Rollout.Verdict.RUNS)
                .map(reply -> reply.member() + " " + reply.verdict().label() + " revision " + canary.revision() + ": "
                        + String.join("; ", reply.notes()))
                .toList();
        if (!without.isEmpty()) {
            throw new KeeperFailure(
                    Exit.REFUSED,
                    String.join("\n", without) + "\n" + scope
                            + ": nothing was written (expected: all on trial run it, or --force)");
        }
    }
}
