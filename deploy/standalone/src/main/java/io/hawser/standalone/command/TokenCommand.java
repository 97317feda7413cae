package io.hawser.standalone.command;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "token", description = "Prints a token with which a client of the user binds.")
public final class TokenCommand implements Callable<Integer> {
    @Mixin
    private final AppTarget target = new AppTarget();

    @Option(names = "--user", required = true, paramLabel = "USER", description = "The user, up to 64 bytes.")
    private String user = "";

    @Option(names = "--device", paramLabel = "DEVICE", description = "Binds the token to this device.")
    private String device = "";

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description =
                    "Its client may join this group (or \"news.*\"), besides those the app allows; may be repeated.")
    private List<String> groups = List.of();

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: text)")
    private OutputFormat format = OutputFormat.text;

    @Override
    public Integer call() {
        String token = target.center().issueToken(target.app(), user, device, groups);
        var output = new Output(System.out);
        switch (format) {
            case text -> output.line(token);
            case json -> output.json(Map.of("token", token));
        }
        return 0;
    }
}
