package io.hawser.standalone.backup;

import io.hawser.saver.backup.Backup;
import io.hawser.standalone.command.Output;
import io.hawser.standalone.command.OutputFormat;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "backup",
        description = "Writes all that MySQL holds to a file, as it is at one moment, while the platform goes on.",
        footer = {
            "",
            "Without --mysql: of the platform that './hawser up' runs.",
            "The file has all messages and keys in it; only its owner may read it.",
            "Exit codes: 0 written, 1 not written (one line says why), 2 wrong usage."
        })
public final class BackupCommand implements Callable<Integer> {
    @Mixin
    private final MySqlTarget mysql = new MySqlTarget();

    @Parameters(paramLabel = "FILE", description = "A new file; it is there when it is whole.")
    private Path file = Path.of("");

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: text)")
    private OutputFormat format = OutputFormat.text;

    @Override
    public Integer call() throws IOException {
        String running = mysql.isGiven()
                ? ""
                : RunningPlatform.read(RunningPlatform.file(home())).mysql();
        Backup.Summary written = Backup.write(mysql.settings(running), file.toAbsolutePath(), Clock.systemUTC());
        Output output = new Output(System.out);
        switch (format) {
            case text ->
                output.line("%s: %d rows of %d tables, %d bytes"
                        .formatted(file, written.rows(), written.tables(), written.bytes()));
            case json ->
                output.json(Map.of(
                        "file", file.toString(),
                        "schema", written.schema(),
                        "tables", written.tables(),
                        "rows", written.rows(),
                        "bytes", written.bytes()));
        }
        return 0;
    }

    private static Path home() {
        return Path.of(System.getProperty("hawser.home", "."));
    }
}
