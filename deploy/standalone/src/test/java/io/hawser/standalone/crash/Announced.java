package io.hawser.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.standalone.cluster.Choir;
import io.hawser.standalone.cluster.Receiver;
import io.hawser.standalone.cluster.Sender;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.CenterApi.Answer;
import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.RunningPlatform;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Two broadcasts, one to a group and one to a list of users, and those who are to get them. */
final class Announced implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MEMBERS = 10;

    private final CenterApi center;
    private final String app;
    private final Broadcast toGroup;
    private final Broadcast toList;
    private final Choir members;
    private final Receiver listed;
    /** To the one who is listed. */
    private final Sender sender;

    private record Broadcast(String text, Map<String, Object> audience) {
        Map<String, Object> request() {
            return Map.of("audience", audience, "text", text, "idempotencyKey", text);
        }
    }

    private Announced(RunningPlatform platform, String id, String user, Choir members, Receiver listed) {
        this.center = new CenterApi(platform.center(), platform.apiKey());
        this.app = platform.app();
        this.toGroup = new Broadcast(id + ".group", Map.of("groups", List.of(id)));
        this.toList = new Broadcast(id + ".list", Map.of("users", List.of(user)));
        this.members = members;
        this.listed = listed;
        this.sender = new Sender(platform, user);
    }

    /** @param id of the group, too */
    static Announced to(RunningPlatform platform, String id, Path positions) throws Exception {
        String user = id + ".listed";
        Choir members = Choir.of(platform, id + ".member", MEMBERS, id);
        return new Announced(platform, id, user, members, Receiver.connect(platform, user, positions));
    }

    /** Connects them. */
    void awaitListeners(InetSocketAddress... rooms) throws InterruptedException {
        members.bindAll(rooms);
        await("is bound").atMost(SOON).until(listed::isBound);
    }

    /** Asks for both, or for as much as the center lives to be asked. */
    void begin() {
        try {
            var _ = accepted(toGroup);
            var _ = accepted(toList);
        } catch (CommandException itEnded) {
            // It is to end at some point of this; then it is asked once more.
        }
    }

    /** Asks for the same once more, under the same keys: each comes once, and is done. */
    void awaitOnce() {
        awaitDone(accepted(toGroup));
        awaitDone(accepted(toList));
        members.awaitAll(toGroup.text);
        assertThat(members.heard(toGroup.text, 1)).isEqualTo(MEMBERS);
        // What was appended twice would come before what is sent now.
        String last = sender.sendWithKeys(1).accepted().getLast();
        await("the last to the list's user")
                .atMost(SOON)
                .until(() -> listed.texts().contains(last));
        assertThat(listed.texts()).containsExactly(toList.text, last);
    }

    private void awaitDone(String name) {
        await(name + " is done")
                .atMost(SOON)
                .until(() -> center.get("/v1/" + name).body().path("state").asText(), "DONE"::equals);
    }

    /** Returns its name, once it is accepted. */
    private String accepted(Broadcast broadcast) {
        return await(broadcast.text + " is accepted")
                .atMost(SOON)
                .until(() -> center.post("/v1/apps/" + app + "/broadcasts", broadcast.request()), Answer::isOk)
                .body()
                .path("name")
                .asText();
    }

    @Override
    public void close() {
        members.close();
        listed.close();
    }
}
