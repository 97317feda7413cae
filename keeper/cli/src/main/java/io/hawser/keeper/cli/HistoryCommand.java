package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hawser.keeper.revision.Canary;
import io.hawser.keeper.revision.Pointer;
import io.hawser.keeper.revision.Revision;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the revisions of a scope that are kept, the newest first. */
@Command(
        name = "history",
        description = "Lists who wrote which revision, when and why, the newest first.",
        mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private ScopeArgument whose = new ScopeArgument();

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit = 20;

    @Mixin
    private Output output = new Output();

    /** What was read. */
    private record Found(Pointer pointer, List<Revision> revisions) {}

    @Override
    public Integer call() throws Exception {
        if (limit < 1) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "--limit: " + limit + " (expected: 1 or more)");
        }
        Scope scope = whose.known();
        Found found = connection.use(client -> read(client, scope, limit));
        output.print(json(found), out -> print(out, found));
        return Exit.DONE.number();
    }

    private static Found read(CuratorFramework client, Scope scope, int limit) throws Exception {
        RevisionStore store = new RevisionStore(client, Clock.systemUTC());
        ScopeState state = store.read(scope);
        List<Revision> revisions =
                store.history(scope, state).stream().limit(limit).toList();
        if (revisions.isEmpty()) {
            throw HawserException.refusal(ErrorCode.NOT_FOUND, scope + ": nothing was ever configured");
        }
        return new Found(state.pointer(), revisions);
    }

    private static void print(PrintWriter out, Found found) {
        Pointer pointer = found.pointer();
        Table.print(
                out,
                List.of("REVISION", "STATE", "AT", "AUTHOR", "HASH", "BASE", "MESSAGE"),
                found.revisions().stream()
                        .map(revision -> row(pointer, revision))
                        .toList());
        if (!pointer.lastAct().isEmpty()) {
            out.println("last: " + pointer.lastAct() + " by " + pointer.by());
        }
    }

    private static List<String> row(Pointer pointer, Revision revision) {
        return List.of(
                String.valueOf(revision.number()),
                state(pointer, revision),
                revision.at().toString(),
                revision.author(),
                revision.hash(),
                revision.base() == Revision.NOTHING ? "-" : String.valueOf(revision.base()),
                revision.message());
    }

    private static ArrayNode json(Found found) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        found.revisions()
                .forEach(revision -> list.add(revision.toTree().put("state", state(found.pointer(), revision))));
        return list;
    }

    private static String state(Pointer pointer, Revision revision) {
        if (revision.number() == pointer.stable()) {
            return "stable";
        }
        Canary canary = pointer.canary();
        return canary != null && canary.revision() == revision.number() ? "canary" : "-";
    }
}
