package io.hawser.standalone.cluster;

import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.CenterApi.Answer;
import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.RunningPlatform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sends to one user, one message after the other, as an app's back end would; keeps which were accepted. */
public final class Sender {
    private final RunningPlatform platform;
    private final String user;
    private final CenterApi center;
    private final List<String> accepted = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private int next;

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
            }
            return answer.isOk();
        } catch (CommandException nobodyAnswered) {
            return false;
        }
    }

    /** Sends until so many more were accepted. */
    public Sender send(int count) {
        int wanted = accepted.size() + count;
        while (accepted.size() < wanted) {
            send();
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

    private Map<String, Object> message(String text) {
        return Map.of("target", Map.of("user", user), "qos", "DURABLE", "text", text);
    }
}
