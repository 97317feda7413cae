package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.client.PushMessage;
import io.hawser.standalone.cluster.BackEnd;
import io.hawser.standalone.cluster.Caller;
import io.hawser.standalone.cluster.Cluster;
import io.hawser.standalone.cluster.Receiver;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes up through real processes: uplinks, replies and state events, whatever is killed. */
final class UplinkIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration DOWN = Duration.ofSeconds(Integer.getInteger("hawser.it.downSeconds", 15));
    private static final int CALLERS = 50;
    private static final int EACH = 200;

    @TempDir
    private static Path home;

    private static Cluster cluster;
    private static RunningPlatform platform;
    private BackEnd backEnd;

    @TempDir
    Path files;

    @BeforeAll
    static void startTheCluster() throws Exception {
        cluster = Cluster.start(home, Map.of("register", Map.of("parking", "3s", "sessions.roomGrace", "3s")));
        cluster.start("coordinator-2");
        platform = cluster.running();
    }

    @AfterAll
    static void stopTheCluster() {
        cluster.close();
    }

    @BeforeEach
    void startTheBackEnd() throws Exception {
        backEnd = BackEnd.start();
    }

    @AfterEach
    void stopTheBackEnd() {
        backEnd.close();
    }

    @Test
    void tenThousandUplinksSurviveTheBackEndDownACoordinatorKilledAndRedisFlushed() throws Exception {
        callback("orders", List.of("orders"), List.of());
        backEnd.isDown(true);
        long upNs = System.nanoTime() + DOWN.toNanos();
        List<Caller> callers = new ArrayList<>();
        try {
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Caller.start(platform, "caller-" + i, files));
            }
            callers.forEach(caller -> caller.send("orders", 0, EACH / 2));
            cluster.kill("coordinator-1");
            cluster.redis().flush();
            callers.forEach(caller -> caller.send("orders", EACH / 2, EACH));
            await().atMost(SOON).until(() -> callers.stream().allMatch(Caller::isStored));
            cluster.start("coordinator-1");
            await().atMost(DOWN.plusSeconds(1)).until(() -> System.nanoTime() - upNs >= 0);
            assertThat(backEnd.calls()).isEmpty();
            backEnd.isDown(false);
            await().atMost(SOON).until(() -> backEnd.calls().size() > 1_000);
            cluster.kill("coordinator-2");
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(
                            () -> assertThat(texts(backEnd.calls("uplink"))).hasSize(CALLERS * EACH));
            cluster.start("coordinator-2");
        } finally {
            callers.forEach(Caller::close);
        }
        assertThat(backEnd.forgeries()).isEmpty();
        assertEachOnceInOrderByUser(backEnd.calls("uplink"));
    }

    @Test
    void aRequestGetsItsReplyAndAStoredOneGetsItAsAMessage() throws Exception {
        callback("quotes", List.of("quotes.*"), List.of());
        backEnd.answer(call ->
                "{\"reply\": {\"text\": \"re: " + call.data().path("text").asText() + "\"}}");
        try (Caller caller = Caller.start(platform, "asker", files)) {
            PushMessage reply = caller.client()
                    .request("quotes.now", "how much?", Duration.ofSeconds(20))
                    .get(30, TimeUnit.SECONDS);
            assertThat(reply.text()).isEqualTo("re: how much?");
        }
        try (Receiver asker = Receiver.connect(platform, "asker2", files)) {
            asker.client()
                    .send("quotes.later", "how much?".getBytes(java.nio.charset.StandardCharsets.UTF_8), "c-1")
                    .get(30, TimeUnit.SECONDS);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(asker.messages()).hasSize(1));
            assertThat(asker.messages().getFirst().inReplyTo()).isEqualTo("c-1");
            assertThat(asker.messages().getFirst().seq()).isPositive();
        }
    }

    /** Sessions of a vanished room are swept; who came back within the parking time was never away. */
    @Test
    void aRoomKilledMakesOneOfflineEventForEachWhoDoesNotComeBack() throws Exception {
        callback("states", List.of(), List.of("online", "offline"));
        Map<String, Receiver> all = new HashMap<>();
        try {
            for (int i = 0; i < 20; i++) {
                all.put("guest-" + i, Receiver.connect(platform, "guest-" + i, files));
            }
            await().atMost(SOON).until(() -> all.values().stream().allMatch(Receiver::isBound));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(users(backEnd.calls("state.online")))
                            .hasSize(20)
                            .doesNotHaveDuplicates());
            assertThat(backEnd.calls("state.offline")).isEmpty();
            Set<String> gone = new HashSet<>();
            all.forEach((user, receiver) -> {
                if (gone.size() < 4 && roomOf(user).equals("room-1")) {
                    receiver.stopComingBack();
                    gone.add(user);
                }
            });
            assertThat(gone).as("of those who were in room-1").hasSize(4);
            cluster.kill("room-1");
            Map<String, Receiver> left = new HashMap<>(all);
            left.keySet().removeAll(gone);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(users(backEnd.calls("state.offline")))
                            .containsExactlyInAnyOrderElementsOf(gone));
            await().atMost(SOON).until(() -> left.values().stream().allMatch(Receiver::isBound));
            await().during(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                assertThat(users(backEnd.calls("state.offline"))).hasSize(gone.size());
                assertThat(users(backEnd.calls("state.online"))).hasSize(20);
            });
        } finally {
            all.values().forEach(Receiver::close);
            cluster.start("room-1");
        }
    }

    private static List<String> users(List<BackEnd.Call> calls) {
        return calls.stream().map(BackEnd.Call::user).toList();
    }

    private static Set<String> texts(List<BackEnd.Call> calls) {
        Set<String> texts = new HashSet<>();
        calls.forEach(call -> texts.add(call.data().path("text").asText()));
        return texts;
    }

    /** Repeats carry the id of the first; without them each user's come in the order of sending. */
    private static void assertEachOnceInOrderByUser(List<BackEnd.Call> calls) {
        Map<String, String> textById = new HashMap<>();
        Map<String, List<Integer>> numbers = new HashMap<>();
        for (BackEnd.Call call : calls) {
            String text = call.data().path("text").asText();
            String before = textById.putIfAbsent(call.id(), text);
            if (before == null) {
                numbers.computeIfAbsent(call.user(), first -> new ArrayList<>())
                        .add(Integer.valueOf(text.substring(text.lastIndexOf('-') + 1)));
            } else {
                assertThat(text).isEqualTo(before);
            }
        }
        assertThat(textById.values()).doesNotHaveDuplicates();
        assertThat(numbers).hasSize(CALLERS);
        numbers.forEach(
                (user, order) -> assertThat(order).as(user).hasSize(EACH).isSorted());
    }

    private static String roomOf(String user) {
        JsonNode answer = CenterApi.required(center().get("/v1/apps/demo/users/" + user));
        return answer.path("connections").path(0).path("room").asText();
    }

    /** Sends to the back end what goes up on these routes, and these events. */
    private void callback(String id, List<String> routes, List<String> events) {
        Map<String, Object> callback =
                Map.of("id", id, "urls", List.of(backEnd.url()), "routes", routes, "events", events);
        JsonNode made = CenterApi.required(center().post("/v1/apps/demo/callbacks", callback));
        backEnd.trust(made.path("secret").asText());
    }

    private static CenterApi center() {
        return new CenterApi(platform.center(), platform.apiKey());
    }
}
