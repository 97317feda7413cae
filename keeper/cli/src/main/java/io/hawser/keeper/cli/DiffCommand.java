package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.keeper.revision.Canary;
import io.hawser.keeper.revision.Revision;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares two revisions, or a revision and a file, key by key: order, comments and quotes make no difference. */
@Command(
        name = "diff",
        description =
                "Compares two revisions key by key, or what holds and a file. Without options: what is on trial, or"
                        + " else what holds, and what held before.",
        mixinStandardHelpOptions = true)
final class DiffCommand implements Callable<Integer> {
    private static final String ABSENT = "-";

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private ScopeArgument whose = new ScopeArgument();

    @Option(names = "--from", paramLabel = "N", description = "This revision; 0: nothing.")
    private @Nullable Integer from;

    @Option(names = "--to", paramLabel = "N", description = "And that one.")
    private @Nullable Integer to;

    @ArgGroup(exclusive = false)
    private @Nullable YamlFile file;

    @Mixin
    private Output output = new Output();

    /**
     * A key that is not the same in both.
     *
     * @param from null: absent there
     * @param to null: absent there
     */
    private record Difference(
            String key, @Nullable String from, @Nullable String to) {}

    /** A file to compare with, before it is applied. */
    private record Given(String name, String yaml) {}

    /** What is compared, by its name, and what differs. */
    private record Found(String from, String to, List<Difference> differences) {}

    @Override
    public Integer call() throws Exception {
        if (file != null && to != null) {
            throw new KeeperFailure(Exit.USAGE, "--to and --file: both given (expected: one)");
        }
        Given given = file == null ? null : new Given(file.name(), file.read());
        Scope scope = whose.known();
        Found found = connection.use(client -> compare(client, scope, given));
        output.print(json(found), out -> print(out, found));
        return (found.differences().isEmpty() ? Exit.DONE : Exit.DIFFERENT).number();
    }

    private Found compare(CuratorFramework client, Scope scope, @Nullable Given given) throws Exception {
        RevisionStore store = new RevisionStore(client, Clock.systemUTC());
        ScopeState state = store.read(scope);
        int stable = state.pointer().stable();
        if (given != null) {
            Revision before = store.revision(scope, state, from == null ? stable : from);
            return new Found(name(before), given.name(), differences(before.yaml(), given.yaml()));
        }
        Canary canary = state.pointer().canary();
        int newest = canary == null ? stable : canary.revision();
        if (to == null && newest == Revision.NOTHING) {
            throw HawserException.refusal(ErrorCode.NOT_FOUND, scope + ": nothing is configured");
        }
        Revision after = store.revision(scope, state, to == null ? newest : to);
        Revision before = store.revision(scope, state, from == null ? after.base() : from);
        return new Found(name(before), name(after), differences(before.yaml(), after.yaml()));
    }

    private static List<Difference> differences(String before, String after) {
        SortedMap<String, String> from =
                new ConfigTree().overlayYaml("from", before).flat();
        SortedMap<String, String> to = new ConfigTree().overlayYaml("to", after).flat();
        TreeSet<String> keys = new TreeSet<>(from.keySet());
        keys.addAll(to.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String key : keys) {
            String was = from.get(key);
            String is = to.get(key);
            if (was == null || !was.equals(is)) {
                differences.add(new Difference(key, was, is));
            }
        }
        return differences;
    }

    private static String name(Revision revision) {
        return revision.number() == Revision.NOTHING ? "nothing" : "revision " + revision.number();
    }

    private void print(PrintWriter out, Found found) {
        if (found.differences().isEmpty()) {
            out.println(whose.scope() + ": " + found.from() + " and " + found.to() + " say the same");
            return;
        }
        Table.print(
                out,
                List.of("KEY", found.from(), found.to()),
                found.differences().stream()
                        .map(one -> List.of(one.key(), shown(one.from()), shown(one.to())))
                        .toList());
    }

    private static String shown(@Nullable String value) {
        return value == null ? ABSENT : value;
    }

    private static ObjectNode json(Found found) {
        ObjectNode tree =
                JsonNodeFactory.instance.objectNode().put("from", found.from()).put("to", found.to());
        ArrayNode list = tree.putArray("differences");
        found.differences()
                .forEach(one -> list.addObject()
                        .put("key", one.key())
                        .put("from", one.from())
                        .put("to", one.to()));
        return tree;
    }
}
