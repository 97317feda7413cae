package io.hawser.bench.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.History;
import java.util.HashMap;
import java.util.Map;

/**
 * Which life each saver is in, as centers see it. One whose session in ZooKeeper ends has lost its slots, and begins another life: on a
 * loaded machine without any fault. For one thread.
 */
final class SaverLives {
    private static final String PATH = "/v1/instances?service=saver";

    private final Center center;
    private final String operatorKey;
    private final History history;
    private final Map<String, Seen> seen = new HashMap<>();

    /** Lives have numbers that grow; a center may see an older one for a while. */
    private record Seen(long incarnation, long atNanos) {}

    SaverLives(Center center, String operatorKey, History history) {
        this.center = center;
        this.operatorKey = operatorKey;
        this.history = history;
    }

    /** Where nobody answers, it is seen the next time. */
    void look() {
        long askedNanos = System.nanoTime();
        Center.Answer answer = center.get(operatorKey, PATH);
        if (answer.isAccepted()) {
            answer.body().path("instances").forEach(saver -> saw(saver, askedNanos));
        }
    }

    private void saw(JsonNode saver, long askedNanos) {
        String name = saver.path("name").asText();
        Seen now = new Seen(saver.path("incarnation").asLong(), askedNanos);
        Seen before = seen.getOrDefault(name, now);
        if (now.incarnation() < before.incarnation()) {
            return;
        }
        if (now.incarnation() > before.incarnation()) {
            history.add(new Event.Reborn(System.nanoTime(), name, before.atNanos()));
        }
        seen.put(name, now);
    }
}
