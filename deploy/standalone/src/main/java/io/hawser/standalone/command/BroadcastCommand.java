package io.hawser.standalone.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "broadcast",
        description =
                "Sends a message to all of an app, to groups, or to a list of users; prints what the API answers.",
        footer = {
            "",
            "With --wait, ends when the broadcast does: with exit code 1 where it was cancelled or ran out of time."
        })
public final class BroadcastCommand implements Callable<Integer> {
    private static final int NOT_DONE = 1;

    @Mixin
    private final AppTarget target = new AppTarget();

    @Option(names = "--all", description = "To everyone of the app.")
    private boolean all;

    @Option(names = "--group", paramLabel = "GROUP", description = "To the members of this group; may be repeated.")
    private List<String> groups = List.of();

    @Option(names = "--user-file", paramLabel = "FILE", description = "To the users in this file, one a line.")
    private @Nullable Path userFile;

    @Option(names = "--text", required = true, paramLabel = "TEXT", description = "The message.")
    private String text = "";

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            description = "How long it is kept, such as 90s or 1h (default: the app's).")
    private @Nullable String ttl;

    @Option(names = "--pace", paramLabel = "N", description = "At most so many members a second.")
    private @Nullable Long pace;

    @Option(names = "--urgent", description = "Goes before other broadcasts.")
    private boolean urgent;

    @Option(names = "--transient", description = "To those connected now; never stored.")
    private boolean isTransient;

    @Option(names = "--wait", description = "Waits until it is done.")
    private boolean wait;

    @Option(names = "--idempotency-key", paramLabel = "KEY", description = "Makes a repeat harmless.")
    private @Nullable String idempotencyKey;

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: json)")
    private OutputFormat format = OutputFormat.json;

    @Override
    public Integer call() {
        CenterApi center = target.center();
        JsonNode broadcast = center.broadcast(target.app(), request());
        while (wait && !broadcast.path("done").asBoolean()) {
            broadcast = center.awaitBroadcast(broadcast.path("name").asText());
        }
        print(broadcast);
        return wait && !broadcast.path("state").asText().equals("DONE") ? NOT_DONE : 0;
    }

    private void print(JsonNode broadcast) {
        var output = new Output(System.out);
        switch (format) {
            case text -> output.line(broadcast.path("name").asText("accepted"));
            case json -> output.json(broadcast);
        }
    }

    private Map<String, Object> request() {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("audience", audience());
        request.put("text", text);
        if (isTransient) {
            request.put("qos", "TRANSIENT");
        }
        if (ttl != null) {
            request.put("ttl", TimeSpan.seconds("ttl", ttl) + "s");
        }
        if (pace != null) {
            request.put("membersPerSecond", pace);
        }
        if (urgent) {
            request.put("urgent", true);
        }
        if (idempotencyKey != null) {
            request.put("idempotencyKey", idempotencyKey);
        }
        return request;
    }

    /** That exactly one is given is the API's to check. */
    private Map<String, Object> audience() {
        Map<String, Object> audience = new LinkedHashMap<>();
        if (all) {
            audience.put("all", true);
        }
        if (!groups.isEmpty()) {
            audience.put("groups", groups);
        }
        if (userFile != null) {
            audience.put("users", UserFile.read(userFile));
        }
        return audience;
    }
}
