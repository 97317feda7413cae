package io.hawser.keeper.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The operator's command: who runs, what is configured, who changed it, and orders to single instances. */
@Command(
        name = "keeper",
        description =
                "Shows and changes what the services of a cluster are configured with, and tells instances what to do.",
        subcommands = {
            InstancesCommand.class,
            GetCommand.class,
            DiffCommand.class,
            ValidateCommand.class,
            ApplyCommand.class,
            PromoteCommand.class,
            AbortCommand.class,
            HistoryCommand.class,
            RollbackCommand.class,
            DrainCommand.class,
            LogLevelCommand.class,
            ProfileCommand.class,
            CompletionCommand.class
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        footer = {
            "",
            "ZooKeeper is the one of --zookeeper, else of HAWSER_ZOOKEEPER, else of what './hawser up' or"
                    + " './hawser cluster up' started here last."
        })
public final class KeeperCli implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KeeperCli.class);

    private static final String LAUNCHER = "hawser ";
    private static final Set<String> WRITERS = Set.of("apply", "rollback");

    @Spec
    private @Nullable CommandSpec spec;

    private final ServiceConfigs configs;

    KeeperCli(ServiceConfigs configs) {
        this.configs = configs;
    }

    /** Without the services' configurations at hand: what is written is checked in its form alone. */
    static KeeperCli unknowing() {
        return new KeeperCli(new ServiceConfigs(Map.of()));
    }

    /**
     * Runs one command and returns the process's exit code.
     *
     * @param configTypes the configuration of each service by its name, by which {@code apply} checks; empty: by none
     */
    public static int run(Map<String, Class<? extends Record>> configTypes, String... args) {
        return run(
                new ServiceConfigs(configTypes),
                LocalPlatform.ofThisProcess(),
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                args);
    }

    /** Without the services' configurations at hand: {@code apply} checks the form alone. */
    public static void main(String[] args) {
        System.exit(run(Map.of(), args));
    }

    static int run(ServiceConfigs configs, LocalPlatform local, PrintWriter out, PrintWriter err, String... args) {
        CommandLine command = new CommandLine(new KeeperCli(configs));
        command.getCommandSpec().usageMessage().exitCodeList(Exit.list());
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(each -> each.getCommandSpec().versionProvider(new Version()));
        return command.setCommandName(LAUNCHER + "keeper")
                .setDefaultValueProvider(local)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, given) -> misused(err, e))
                .setExecutionExceptionHandler((e, failing, parsed) -> failed(err, failing, e))
                .execute(args);
    }

    ServiceConfigs configs() {
        return configs;
    }

    /** Called when no command is named. */
    @Override
    public void run() {
        CommandSpec here = spec;
        if (here != null) {
            throw new CommandLine.ParameterException(
                    here.commandLine(),
                    "no command (expected: "
                            + String.join(", ", here.subcommands().keySet()) + ")");
        }
    }

    private static int misused(PrintWriter err, CommandLine.ParameterException e) {
        String message = Mistyped.command(e)
                .orElse(String.valueOf(e.getMessage()))
                .lines()
                .map(String::strip)
                .collect(Collectors.joining(" "));
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        err.println(command.substring(LAUNCHER.length()) + ": " + message + " (see " + command + " --help)");
        return Exit.USAGE.number();
    }

    private static int failed(PrintWriter err, CommandLine command, Exception e) {
        Exit exit = Exit.of(e);
        if (exit == Exit.INTERNAL) {
            LOG.error("The command failed", e);
        }
        String.valueOf(e.getMessage()).lines().forEach(line -> err.println("keeper: " + line));
        if (exit == Exit.CONFIGURATION && WRITERS.contains(command.getCommandName())) {
            err.println("keeper: nothing was written");
        }
        return exit.number();
    }

    /** Tells the version of the build. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String built = KeeperCli.class.getPackage().getImplementationVersion();
            return new String[] {"Hawser " + (built == null ? "from class files" : built)};
        }
    }
}
