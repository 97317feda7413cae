package io.hawser.standalone.cluster;

import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.CenterApi.Answer;
import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.RunningPlatform;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** Sends to one user, one message after the other, as an app's back end would; keeps which were accepted. */
public final class Sender {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration BREATH = Duration.ofMillis(50);

    private final RunningPlatform platform;
    private final String user;
    private final CenterApi center;
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final List<String> durabilities = new CopyOnWriteArrayList<>();
    private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
    private int next;
    private volatile String refusal = "none";

    /** An answer that was not 2xx. */
    public record Refusal(String text, int status) {}

    public Sender(RunningPlatform platform, String user) {
        this.platform = platform;
        this.user = user;
        this.center = new CenterApi(platform.center(), platform.apiKey());
    }

    /** Sends the next text; true if it was accepted. What was not may arrive all the same. */
    public boolean send() {
        String text = user + "-" + next++;
        try {
            Answer answer = post(message(text));
            if (answer.isOk()) {
                accept(text, answer);
            } else {
                refusal = answer.problem();
            }
            return answer.isOk();
        } catch (CommandException nobodyAnswered) {
            refusal = String.valueOf(nobodyAnswered.getMessage());
            return false;
        }
    }

    /** Sends until so many more were accepted, for a minute at most. */
    public Sender send(int count) {
        int wanted = accepted.size() + count;
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (accepted.size() < wanted) {
            if (!send() && System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError(accepted.size() + " were accepted within " + PATIENCE + " (expected: " + wanted
                        + "); the last answer was " + refusal);
            }
        }
        return this;
    }

    /**
     * Sends so many texts, each under an idempotency key of its own, by which it is repeated until it is accepted:
     * what {@link #accepted} says is then all that may arrive.
     */
    public Sender sendWithKeys(int count) {
        for (int sent = 0; sent < count; sent++) {
            String text = user + "-" + next++;
            long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
            Answer answer = insist(text);
            while (!answer.isOk()) {
                refusals.add(new Refusal(text, answer.status()));
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new AssertionError(text + " was not accepted within " + PATIENCE + ": " + answer.problem());
                }
                answer = insist(text);
            }
            accept(text, answer);
        }
        return this;
    }

    /** Repeats the text until somebody answers. */
    private Answer insist(String text) {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return repeat(text);
            } catch (CommandException nobodyAnswered) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw nobodyAnswered;
                }
                pause();
            }
        }
    }

    private static void pause() {
        LockSupport.parkNanos(BREATH.toNanos());
    }

    /** Sends the text under its key, for the first time or once more. */
    public Answer repeat(String text) {
        Map<String, Object> keyed = new HashMap<>(message(text));
        keyed.put("idempotencyKey", text);
        return post(keyed);
    }

    /** What {@link #sendWithKeys} was answered and had to repeat. */
    public List<Refusal> refusals() {
        return List.copyOf(refusals);
    }

    /** Texts accepted, in the order of sending. */
    public List<String> accepted() {
        return List.copyOf(accepted);
    }

    /** Names of the messages accepted, in the order of sending. */
    public List<String> names() {
        return List.copyOf(names);
    }

    /** What was said of the messages accepted, in the order of sending. */
    public List<String> durabilities() {
        return List.copyOf(durabilities);
    }

    /** State of the message that was accepted last. */
    public String stateOfLast() {
        return center.status(names.getLast()).path("state").asText();
    }

    @Override
    public String toString() {
        return "sender to " + user + ": " + accepted.size() + " accepted, last refusal: " + refusal;
    }

    private Answer post(Map<String, Object> message) {
        return center.post("/v1/apps/" + platform.app() + "/messages:send", message);
    }

    private void accept(String text, Answer answer) {
        names.add(answer.body().path("name").asText());
        durabilities.add(answer.body().path("durability").asText());
        accepted.add(text);
    }

    private Map<String, Object> message(String text) {
        return Map.of("target", Map.of("user", user), "qos", "DURABLE", "text", text);
    }
}
