package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what is configured in ZooKeeper, as it was written. */
@Command(
        name = "get",
        description = "Shows what is configured in ZooKeeper, as it was written.",
        mixinStandardHelpOptions = true)
final class GetCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Parameters(
            paramLabel = "SERVICE[/INSTANCE]",
            converter = Target.Converter.class,
            description = "Whose configuration.")
    private @Nullable Target target;

    @Option(
            names = "-o",
            paramLabel = "FORM",
            description = "TABLE: the YAML itself; JSON: with its version (default: ${DEFAULT-VALUE})")
    private Form form = Form.TABLE;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Target whose = target;
        CommandSpec here = spec;
        if (whose == null || here == null) {
            throw new IllegalStateException("not called through picocli");
        }
        Revision revision = connection
                .use(client -> Revision.read(client, whose.path()))
                .orElseThrow(() -> HawserException.refusal(
                        ErrorCode.NOT_FOUND, whose + ": nothing is configured at " + whose.path()));
        print(here.commandLine().getOut(), whose, revision);
        return KeeperCli.OK;
    }

    private void print(PrintWriter out, Target whose, Revision revision) {
        switch (form) {
            case TABLE -> {
                out.print(revision.yaml());
                out.flush();
            }
            case JSON ->
                out.println(JsonNodeFactory.instance
                        .objectNode()
                        .put("target", whose.toString())
                        .put("version", revision.version())
                        .put(
                                "modifiedAt",
                                Instant.ofEpochMilli(revision.modifiedAtMs()).toString())
                        .put("yaml", revision.yaml()));
        }
    }
}
