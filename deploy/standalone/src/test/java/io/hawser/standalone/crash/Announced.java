package io.hawser.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.standalone.cluster.Choir;
import io.hawser.standalone.cluster.Cluster;
import io.hawser.standalone.cluster.Receiver;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.CenterApi.Answer;
import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.RunningPlatform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Two broadcasts, one to a group and one to a list of users, and those who are to get them. */
final class Announced implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MEMBERS = 10;

    private final RunningPlatform platform;
    private final String id;
    private final Choir members;
    private final Receiver listed;

    private Announced(RunningPlatform platform, String id, Choir members, Receiver listed) {
        this.platform = platform;
        this.id = id;
        this.members = members;
        this.listed = listed;
    }

    /** Connects them. */
    static Announced to(Cluster cluster, String id, Path positions) throws Exception {
        Choir members = Choir.of(cluster.running(), id + ".member", MEMBERS, id);
        members.bindAll(cluster.room("room-1"), cluster.room("room-2"));
        Receiver listed = Receiver.connect(cluster.running(), listed(id), positions);
        await("is bound").atMost(SOON).until(listed::isBound);
        return new Announced(cluster.running(), id, members, listed);
    }

    /** Asks for both; who is asked may end of it. */
    void begin() {
        try {
            var _ = post("group", Map.of("groups", List.of(id)));
            var _ = post("list", Map.of("users", List.of(listed(id))));
        } catch (CommandException ended) {
            assertThat(ended).hasMessageContaining(platform.center());
        }
    }

    /** Asks for the same once more, under the same keys: each comes once, and is done. */
    void awaitOnce() {
        String group = required(post("group", Map.of("groups", List.of(id))));
        String list = required(post("list", Map.of("users", List.of(listed(id)))));
        for (String name : List.of(group, list)) {
            await(name + " is done")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(center().get("/v1/" + name)
                                    .body()
                                    .path("state")
                                    .asText())
                            .isEqualTo("DONE"));
        }
        members.awaitAll(text("group"));
        assertThat(members.heard(text("group"), 1)).isEqualTo(MEMBERS);
        await("the list's").atMost(SOON).until(() -> !listed.texts().isEmpty());
        assertThat(listed.texts()).containsExactly(text("list"));
    }

    @Override
    public void close() {
        members.close();
        listed.close();
    }

    private Answer post(String kind, Map<String, Object> audience) {
        Map<String, Object> request = Map.of("audience", audience, "text", text(kind), "idempotencyKey", text(kind));
        return center().post("/v1/apps/" + platform.app() + "/broadcasts", request);
    }

    private static String required(Answer answer) {
        JsonNode broadcast = CenterApi.required(answer);
        return broadcast.path("name").asText();
    }

    private String text(String kind) {
        return id + "." + kind;
    }

    private static String listed(String id) {
        return id + ".listed";
    }

    private CenterApi center() {
        return new CenterApi(platform.center(), platform.apiKey());
    }
}
