package io.hawser.standalone.cluster;

import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.CenterApi.Answer;
import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.RunningPlatform;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sends to one user, one message after the other, as an app's back end would; keeps which were accepted. */
public final class Sender {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final RunningPlatform platform;
    private final String user;
    private final CenterApi center;
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private final List<String> names = new CopyOnWriteArrayList<>();
    private int next;
    private volatile String refusal = "none";

    public Sender(RunningPlatform platform, String user) {
        this.platform = platform;
        this.user = user;
        this.center = new CenterApi(platform.center(), platform.apiKey());
    }

    /** Sends the next text; true if it was accepted. What was not may arrive all the same. */
    public boolean send() {
        String text = user + "-" + next++;
        try {
            Answer answer = center.post("/v1/apps/" + platform.app() + "/messages:send", message(text));
            if (answer.isOk()) {
                accepted.add(text);
                names.add(answer.body().path("name").asText());
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

    /** Texts accepted, in the order of sending. */
    public List<String> accepted() {
        return List.copyOf(accepted);
    }

    /** Names of the messages accepted, in the order of sending. */
    public List<String> names() {
        return List.copyOf(names);
    }

    /** State of the message that was accepted last. */
    public String stateOfLast() {
        return center.status(names.getLast()).path("state").asText();
    }

    @Override
    public String toString() {
        return "sender to " + user + ": " + accepted.size() + " accepted, last refusal: " + refusal;
    }

    private Map<String, Object> message(String text) {
        return Map.of("target", Map.of("user", user), "qos", "DURABLE", "text", text);
    }
}
