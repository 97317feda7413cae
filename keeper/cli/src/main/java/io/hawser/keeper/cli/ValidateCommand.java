package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Checks a file as {@code apply} does, and writes nothing. */
@Command(
        name = "validate",
        description = "Checks a file as 'apply' does and writes nothing; needs no ZooKeeper, unless --online.",
        mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private ScopeArgument whose = new ScopeArgument();

    @Mixin
    private YamlFile file = new YamlFile();

    @Option(names = "--online", description = "Together with what the other scopes have in ZooKeeper now.")
    private boolean online;

    @Mixin
    private Output output = new Output();

    @ParentCommand
    private KeeperCli keeper = KeeperCli.unknowing();

    @Override
    public Integer call() throws Exception {
        Scope scope = whose.scope();
        String yaml = file.read();
        keeper.configs().check(scope, yaml, others(scope));
        output.print(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("scope", scope.toString())
                        .put("valid", true),
                out -> out.println(scope + ": valid"));
        return Exit.DONE.number();
    }

    private Texts others(Scope scope) throws Exception {
        return online
                ? connection.use(client -> Texts.around(client, new RevisionStore(client, Clock.systemUTC()), scope))
                : Texts.none();
    }
}
