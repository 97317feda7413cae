package io.hawser.bench.chaos.load;

import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The apps of a run, made through the API as an operator makes them; whatever is asked is asked again for a while. */
final class Apps {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long AGAIN_MILLIS = 200;
    private static final int UNKNOWN_KEY = 401;

    private final Center center;
    private final String operatorKey;
    private final Map<String, String> keys = new HashMap<>();

    Apps(Center center, String operatorKey) {
        this.center = center;
        this.operatorKey = operatorKey;
    }

    /**
     * @param sessionPolicy as the API names it
     * @param available whether its messages are accepted while MySQL is out
     */
    void create(String app, String sessionPolicy, boolean available) {
        Map<String, Object> settings = Map.of(
                "id", app,
                "displayName", app,
                "sessionPolicy", sessionPolicy,
                "clientGroups", List.of("*"),
                "available", available);
        Map<String, Object> document = Map.of("app", settings);
        Center.Answer created = required(operatorKey, "/v1/apps", document);
        keys.put(app, created.body().path("key").path("secret").asText());
    }

    Map<String, String> keys() {
        return Map.copyOf(keys);
    }

    String token(Endpoint endpoint) {
        return required(
                        keys.getOrDefault(endpoint.app(), ""),
                        "/v1/apps/" + endpoint.app() + "/tokens:issue",
                        Map.of("user", endpoint.user(), "device", endpoint.device()))
                .body()
                .path("token")
                .asText();
    }

    /** Has uplinks of all routes taken to the URL. */
    void callback(String app, String url) {
        var _ = required(
                keys.getOrDefault(app, ""),
                "/v1/apps/" + app + "/callbacks",
                Map.of("id", "chaos", "urls", List.of(url), "routes", List.of("*")));
    }

    private Center.Answer required(String key, String path, Map<String, Object> document) {
        long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
        Center.Answer answer = center.post(key, path, document);
        while (!answer.isAccepted()) {
            if (isForGood(answer) || System.nanoTime() - giveUpNanos > 0) {
                throw new BenchException("POST " + path + ": " + answer + " (expected: to be accepted)");
            }
            Pause.millis(AGAIN_MILLIS);
            answer = center.post(key, path, document);
        }
        return answer;
    }

    /** A center learns of keys a little later than they are made. */
    private static boolean isForGood(Center.Answer answer) {
        return answer.isRefused() && !answer.isTooEarly() && answer.status() != UNKNOWN_KEY;
    }
}
