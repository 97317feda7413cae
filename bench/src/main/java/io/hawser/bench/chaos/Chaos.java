package io.hawser.bench.chaos;

import io.hawser.bench.chaos.disk.StoreDisks;
import io.hawser.bench.chaos.fault.Fault;
import io.hawser.bench.chaos.fault.Faults;
import io.hawser.bench.chaos.fault.RedisForm;
import io.hawser.bench.chaos.load.LoadSettings;
import io.hawser.bench.chaos.relay.LinkRelays;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Output;
import io.hawser.bench.platform.OwnCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./hawser chaos}: breaks one part after the other under load, and checks that no promise was broken with it. */
@Command(
        name = "chaos",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Starts a cluster of its own, has senders and devices use it, breaks one part after the other, heals all, and",
            "checks what happened: nothing that was accepted is lost, nothing comes twice, in another order, or to others."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every promise was kept",
            "1:the run could not be made; one line says why",
            "2:wrong usage",
            "3:a promise was broken; the history is kept"
        })
public final class Chaos implements Callable<Integer> {
    /** Exit code of a run that broke a promise. */
    static final int BROKEN = 3;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(7);
    /** Few digits to type again. */
    private static final long SEEDS = 1_000_000;

    private static final int SHORTEST_SESSION_SECONDS = 2;
    private static final int LONGEST_SESSION_SECONDS = 60;
    private static final int LATEST_SECONDS = 600;

    @Option(names = "--minutes", paramLabel = "N", description = "How long faults are made (default: one minute).")
    private @Nullable Double minutes;

    @Option(names = "--seconds", paramLabel = "N", description = "The same in seconds.")
    private @Nullable Double seconds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "What is drawn by lot is drawn from it (default: drawn, and printed).")
    private @Nullable Long seed;

    @Option(names = "--only", paramLabel = "FAULT", split = ",", description = "These alone, as --list names them.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--list", description = "Lists the faults, and does nothing.")
    private boolean list;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Users with one to three devices each; half as many of an app that has one session for each user, and of one that"
                            + " is available while MySQL is out, a quarter in one that has one session for each class of devices"
                            + " (default: 8).")
    private int users;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "20",
            description = "Messages a second; a tenth as many broadcasts, half as many uplinks (default: 20).")
    private double rate;

    @Option(
            names = "--session-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "After which services take a silent one for gone (default: 10).")
    private int sessionSeconds;

    @Option(
            names = "--late",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "What a message may take to come to a device that is there, while nothing is broken"
                    + " (default: 30, for machines with much else to do).")
    private int lateSeconds;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "A new directory for the cluster's data, its logs and the history, which are kept (default: one"
                            + " that is removed when no promise was broken).")
    private @Nullable Path data;

    @Option(
            names = "--redis",
            paramLabel = "FORM",
            defaultValue = "single",
            description =
                    "How the cluster's Redis runs: single, sentinel or cluster, as of 'cluster up' (default: single)."
                            + " Of several servers one is befallen; a replica can be promoted.")
    private RedisForm redis = RedisForm.single;

    @Option(
            names = "--jvm",
            paramLabel = "[SERVICE=]FLAG",
            description = "A flag for the cluster's JVMs, or those of a service, as of 'cluster up'.")
    private List<String> flags = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "SERVICE.KEY=VALUE",
            description = "Configuration of the cluster's services, as of 'cluster up'.")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private final Output output = new Output();

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command, and returns its exit code. */
    public static int run(String[] args) {
        return new CommandLine(new Chaos())
                .setCommandName("hawser chaos")
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (!(failure instanceof BenchException)) {
                        throw failure;
                    }
                    command.getErr().println("chaos: " + failure.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(args);
    }

    @Override
    public Integer call() {
        if (sessionSeconds < SHORTEST_SESSION_SECONDS || sessionSeconds > LONGEST_SESSION_SECONDS) {
            throw new BenchException("--session-timeout: " + sessionSeconds + " (expected: " + SHORTEST_SESSION_SECONDS
                    + " to " + LONGEST_SESSION_SECONDS + ")");
        }
        if (lateSeconds < 1 || lateSeconds > LATEST_SECONDS) {
            throw new BenchException("--late: " + lateSeconds + " (expected: 1 to " + LATEST_SECONDS + ")");
        }
        List<Fault> all = Faults.all(Duration.ofSeconds(sessionSeconds + 5L), redis);
        List<Fault> faults = Faults.named(only, all, redis);
        if (list) {
            faults.forEach(fault -> System.out.printf("%-26s %s%n", fault.name(), fault.does()));
            return 0;
        }
        Duration duration = duration();
        long drawn = seed != null ? seed : ThreadLocalRandom.current().nextLong(SEEDS);
        LoadSettings load = new LoadSettings(drawn, users, rate);
        output.progress("chaos: --seed " + drawn);
        StoreDisks.removeLeftovers()
                .forEach(
                        left -> output.progress("chaos: unmounted " + left + ", which a run that was killed had left"));
        faults = possible(faults);
        Path directory = directory();
        output.pageAt(
                data == null
                        ? Path.of(System.getProperty("java.io.tmpdir"), "hawser-chaos-" + drawn + ".html")
                        : directory.resolve("report.html"));
        var run = new ChaosRun(
                load, faults, duration, Duration.ofSeconds(lateSeconds), directory, redis, clusterArguments(), output);
        int exit = run.run();
        if (exit == 0 && data == null) {
            OwnCluster.remove(directory);
        } else {
            output.progress("chaos: cluster, logs and history are in " + directory);
        }
        return exit;
    }

    /** Those that this machine allows; what it does not is told. */
    private List<Fault> possible(List<Fault> faults) {
        List<Fault> possible = faults;
        if (!LinkRelays.arePossible()) {
            output.progress("chaos: NO FAULTS OF LINKS: this machine has no address for relays beside 127.0.0.1");
            possible = Faults.withoutLinks(possible);
        }
        if (Faults.needDisks(possible) && !StoreDisks.arePossible()) {
            output.progress("chaos: NO FULL DISKS: a file system in memory cannot be mounted here");
            possible = Faults.withoutDisks(possible);
        }
        if (Faults.needPowerLoss(possible) && !StoreDisks.canLosePower()) {
            output.progress(
                    "chaos: NO LOSS OF POWER: an ext4 on a loop device cannot be made, mounted and shut down here");
            possible = Faults.withoutPowerLoss(possible);
        }
        if (possible.isEmpty()) {
            throw new BenchException(
                    "--only: nothing that this machine allows (expected: root on Linux, and 127.0.0.2)");
        }
        return possible;
    }

    private Duration duration() {
        if (minutes != null && seconds != null) {
            throw new BenchException("--minutes, --seconds: both (expected: one of them)");
        }
        double given = seconds != null ? seconds : 60 * (minutes != null ? minutes : 1);
        Duration duration = Duration.ofMillis((long) (given * 1000));
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new BenchException((seconds != null ? "--seconds: " + seconds : "--minutes: " + minutes)
                    + " (expected: a second to a week)");
        }
        return duration;
    }

    private Path directory() {
        Path given = data;
        try {
            if (given == null) {
                return Files.createTempDirectory("hawser-chaos");
            }
            Files.createDirectories(given);
            try (Stream<Path> files = Files.list(given)) {
                if (files.findAny().isPresent()) {
                    throw new BenchException("--data: " + given + ": not empty (expected: a new directory)");
                }
            }
            return given.toAbsolutePath();
        } catch (IOException e) {
            throw new BenchException("--data: " + given + ": cannot be used: " + e.getMessage(), e);
        }
    }

    private List<String> clusterArguments() {
        List<String> arguments =
                new ArrayList<>(List.of("--session-timeout", sessionSeconds + "s", "--redis", redis.name()));
        flags.forEach(flag -> arguments.add("--jvm=" + flag));
        settings.forEach(setting -> arguments.add("--set=" + setting));
        return arguments;
    }
}
