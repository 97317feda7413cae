package io.hawser.bench.chaos.load;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.History;
import io.hawser.bench.chaos.history.Outcome;
import io.hawser.bench.measure.Pause;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends a message or a broadcast under its key, again and again until the answer leaves nothing open, or for as long as
 * its patience lasts.
 */
final class Sending {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long AGAIN_MILLIS = 200;

    private final Center center;
    private final Map<String, String> keys;
    private final History history;

    /** @param keys of apps */
    Sending(Center center, Map<String, String> keys, History history) {
        this.center = center;
        this.keys = keys;
        this.history = history;
    }

    /**
     * Returns when there is an outcome, which is in the history then.
     *
     * @param again whether it is sent once more when it was accepted, as somebody does who missed the answer
     */
    void send(String text, Audience audience, boolean again) {
        history.add(new Event.Sent(System.nanoTime(), text, audience));
        long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
        int attempts = 0;
        boolean open = false;
        Center.Answer answer;
        do {
            if (attempts > 0) {
                Pause.millis(AGAIN_MILLIS);
            }
            answer = post(text, audience);
            attempts++;
            open |= !answer.isAccepted() && !answer.isRefused();
        } while (isWorthAnother(answer) && System.nanoTime() - giveUpNanos < 0);
        Outcome outcome = answer.isAccepted() ? Outcome.ACCEPTED : open ? Outcome.UNKNOWN : Outcome.REFUSED;
        history.add(new Event.Answered(
                System.nanoTime(), text, outcome, attempts, answer.status(), answer.seq(), answer.toString()));
        if (again && answer.isAccepted()) {
            Center.Answer repeat = post(text, audience);
            history.add(new Event.Repeated(System.nanoTime(), text, repeat.status(), repeat.seq(), repeat.toString()));
        }
    }

    private static boolean isWorthAnother(Center.Answer answer) {
        return !answer.isAccepted() && (!answer.isRefused() || answer.isTooEarly());
    }

    private Center.Answer post(String text, Audience audience) {
        Map<String, Object> document = new HashMap<>(Map.of("text", text, "qos", "DURABLE", "idempotencyKey", text));
        String path = "/v1/apps/" + audience.app();
        if (audience.isBroadcast()) {
            document.put(
                    "audience",
                    audience.group().isEmpty() ? Map.of("all", true) : Map.of("groups", List.of(audience.group())));
            path += "/broadcasts";
        } else {
            document.put("target", Map.of("user", audience.user()));
            path += "/messages:send";
        }
        return center.post(keys.getOrDefault(audience.app(), ""), path, document);
    }
}
