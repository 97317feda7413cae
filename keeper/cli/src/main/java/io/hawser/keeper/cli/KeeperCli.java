package io.hawser.keeper.cli;

import io.hawser.keeper.config.ConfigException;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The operator's command: who runs, what is configured, and a new configuration. */
@Command(
        name = "keeper",
        description = "Shows and changes what the services of a cluster share in ZooKeeper.",
        subcommands = {InstancesCommand.class, GetCommand.class, ApplyCommand.class},
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "2:the command line is wrong",
            "3:the configuration is no YAML mapping, or does not suit the service; nothing was written",
            "5:ZooKeeper does not answer",
            "7:nothing is configured there",
            "8:someone else changed it meanwhile; nothing was written",
            "70:a fault of ours"
        })
public final class KeeperCli implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KeeperCli.class);

    private static final String LAUNCHER = "hawser ";

    static final int OK = 0;
    static final int USAGE = 2;
    static final int CONFIGURATION = 3;
    static final int ZOOKEEPER_UNREACHABLE = 5;
    static final int NOT_FOUND = 7;
    static final int CONFLICT = 8;
    static final int INTERNAL = 70;

    @Spec
    private @Nullable CommandSpec spec;

    private final ServiceConfigs configs;

    KeeperCli(ServiceConfigs configs) {
        this.configs = configs;
    }

    /**
     * Runs one command and returns the process's exit code.
     *
     * @param configTypes the configuration of each service by its name, by which {@code apply} checks; empty: by none
     */
    public static int run(Map<String, Class<? extends Record>> configTypes, String... args) {
        return run(
                new ServiceConfigs(configTypes),
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                args);
    }

    /** Without the services' configurations at hand: {@code apply} checks the form alone. */
    public static void main(String[] args) {
        System.exit(run(Map.of(), args));
    }

    static int run(ServiceConfigs configs, PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new KeeperCli(configs))
                .setCommandName(LAUNCHER + "keeper")
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, given) -> misused(err, e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(err, e))
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
                    here.commandLine(), "no command (expected: instances, get or apply)");
        }
    }

    private static int misused(PrintWriter err, CommandLine.ParameterException e) {
        String message =
                String.valueOf(e.getMessage()).lines().map(String::strip).collect(Collectors.joining(" "));
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        err.println(command.substring(LAUNCHER.length()) + ": " + message + " (see " + command + " --help)");
        return USAGE;
    }

    private static int failed(PrintWriter err, Exception e) {
        int code = codeOf(e);
        if (code == INTERNAL) {
            LOG.error("The command failed", e);
        }
        String.valueOf(e.getMessage()).lines().forEach(line -> err.println("keeper: " + line));
        return code;
    }

    private static int codeOf(Exception e) {
        return switch (e) {
            case ConfigException refused -> CONFIGURATION;
            case HawserException refused when refused.code() == ErrorCode.UNAVAILABLE -> ZOOKEEPER_UNREACHABLE;
            case HawserException refused when refused.code() == ErrorCode.NOT_FOUND -> NOT_FOUND;
            case HawserException refused when refused.code() == ErrorCode.FAILED_PRECONDITION -> CONFLICT;
            case HawserException refused when refused.code() == ErrorCode.INVALID_ARGUMENT -> USAGE;
            default -> INTERNAL;
        };
    }
}
