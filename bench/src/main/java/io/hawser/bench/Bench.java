package io.hawser.bench;

import io.hawser.bench.link.LinkCommand;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.room.ConnectCommand;
import io.hawser.bench.room.FanoutCommand;
import io.hawser.bench.room.IdleCommand;
import io.hawser.bench.room.MixedCommand;
import io.hawser.bench.room.PeersCommand;
import io.hawser.bench.room.PushCommand;
import io.hawser.bench.room.StormCommand;
import io.hawser.bench.room.UplinkCommand;
import io.hawser.bench.unicast.UnicastCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** {@code ./hawser bench …}: measures, and prints what it measured. */
@Command(
        name = "bench",
        description = "Measures what runs.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured",
            "1:could not be measured; one line says why",
            "2:wrong usage",
            "3:measured, and messages were missing, came twice or out of order"
        },
        subcommands = {
            FanoutCommand.class,
            IdleCommand.class,
            ConnectCommand.class,
            PeersCommand.class,
            PushCommand.class,
            StormCommand.class,
            UplinkCommand.class,
            MixedCommand.class,
            UnicastCommand.class,
            LinkCommand.class
        })
public final class Bench {
    private Bench() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command that {@code args} name, and returns its exit code. */
    public static int run(String[] args) {
        return new CommandLine(new Bench())
                .setCommandName("hawser bench")
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (!(failure instanceof BenchException)) {
                        throw failure;
                    }
                    command.getErr().println("bench: " + failure.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(args);
    }
}
