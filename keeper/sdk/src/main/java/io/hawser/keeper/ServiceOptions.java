package io.hawser.keeper;

import io.hawser.keeper.config.DurationText;
import io.hawser.keeper.zookeeper.ZooKeeperOptions;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.wire.HawserException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line that all services have in common. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = ServiceOptions.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped as it was told to",
            "2:the command line is wrong",
            "3:the configuration is wrong",
            "4:an address to listen at is in use",
            "5:ZooKeeper does not answer",
            "6:another live process goes by the name",
            "9:the database does not answer, or does not let the service in",
            "70:a fault of ours, or of something that is needed to start"
        })
final class ServiceOptions implements Callable<Integer> {
    /** Runs what the command line asks for. */
    @FunctionalInterface
    interface Run {
        int with(HostSettings settings) throws InterruptedException;
    }

    private final String service;
    private final Run run;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ZooKeeperOptions zookeeper = new ZooKeeperOptions();

    @Option(
            names = "--session-timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "After which others take a silent process for gone (default: 10s).")
    private Duration sessionTimeout = Duration.ofSeconds(10);

    @Option(
            names = "--connect-timeout",
            paramLabel = "DURATION",
            defaultValue = "15s",
            converter = DurationConverter.class,
            description = "How long the start waits for ZooKeeper (default: 15s).")
    private Duration connectTimeout = Duration.ofSeconds(15);

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "This instance's name; else the one remembered in --data, else a new one.")
    private @Nullable String name;

    @Option(names = "--data", paramLabel = "DIR", description = "Directory that is this instance's own.")
    private @Nullable Path dataDirectory;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration, YAML.")
    private @Nullable Path configFile;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting by its path, over all other sources; may be repeated.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(
            names = "--drain-timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long work in hand may take to end, once told to stop (default: 30s).")
    private Duration drainTimeout = Duration.ofSeconds(30);

    ServiceOptions(String service, Run run) {
        this.service = service;
        this.run = run;
    }

    @Override
    public Integer call() throws InterruptedException {
        return run.with(settings());
    }

    private HostSettings settings() {
        try {
            ZooKeeperSettings reached = zookeeper.settings(sessionTimeout, connectTimeout);
            return HostSettings.of(service, reached.connect())
                    .withZooKeeper(reached)
                    .withName(name)
                    .withDataDirectory(dataDirectory)
                    .withConfigFile(configFile)
                    .withOverrides(overrides)
                    .withDrainTimeout(drainTimeout);
        } catch (HawserException e) {
            throw misuse(e.getMessage());
        }
    }

    private CommandLine.ParameterException misuse(@Nullable String message) {
        CommandSpec here = spec;
        if (here == null) {
            throw new IllegalStateException("not called through picocli: " + message);
        }
        return new CommandLine.ParameterException(here.commandLine(), String.valueOf(message));
    }

    /** Reads durations as the configuration writes them. */
    static final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            try {
                return DurationText.parse(value);
            } catch (HawserException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        }
    }

    /** Tells the version of the build. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Hawser " + BuildVersion.current()};
        }
    }
}
