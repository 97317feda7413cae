package io.hawser.standalone.up;

import io.hawser.rpc.directory.ApiKey;
import io.hawser.standalone.command.Output;
import io.hawser.standalone.command.OutputFormat;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "operator-key",
        description = "Makes an operator's key, role admin, and prints it once. For the first one of a platform; later"
                + " ones are made through the API.",
        footer = {"", "Exit codes: 0 made, 1 not made (one line says why), 2 wrong usage."})
public final class OperatorKeyCommand implements Callable<Integer> {
    @Option(
            names = "--zookeeper",
            required = true,
            paramLabel = "HOST:PORT,...",
            defaultValue = "${env:HAWSER_ZOOKEEPER}",
            description = "Where ZooKeeper is; else from HAWSER_ZOOKEEPER.")
    private String zookeeper = "";

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: text)")
    private OutputFormat format = OutputFormat.text;

    @Override
    public Integer call() {
        ApiKey key = ApiKey.draw(new SecureRandom());
        FirstOperator.introduce(zookeeper, key);
        var output = new Output(System.out);
        switch (format) {
            case text -> output.line(key.reveal());
            case json -> output.json(Map.of("operatorKey", key.reveal()));
        }
        return 0;
    }
}
