package io.hawser.keeper.cli;

import io.hawser.keeper.config.Nearest;
import io.hawser.keeper.revision.Revision;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.RevisionStore.Draft;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * Writes a new revision of a scope's configuration, for all or for some at first, unless it does not suit the service, or
 * someone else changes it at the same time; and tells what the instances say of it.
 */
@Command(
        name = "apply",
        description = "Writes a new revision, for all or for some at first, and waits until the instances run it.",
        mixinStandardHelpOptions = true)
final class ApplyCommand implements Callable<Integer> {
    @Mixin
    private ScopeArgument whose = new ScopeArgument();

    @Mixin
    private YamlFile file = new YamlFile();

    @Mixin
    private Message message = new Message();

    @Option(
            names = "--canary",
            paramLabel = "1|10%|NAMES",
            description = "Only so many, such a part, or these instances run it, until 'promote' or 'abort'.")
    private @Nullable String canary;

    @Option(
            names = "--if-revision",
            paramLabel = "N",
            description = "Only if N holds now, as 'get -o json' tells; 0: only if nothing is configured.")
    private @Nullable Integer ifRevision;

    @Option(
            names = "--unchecked",
            description = "Also what does not suit the service as this release knows it, and for names not used yet.")
    private boolean unchecked;

    @Mixin
    private Change change = new Change();

    @ParentCommand
    private KeeperCli keeper = KeeperCli.unknowing();

    @Override
    public Integer call() throws Exception {
        Scope scope = whose.scope();
        CanaryChoice choice = canary == null ? null : choice(scope, canary);
        String yaml = file.read();
        return change.run(scope, (client, store, state) -> apply(client, store, state, yaml, choice));
    }

    private static CanaryChoice choice(Scope scope, String asked) {
        if (scope instanceof Scope.Instance) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "--canary: " + scope + " is one instance (expected: cluster or a service)");
        }
        return new CanaryChoice(asked);
    }

    private Change.Outcome apply(
            CuratorFramework client, RevisionStore store, ScopeState state, String yaml, @Nullable CanaryChoice choice)
            throws Exception {
        Scope scope = whose.scope();
        int stable = state.pointer().stable();
        if (ifRevision != null && ifRevision != stable) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    scope + ": revision " + stable + " holds (expected: " + ifRevision + "); nothing was written");
        }
        RevisionStore.requireNoCanary(scope, state);
        if (stable != Revision.NOTHING
                && store.revision(scope, state, stable).yaml().equals(yaml)) {
            return new Change.Outcome("revision " + stable + " says the same already", stable, false, List.of());
        }
        if (!unchecked) {
            requireKnown(client, scope);
            keeper.configs().check(scope, yaml, Texts.around(client, store, scope));
        }
        Draft draft = new Draft(yaml, change.author(), message.text(), stable);
        return choice == null ? forAll(store, state, draft) : forSome(store, state, draft, choice, Fleet.read(client));
    }

    private Change.Outcome forAll(RevisionStore store, ScopeState state, Draft draft) throws Exception {
        int number = store.apply(whose.scope(), state, draft, "apply");
        return new Change.Outcome("revision " + number + " is written", number, true, List.of());
    }

    private Change.Outcome forSome(RevisionStore store, ScopeState state, Draft draft, CanaryChoice choice, Fleet fleet)
            throws Exception {
        List<String> members = choice.choose(whose.scope(), state.pointer().last() + 1, fleet);
        int number = store.tryOut(whose.scope(), state, draft, choice.asked(), members);
        return new Change.Outcome(
                "revision " + number + " is on trial on " + String.join(", ", members), number, true, members);
    }

    /** Names stay known for ever once they were used, so an unknown one is most likely mistyped. */
    private static void requireKnown(CuratorFramework client, Scope scope) throws Exception {
        if (!(scope instanceof Scope.Instance one)
                || client.checkExists().forPath(ZooKeeperPaths.name(one.service(), one.name())) != null) {
            return;
        }
        String hint = Nearest.to(one.name(), names(client, one.service()))
                .map(nearest -> " (did you mean " + one.service() + "/" + nearest + "?)")
                .orElse(" (expected: a name in use, or --unchecked)");
        throw HawserException.refusal(
                ErrorCode.NOT_FOUND, one + ": no instance has gone by this name" + hint + "; nothing was written");
    }

    private static List<String> names(CuratorFramework client, String service) throws Exception {
        try {
            return client.getChildren().forPath(ZooKeeperPaths.names(service));
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }
}
