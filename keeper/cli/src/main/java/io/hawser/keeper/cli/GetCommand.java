package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.revision.Canary;
import io.hawser.keeper.revision.Pointer;
import io.hawser.keeper.revision.Revision;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Shows what is configured in ZooKeeper, as it was written. */
@Command(
        name = "get",
        description = "Shows what is configured in ZooKeeper, as it was written.",
        mixinStandardHelpOptions = true)
final class GetCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private ScopeArgument whose = new ScopeArgument();

    @Option(names = "--revision", paramLabel = "N", description = "That one; else the one that holds for all.")
    private @Nullable Integer number;

    @Option(
            names = "--effective",
            description = "What the wider scopes and this one make together; without defaults, files and --set.")
    private boolean effective;

    @Mixin
    private Output output = new Output();

    @ParentCommand
    private KeeperCli keeper = KeeperCli.unknowing();

    /** What was read, to be shown. */
    private record Found(Pointer pointer, Revision revision, String yaml) {}

    @Override
    public Integer call() throws Exception {
        Scope scope = whose.known();
        Found found = connection.use(client -> read(client, scope));
        output.print(json(found), out -> {
            out.print(found.yaml());
            if (!found.yaml().isEmpty() && !found.yaml().endsWith("\n")) {
                out.println();
            }
        });
        return Exit.DONE.number();
    }

    private Found read(CuratorFramework client, Scope scope) throws Exception {
        RevisionStore store = new RevisionStore(client, Clock.systemUTC());
        ScopeState state = store.read(scope);
        Pointer pointer = state.pointer();
        Revision revision = store.revision(scope, state, number == null ? pointer.stable() : number);
        if (effective) {
            Texts texts = Texts.around(client, store, scope).with(scope, revision.yaml());
            return new Found(
                    pointer, revision, keeper.configs().merged(scope, texts).toYaml());
        }
        if (revision.number() == Revision.NOTHING) {
            throw nothing(scope, pointer);
        }
        return new Found(pointer, revision, revision.yaml());
    }

    private static HawserException nothing(Scope scope, Pointer pointer) {
        Canary canary = pointer.canary();
        String trial = canary == null ? "" : "; revision " + canary.revision() + " is on trial";
        return HawserException.refusal(ErrorCode.NOT_FOUND, scope + ": nothing is configured" + trial);
    }

    private ObjectNode json(Found found) {
        ObjectNode tree =
                JsonNodeFactory.instance.objectNode().put("scope", whose.scope().toString());
        tree.setAll(found.revision().toTree());
        Pointer pointer = found.pointer();
        tree.put("stable", pointer.stable()).put("lastAct", pointer.lastAct()).put("by", pointer.by());
        Canary canary = pointer.canary();
        if (canary != null) {
            Canaries.describe(tree.putObject("canary"), canary);
        }
        return tree.put("yaml", found.yaml());
    }
}
