package io.hawser.standalone.up;

import io.hawser.center.access.Scope;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.CenterApi.Answer;
import io.hawser.standalone.command.CommandException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The app that a new platform comes with, made through the API as any operator would make one. */
public final class DemoApp {
    public static final String ID = "demo";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 50;
    /** The center has not heard of the operator's key, or the saver not of its slots. */
    private static final List<Integer> PASSING = List.of(401, 503, 504, 429);

    /** All that there are. */
    private static final List<String> GRANTS =
            Arrays.stream(Scope.values()).map(Scope::grant).toList();

    private final CenterApi center;

    public DemoApp(CenterApi center) {
        this.center = center;
    }

    /** Returns the app's key: the one that is known from an earlier start, else a new one. */
    public String keyOf(String known) throws InterruptedException {
        Answer created = create();
        if (created.isOk()) {
            return created.body().path("key").path("secret").asText();
        }
        if (created.status() != 409) {
            throw new CommandException("the center did not create the demo app: " + created.problem());
        }
        return known.isEmpty() ? newKey() : known;
    }

    private Answer create() throws InterruptedException {
        var app = Map.of("id", ID, "displayName", "Demo", "clientGroups", List.of("*"));
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        Answer answer = center.post("/v1/apps", Map.of("app", app));
        while (PASSING.contains(answer.status()) && System.nanoTime() - deadlineNs < 0) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            answer = center.post("/v1/apps", Map.of("app", app));
        }
        return answer;
    }

    private String newKey() {
        var request = Map.of("app", ID, "displayName", "made by 'hawser up'", "grants", GRANTS);
        return CenterApi.required(center.post("/v1/keys", request))
                .path("secret")
                .asText();
    }
}
