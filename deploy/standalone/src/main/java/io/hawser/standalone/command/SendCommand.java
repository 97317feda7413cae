package io.hawser.standalone.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "send", description = "Sends a message to a user, and prints its name.")
public final class SendCommand implements Callable<Integer> {
    @Mixin
    private final AppTarget target = new AppTarget();

    @Option(names = "--user", required = true, paramLabel = "USER", description = "To whom.")
    private String user = "";

    @Option(names = "--device", paramLabel = "DEVICE", description = "To this device of the user's alone.")
    private @Nullable String device;

    @Option(names = "--text", required = true, paramLabel = "TEXT", description = "The message.")
    private String text = "";

    @Option(names = "--qos", paramLabel = "QOS", description = "durable or transient (default: durable)")
    private String qos = "durable";

    @Option(names = "--ttl", paramLabel = "SECONDS", description = "How long it is kept (default: the app's).")
    private @Nullable Long ttlSeconds;

    @Option(names = "--collapse-key", paramLabel = "KEY", description = "Replaces an unread message of this key.")
    private @Nullable String collapseKey;

    @Option(names = "--idempotency-key", paramLabel = "KEY", description = "Makes a repeat harmless.")
    private @Nullable String idempotencyKey;

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: text)")
    private OutputFormat format = OutputFormat.text;

    @Override
    public Integer call() {
        JsonNode sent = target.center().send(target.app(), message());
        var output = new Output(System.out);
        switch (format) {
            case text -> output.line(sent.path("name").asText("accepted"));
            case json -> output.json(sent);
        }
        return 0;
    }

    private Map<String, Object> message() {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("target", device == null ? Map.of("user", user) : Map.of("user", user, "device", device));
        message.put("qos", qos.toUpperCase(Locale.ROOT));
        message.put("text", text);
        if (ttlSeconds != null) {
            message.put("ttl", ttlSeconds + "s");
        }
        if (collapseKey != null) {
            message.put("collapseKey", collapseKey);
        }
        if (idempotencyKey != null) {
            message.put("idempotencyKey", idempotencyKey);
        }
        return message;
    }
}
