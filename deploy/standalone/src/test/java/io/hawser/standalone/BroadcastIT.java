package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.standalone.cluster.Choir;
import io.hawser.standalone.cluster.Cluster;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broadcasts through real processes: who gets them, once, whatever is killed, joins, comes late or lags behind. */
final class BroadcastIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MANY = Integer.getInteger("hawser.it.clients", 10_000);
    /** So that a client that never says what it had is held back within a test's time. */
    private static final Map<String, Map<String, String>> SETTINGS = Map.of(
            "room",
            Map.of(
                    "broadcasts.fruitlessAfter",
                    "500ms",
                    "broadcasts.saveEvery",
                    "500ms",
                    "broadcasts.fruitlessFree",
                    "3"));

    @TempDir
    private static Path home;

    private static Cluster cluster;
    private static RunningPlatform platform;

    @BeforeAll
    static void startTheCluster() throws Exception {
        cluster = Cluster.start(home, SETTINGS);
        cluster.start("center-2");
        platform = cluster.running();
    }

    @AfterAll
    static void stopTheCluster() {
        cluster.close();
    }

    /** The pace makes it last for some seconds, in which a center dies, a room joins, and clients move there. */
    @Test
    void twoCentersShareABroadcastOneIsKilledAndARoomJoinsAndEachClientGetsItOnce() throws Exception {
        int away = 200;
        try (Choir choir = Choir.of(platform, "singer", MANY);
                Choir late = Choir.of(platform, "latecomer", 50, "late")) {
            choir.bind(0, MANY - away, room("room-1"), room("room-2"));
            choir.bind(MANY - away, MANY, room("room-1"), room("room-2"));
            choir.leave(MANY - away, MANY);

            String name = broadcast("center-2", "to all", Map.of("all", true), Map.of("membersPerSecond", MANY / 8));
            await().atMost(SOON).until(() -> choir.heard("to all", 1) > MANY / 20);
            cluster.kill("center-2");
            cluster.start("room-3");
            choir.leave(0, MANY / 10);
            choir.bind(0, MANY / 10, room("room-3"), room("room-1"));
            choir.bind(MANY - away / 2, MANY, room("room-3"));
            assertThat(broadcast(name).path("done").asBoolean()).isFalse();
            await().atMost(SOON)
                    .until(() -> broadcast(name).path("state").asText().equals("DONE"));

            choir.bind(MANY - away, MANY - away / 2, room("room-2"));
            choir.awaitAll("to all");
            late.bindAll(room("room-1"), room("room-3"));
            String marker = broadcast("center-1", "marker", Map.of("all", true), Map.of());
            choir.awaitAll("marker");
            late.awaitAll("marker");

            assertThat(choir.heard("to all", 1)).isEqualTo(MANY);
            assertThat(choir.heard("marker", 1)).isEqualTo(MANY);
            assertThat(late.heard("to all", 0)).isEqualTo(late.size());
            await().atMost(SOON).untilAsserted(() -> {
                JsonNode progress = broadcast(marker).path("progress");
                assertThat(progress.path("acknowledged").asLong()).isEqualTo(MANY + late.size());
                assertThat(progress.path("sent").asLong()).isEqualTo(MANY + late.size());
            });
        } finally {
            cluster.startUnlessItRuns("center-2");
        }
    }

    @Test
    void onlyMembersGetWhatIsForTheirGroupAndNothingFromBeforeTheyJoined() throws Exception {
        try (Choir red = Choir.of(platform, "red", 20, "red", "any");
                Choir blue = Choir.of(platform, "blue", 20, "blue", "any");
                Choir none = Choir.of(platform, "none", 20)) {
            red.bindAll(room("room-1"), room("room-2"));
            blue.bindAll(room("room-1"), room("room-2"));
            none.bindAll(room("room-1"), room("room-2"));
            broadcast("center-1", "for red", Map.of("groups", List.of("red")), Map.of());
            red.awaitAll("for red");
            CenterApi.required(center().post(
                            "/v1/apps/demo/groups/red/members:add",
                            Map.of("members", List.of(Map.of("user", "none-0"), Map.of("user", "blue-1")))));
            broadcast("center-1", "for red again", Map.of("groups", List.of("red", "green")), Map.of());
            broadcast("center-1", "for both", Map.of("groups", List.of("any")), Map.of());
            broadcast("center-1", "end of groups", Map.of("all", true), Map.of());
            for (Choir choir : List.of(red, blue, none)) {
                choir.awaitAll("end of groups");
            }
            red.awaitAll("for red again");
            await().atMost(SOON).until(() -> none.heard(0).contains("for red again"));
            await().atMost(SOON).until(() -> blue.heard(1).contains("for red again"));
            blue.awaitAll("for both");

            assertThat(blue.heard("for red", 0)).isEqualTo(blue.size());
            assertThat(none.heard("for red", 0)).isEqualTo(none.size());
            assertThat(none.heard("for both", 0)).isEqualTo(none.size());
            assertThat(none.heard("for red again", 1)).isEqualTo(1);
            assertThat(red.heard("for red again", 1)).isEqualTo(red.size());
        }
    }

    @Test
    void aSlowBroadcastOvertakenByAnUrgentOneIsReceivedWholeAfterAReconnect() throws Exception {
        try (Choir choir = Choir.of(platform, "patient", 60, "patient")) {
            choir.bindAll(room("room-1"), room("room-2"));
            Map<String, Object> patients = Map.of("groups", List.of("patient"));
            String slow = broadcast("center-1", "slow", patients, Map.of("membersPerSecond", 4));
            await().atMost(SOON).until(() -> choir.heard("slow", 1) > 3);
            broadcast("center-1", "urgent", patients, Map.of("urgent", true));
            choir.awaitAll("urgent");
            assertThat(choir.heard("slow", 0)).isPositive();
            choir.leave(0, 60);
            choir.bindAll(room("room-2"), room("room-1"));
            choir.awaitAll("slow");

            assertThat(choir.heard("slow", 1)).isEqualTo(60);
            assertThat(choir.heard("urgent", 1)).isEqualTo(60);
            await().atMost(SOON)
                    .until(() -> broadcast(slow).path("state").asText().equals("DONE"));
        }
    }

    /** Three connections that were given it and said nothing are enough: the fourth gets nothing for a minute. */
    @Test
    void aClientThatNeverMovesItsCursorIsNotServedTheLogForEver() throws Exception {
        try (Choir mutes = Choir.ofMutes(platform, "mute", 5)) {
            double before = inRooms("fruitless_total");
            mutes.bindAll(room("room-1"));
            broadcast("center-1", "unheard", Map.of("all", true), Map.of());
            for (int connection = 1; connection <= 3; connection++) {
                int times = connection;
                await().atMost(SOON).until(() -> mutes.heard("unheard", times) == mutes.size());
                await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
                mutes.leave(0, mutes.size());
                awaitSavedAsFruitless(before + (double) connection * mutes.size());
                mutes.bindAll(room("room-1"), room("room-2"));
            }
            await().during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> mutes.heard("unheard", 3) == mutes.size());
        }
    }

    @Test
    void aPausedOneGoesOnAndACancelledOneDoesNot() throws Exception {
        try (Choir choir = Choir.of(platform, "pausing", 40, "pausing")) {
            choir.bindAll(room("room-1"), room("room-2"));
            Map<String, Object> all = Map.of("groups", List.of("pausing"));
            String paused = broadcast("center-1", "paused", all, Map.of("membersPerSecond", 2));
            await().atMost(SOON).until(() -> choir.heard("paused", 1) > 0);
            act(paused, "pause");
            await().atMost(SOON)
                    .until(() -> broadcast(paused).path("state").asText().equals("PAUSED"));
            String cancelled = broadcast("center-1", "cancelled", all, Map.of("membersPerSecond", 2));
            act(cancelled, "cancel");
            act(paused, "resume");
            choir.awaitAll("paused");
            choir.leave(0, 40);
            choir.bindAll(room("room-1"));
            broadcast("center-1", "end of pausing", all, Map.of());
            choir.awaitAll("end of pausing");

            assertThat(choir.heard("paused", 1)).isEqualTo(40);
            assertThat(choir.heard("cancelled", 0)).isGreaterThan(30);
            assertThat(broadcast(cancelled).path("state").asText()).isEqualTo("CANCELLED");
        }
    }

    /** The rooms have seen the ends of so many connections that were given broadcasts in vain, and savers know. */
    private static void awaitSavedAsFruitless(double connections) {
        await().atMost(SOON).until(() -> inRooms("fruitless_total") >= connections && inRooms("cursors_unsaved") == 0);
    }

    private static double inRooms(String counter) throws Exception {
        String name = "hawser_room_broadcasts_" + counter;
        return cluster.counted("room-1", name) + cluster.counted("room-2", name);
    }

    private static InetSocketAddress room(String name) {
        return cluster.room(name);
    }

    private static CenterApi center() {
        return new CenterApi(platform.center(), platform.apiKey());
    }

    /** Begins one, and returns its name. */
    private static String broadcast(
            String center, String text, Map<String, Object> audience, Map<String, Object> more) {
        Map<String, Object> request = new HashMap<>(more);
        request.put("audience", audience);
        request.put("text", text);
        return CenterApi.required(new CenterApi(cluster.center(center), platform.apiKey())
                        .post("/v1/apps/" + platform.app() + "/broadcasts", request))
                .path("name")
                .asText();
    }

    private static JsonNode broadcast(String name) {
        return CenterApi.required(center().get("/v1/" + name));
    }

    private static void act(String name, String act) {
        CenterApi.required(center().post("/v1/" + name + ":" + act, Map.of()));
    }
}
