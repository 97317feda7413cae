package io.hawser.standalone.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Something that clients are told to do, and which of them. That what is given goes together is the API's to check. */
abstract class ToldToClients implements Callable<Integer> {
    private static final int NOT_ALL_ROOMS = 1;

    @Mixin
    private final OperatorTarget target = new OperatorTarget();

    @Option(names = "--room", paramLabel = "NAME", description = "Clients of this room, such as room-1.")
    private @Nullable String room;

    @Option(names = "--connection", paramLabel = "NUMBER", description = "With --room: that one alone.")
    private @Nullable Long connection;

    @Option(names = "--app", paramLabel = "APP", description = "Clients that are bound for this app.")
    private @Nullable String app;

    @Option(names = "--user", paramLabel = "USER", description = "With --app: of this user.")
    private @Nullable String user;

    @Option(names = "--device", paramLabel = "DEVICE", description = "With --user: this device.")
    private @Nullable String device;

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: text)")
    private OutputFormat format = OutputFormat.text;

    /** The command's field in the API's document. */
    abstract String name();

    /** What stands there. */
    abstract Map<String, Object> command();

    @Override
    public final Integer call() {
        Map<String, Object> request = whom();
        request.put(name(), command());
        JsonNode answer = target.center().command(request);
        var output = new Output(System.out);
        switch (format) {
            case text -> printLines(output, answer);
            case json -> output.json(answer);
        }
        return answer.path("missing").isEmpty() ? 0 : NOT_ALL_ROOMS;
    }

    private Map<String, Object> whom() {
        Map<String, Object> whom = new LinkedHashMap<>();
        whom.put("room", room);
        whom.put("connection", connection);
        whom.put("app", app);
        whom.put("user", user);
        whom.put("device", device);
        whom.values().removeIf(value -> value == null);
        return whom;
    }

    private static void printLines(Output output, JsonNode answer) {
        long told = answer.path("told").asLong();
        output.line("told " + told + (told == 1 ? " client" : " clients"));
        for (JsonNode missing : answer.path("missing")) {
            output.line(missing.asText() + ": did not answer in time, and may have told some");
        }
    }
}
