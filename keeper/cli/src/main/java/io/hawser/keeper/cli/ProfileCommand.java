package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hawser.keeper.command.Order;
import io.hawser.keeper.command.Profiler;
import io.hawser.keeper.registry.InstanceStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Records what an instance does for some seconds, fetches the recording, and tells what stands out in it. */
@Command(
        name = "profile",
        description = "Records an instance by JDK Flight Recorder, fetches the file, and prints what stands out.",
        mixinStandardHelpOptions = true)
final class ProfileCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** Beyond the recording: to begin it, and to write it to a file. */
    private static final Duration AROUND = Duration.ofSeconds(30);

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "NAME", description = "Which: NAME, or SERVICE/NAME.")
    private String name = "";

    @Option(names = "--seconds", paramLabel = "N", description = "How long; 1 to 300 (default: ${DEFAULT-VALUE}).")
    private int seconds = 10;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Where the recording goes; must not be there yet (default: NAME-TIME.jfr).")
    private @Nullable Path file;

    @Mixin
    private Operator operator = new Operator();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        Profiler.check(seconds);
        connection.use(client -> {
            profile(client);
            return Exit.DONE;
        });
        return Exit.DONE.number();
    }

    private void profile(CuratorFramework client) throws Exception {
        InstanceStatus instance = Fleet.read(client).find(name);
        Path into = target(instance);
        try (AdminPort admin = new AdminPort(instance)) {
            admin.requireReachable();
            Orders orders = new Orders(client, operator.author());
            Orders.Given given = orders.give(
                    instance,
                    Order.PROFILE,
                    JsonNodeFactory.instance.objectNode().put("seconds", seconds));
            output.progress(
                    instance.name() + ": " + orders.await(given, AROUND, false).said());
            Order done = orders.await(given, AROUND.plusSeconds(seconds), true);
            admin.fetch(
                    done.result().path("path").asText(),
                    into,
                    done.result().path("bytes").asLong());
        }
        ProfileSummary summary = ProfileSummary.read(into);
        output.print(summary.toTree(into, Files.size(into)), out -> summary.print(out, into));
    }

    private Path target(InstanceStatus instance) {
        Path chosen = file == null ? Path.of(instance.name() + "-" + STAMP.format(Instant.now()) + ".jfr") : file;
        Path absolute = chosen.toAbsolutePath();
        Path directory = absolute.getParent();
        if (Files.exists(absolute)) {
            throw new KeeperFailure(Exit.USAGE, "--file: " + chosen + " is there already (expected: a new file)");
        }
        if (directory == null || !Files.isWritable(directory)) {
            throw new KeeperFailure(
                    Exit.USAGE, "--file: " + chosen + " cannot be written (expected: in a directory that is there)");
        }
        return chosen;
    }
}
