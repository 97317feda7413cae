package io.hawser.standalone.backup;

import io.hawser.saver.backup.Restore;
import io.hawser.saver.journal.MySqlSettings;
import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.Output;
import io.hawser.standalone.command.OutputFormat;
import io.hawser.stores.DataDirectory;
import io.hawser.stores.EmbeddedMariaDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        description = "Loads what 'backup' wrote. No saver may run; all numbers go on above those given since.",
        footer = {
            "",
            "Restart all services after it. What was accepted after the backup is lost; clients that had some of it",
            "are told of the gap.",
            "Exit codes: 0 loaded, 1 not loaded (one line says why), 2 wrong usage."
        })
public final class RestoreCommand implements Callable<Integer> {
    @Mixin
    private final MySqlTarget mysql = new MySqlTarget();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "In place of --mysql: the data directory of './hawser up', which must not run.")
    private @Nullable Path data;

    @Option(names = "--replace", description = "Drops all tables that are in the database.")
    private boolean replace;

    @Parameters(paramLabel = "FILE", description = "What 'backup' wrote.")
    private Path file = Path.of("");

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: text)")
    private OutputFormat format = OutputFormat.text;

    @Override
    public Integer call() throws IOException {
        if (mysql.isGiven() == (data != null)) {
            throw new CommandException(
                    "--mysql, --data: " + (data == null ? "none" : "both") + " (expected: one of them)");
        }
        requireFile();
        print(data == null ? load(mysql.settings("")) : loadInto(data.toAbsolutePath()));
        return 0;
    }

    private void requireFile() {
        if (!Files.isRegularFile(file)) {
            throw new CommandException(file + ": no such file (expected: what 'backup' wrote)");
        }
    }

    /** The platform's own server runs for as long as it takes. */
    private Restore.Summary loadInto(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (var _ = DataDirectory.hold(directory);
                EmbeddedMariaDb server = EmbeddedMariaDb.start(directory.resolve("mariadb"), 0)) {
            return load(mysql.settings(server.jdbcUrl()));
        }
    }

    private Restore.Summary load(MySqlSettings settings) throws IOException {
        return Restore.load(settings, file, replace, Clock.systemUTC());
    }

    private void print(Restore.Summary loaded) {
        Output output = new Output(System.out);
        switch (format) {
            case text ->
                output.line("%s: %d rows, as of %s; slots go on from generation %d"
                        .formatted(file, loaded.rows(), loaded.taken(), loaded.generation()));
            case json ->
                output.json(Map.of(
                        "file", file.toString(),
                        "taken", loaded.taken().toString(),
                        "schema", loaded.schema(),
                        "rows", loaded.rows(),
                        "generation", loaded.generation()));
        }
    }
}
