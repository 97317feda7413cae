package io.hawser.standalone;

import io.hawser.agent.AgentException;
import io.hawser.agent.command.AgentCommand;
import io.hawser.keeper.StartException;
import io.hawser.keeper.cli.Mistyped;
import io.hawser.standalone.backup.BackupCommand;
import io.hawser.standalone.backup.RestoreCommand;
import io.hawser.standalone.cluster.ClusterCommand;
import io.hawser.standalone.command.BroadcastCommand;
import io.hawser.standalone.command.ClientCommand;
import io.hawser.standalone.command.CommandCommand;
import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.EraseCommand;
import io.hawser.standalone.command.SendCommand;
import io.hawser.standalone.command.StatusCommand;
import io.hawser.standalone.command.TokenCommand;
import io.hawser.standalone.up.OperatorKeyCommand;
import io.hawser.standalone.up.UpCommand;
import io.hawser.stores.StoreException;
import io.hawser.wire.HawserException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Every command of {@code ./hawser}: the platform on one machine, its tools, and each service by its name. */
@Command(
        name = "hawser",
        description = "A long-connection messaging platform.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Hawser.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            ClusterCommand.class,
            AgentCommand.class,
            ClientCommand.class,
            TokenCommand.class,
            SendCommand.class,
            BroadcastCommand.class,
            EraseCommand.class,
            StatusCommand.class,
            CommandCommand.class,
            OperatorKeyCommand.class,
            BackupCommand.class,
            RestoreCommand.class
        })
public final class Hawser {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Hawser() {}

    public static void main(String[] args) {
        if (args.length > 0) {
            Services.runIfNamed(args[0], Arrays.copyOfRange(args, 1, args.length));
        }
        System.exit(run(args));
    }

    private static int run(String[] args) {
        Logging.ofCommand(args);
        return new CommandLine(new Hawser())
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((e, given) -> misused(e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(command, e))
                .execute(args);
    }

    private static int misused(ParameterException e) {
        CommandLine command = e.getCommandLine();
        print(
                command.getErr(),
                Mistyped.command(e).orElse(String.valueOf(e.getMessage())) + " (see ./"
                        + command.getCommandSpec().qualifiedName() + " --help)");
        return USAGE;
    }

    /** One line for what a person can mend; the whole trace for a fault of ours. */
    private static int failed(CommandLine command, Exception e) {
        PrintWriter err = command.getErr();
        switch (e) {
            case AgentException refused -> {
                print(err, refused.getMessage());
                return refused.exit().number();
            }
            case CommandException refused -> print(err, refused.getMessage());
            case StoreException refused -> print(err, refused.getMessage());
            case HawserException refused -> print(err, refused.code() + ": " + refused.getMessage());
            case StartException refused -> print(err, refused.getMessage());
            default -> e.printStackTrace(err);
        }
        return FAILED;
    }

    private static void print(PrintWriter err, @Nullable String said) {
        String message = String.valueOf(said);
        err.println("hawser: " + message.lines().map(String::strip).collect(Collectors.joining(" ")));
        err.flush();
    }

    /** Tells the version of the build. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String built = Hawser.class.getPackage().getImplementationVersion();
            return new String[] {"Hawser " + (built == null ? "from class files" : built)};
        }
    }
}
