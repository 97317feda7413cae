package io.hawser.keeper.cli;

import io.hawser.keeper.revision.Revision;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.RevisionStore.Draft;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * Writes what an earlier revision said as a new one, so that numbers only grow and the history tells who went back, and
 * when. Going back twice goes back further, not forth again.
 */
@Command(
        name = "rollback",
        description = "Writes what held before, or what a revision said, as a new revision.",
        mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
    @Mixin
    private ScopeArgument whose = new ScopeArgument();

    @Option(names = "--to", paramLabel = "N", description = "To that revision; else to what held before.")
    private @Nullable Integer to;

    @Mixin
    private Message message = new Message();

    @Option(names = "--unchecked", description = "Also to what does not suit the service as this release knows it.")
    private boolean unchecked;

    @Mixin
    private Change change = new Change();

    @ParentCommand
    private KeeperCli keeper = KeeperCli.unknowing();

    @Override
    public Integer call() throws Exception {
        return change.run(unchecked ? whose.scope() : whose.known(), this::rollback);
    }

    private Change.Outcome rollback(CuratorFramework client, RevisionStore store, ScopeState state) throws Exception {
        Scope scope = whose.scope();
        RevisionStore.requireNoCanary(scope, state);
        Revision now = store.revision(scope, state, state.pointer().stable());
        if (to == null && now.number() == Revision.NOTHING) {
            throw HawserException.refusal(
                    ErrorCode.NOT_FOUND, scope + ": nothing is configured (expected: a revision to go back from)");
        }
        if (to == null && now.base() == Revision.NOTHING && now.yaml().isEmpty()) {
            throw HawserException.refusal(
                    ErrorCode.NOT_FOUND,
                    scope + ": revision " + now.number()
                            + " is empty as before the first (expected: --to N, to go on from)");
        }
        Revision earlier = store.revision(scope, state, to == null ? now.base() : to);
        if (earlier.yaml().equals(now.yaml())) {
            return new Change.Outcome(
                    "revision " + now.number() + " says the same already", now.number(), false, List.of());
        }
        if (!unchecked) {
            keeper.configs().check(scope, earlier.yaml(), Texts.around(client, store, scope));
        }
        String why = "rollback to " + earlier.number() + (message.text().isEmpty() ? "" : ": " + message.text());
        Draft draft = new Draft(earlier.yaml(), change.author(), why, earlier.base());
        int number = store.apply(scope, state, draft, "rollback");
        return new Change.Outcome(
                "revision " + number + " is written, "
                        + (earlier.number() == Revision.NOTHING
                                ? "empty as before the first"
                                : "with what revision " + earlier.number() + " says"),
                number,
                true,
                List.of());
    }
}
