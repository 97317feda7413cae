package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.center.broadcast.BroadcastSettings;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.AppendBroadcastRequest;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.PaceGrant;
import io.hawser.rpc.v1.PutUserListRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Broadcasts: begun, driven, told of. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BroadcastTest {
    private static final String BROADCASTS = "/v1/apps/demo/broadcasts";
    private static final String TO_ALL = "{\"audience\": {\"all\": true}, \"text\": \"hi\"";

    private Platform platform;

    @BeforeAll
    void startThePlatform() {
        platform = Platform.start(quick(10_000));
    }

    @AfterAll
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void aBroadcastToAllIsStoredAndHasAName() throws Exception {
        JsonNode broadcast =
                json(platform.api.post(BROADCASTS, TO_ALL + ", \"ttl\": \"60s\", \"headers\": {\"k\": \"v\"}}"));
        assertThat(broadcast.path("name").asText()).startsWith("apps/demo/broadcasts/");
        assertThat(broadcast.path("state").asText()).isEqualTo("RUNNING");
        assertThat(broadcast.path("done").asBoolean()).isFalse();
        assertThat(broadcast.path("audience").path("all").asBoolean()).isTrue();
        assertThat(broadcast.path("durability").asText()).isEqualTo("STRICT");
        AppendBroadcastRequest stored = platform.saver.broadcasts.lastAppend();
        assertThat(stored.getCreatedBy()).startsWith("app/");
        assertThat(stored.getMembersPerSecond()).isZero();
        assertThat(stored.getSerial()).isFalse();
        Content content = Content.parseFrom(stored.getContent());
        assertThat(content.getBody().toStringUtf8()).isEqualTo("hi");
        assertThat(content.getQos()).isEqualTo(Qos.DURABLE);
        assertThat(content.getHeadersMap()).containsEntry("k", "v");
        assertThat(content.getExpiresMs() - content.getSentMs()).isEqualTo(60_000);
        assertThat(stored.getExpiresMs()).isEqualTo(content.getExpiresMs());
    }

    @Test
    void aRoomIsGrantedPaceAtOnceAndAgainUntilItHasFinished() {
        long id = begin(TO_ALL + ", \"membersPerSecond\": 7}");
        await().until(() -> grants(id).size() >= 3);
        PaceGrant grant = grants(id).getFirst();
        assertThat(grant.getMembersPerSecond()).isEqualTo(7);
        assertThat(grant.getBseq()).isEqualTo(id);
        assertThat(grant.getValidMs()).isEqualTo(5_000);
        await().untilAsserted(() -> assertThat(
                        get(id, "").path("progress").path("targeted").asText())
                .isEqualTo("3"));
        platform.room.finish(id);
        JsonNode done = get(id, "?wait=20s");
        assertThat(done.path("state").asText()).isEqualTo("DONE");
        assertThat(done.path("done").asBoolean()).isTrue();
        assertThat(grants(id)).hasSizeLessThan(1_000);
    }

    @Test
    void whoWaitsIsAnsweredWhenTheTimeIsOver() {
        long id = begin(TO_ALL + "}");
        assertThat(get(id, "?wait=0.1s").path("state").asText()).isEqualTo("RUNNING");
    }

    @Test
    void whoWaitsIsAnsweredWhenTheCenterDrainsAndTheLeasesAreGivenUp() {
        try (Platform draining = Platform.start(quick(10_000))) {
            json(draining.api.post(BROADCASTS, TO_ALL + "}"));
            var waits = draining.context
                    .meters()
                    .get("hawser.center.broadcast.waits")
                    .gauge();
            Thread drain = Thread.startVirtualThread(() -> {
                await().until(() -> waits.value() == 1);
                draining.drain();
            });
            assertThat(json(draining.api.get(BROADCASTS + "/1?wait=30s"))
                            .path("done")
                            .asBoolean())
                    .isFalse();
            await().until(() -> !drain.isAlive());
            assertThat(draining.saver.broadcasts.leases)
                    .last()
                    .satisfies(last -> assertThat(last.getMaxSlices()).isZero());
        }
    }

    @Test
    void aPausedOneIsGrantedNoMoreAndAResumedOneIs() {
        long id = begin(TO_ALL + "}");
        await().until(() -> !grants(id).isEmpty());
        assertThat(change(id, "pause").path("state").asText()).isEqualTo("PAUSED");
        awaitTurns(2);
        int granted = grants(id).size();
        awaitTurns(2);
        assertThat(grants(id)).hasSize(granted);
        assertThat(change(id, "resume").path("state").asText()).isEqualTo("RUNNING");
        await().until(() -> grants(id).size() > granted);
        assertThat(change(id, "cancel").path("done").asBoolean()).isTrue();
    }

    @Test
    void whatIsOverIsNotPaused() {
        long id = begin(TO_ALL + "}");
        platform.room.finish(id);
        assertThat(get(id, "?wait=20s").path("state").asText()).isEqualTo("DONE");
        Answer answer = platform.api.post(BROADCASTS + "/" + id + ":pause", "{}");
        assertThat(answer.status()).isEqualTo(412);
        assertThat(answer.code()).isEqualTo("FAILED_PRECONDITION");
    }

    @Test
    void anOperatorMayHoldABroadcastButNotBeginOne() {
        String path = BROADCASTS + "/" + begin(TO_ALL + "}");
        var operator = platform.api.with(platform.operatorKey("operator"));
        assertThat(operator.post(path + ":pause", "{}").status()).isEqualTo(200);
        assertThat(operator.post(BROADCASTS, TO_ALL + "}").status()).isEqualTo(403);
        var viewer = platform.api.with(platform.operatorKey("viewer"));
        assertThat(viewer.get(path).status()).isEqualTo(200);
        assertThat(viewer.post(path + ":cancel", "{}").status()).isEqualTo(403);
        assertThat(platform.saver.directory.audit())
                .filteredOn(entry -> entry.getObject().equals(path.substring("/v1/".length())))
                .extracting(AuditEntry::getAct, AuditEntry::getOutcome)
                .containsExactly(tuple("PauseBroadcast", "OK"), tuple("CancelBroadcast", "PERMISSION_DENIED"));
        assertThat(platform.saver.directory.audit())
                .filteredOn(entry -> entry.getAct().equals("CreateBroadcast"))
                .extracting(AuditEntry::getOutcome)
                .containsOnly("PERMISSION_DENIED");
    }

    @Test
    void aRepeatIsTheSameBroadcastAndAnotherRequestIsRefused() {
        String keyed = TO_ALL + ", \"idempotencyKey\": \"k1\"";
        JsonNode first = json(platform.api.post(BROADCASTS, keyed + "}"));
        JsonNode again = json(platform.api.post(BROADCASTS, keyed + "}"));
        assertThat(again.path("name")).isEqualTo(first.path("name"));
        assertThat(first.has("repeated")).isFalse();
        assertThat(again.path("repeated").asBoolean()).isTrue();
        Answer urgent = platform.api.post(BROADCASTS, keyed + ", \"urgent\": true}");
        assertThat(urgent.status()).isEqualTo(409);
        assertThat(urgent.detail()).contains("idempotencyKey: k1 was used for another broadcast");
    }

    @Test
    void broadcastsAreListedNewestFirstInPages() {
        long all = begin(TO_ALL + "}");
        long groups = begin("{\"audience\": {\"groups\": [\"vip\", \"vip\", \"news\"]}, \"data\": \"aGk=\"}");
        JsonNode first = json(platform.api.get(BROADCASTS + "?pageSize=1"));
        assertThat(first.path("broadcasts").findValuesAsText("name")).containsExactly("apps/demo/broadcasts/" + groups);
        assertThat(first.path("broadcasts").path(0).path("audience").path("groups"))
                .extracting(JsonNode::asText)
                .containsExactly("vip", "news");
        String next = first.path("nextPageToken").asText();
        JsonNode second = json(platform.api.get(BROADCASTS + "?pageSize=1&unfinished=true&pageToken=" + next));
        assertThat(second.path("broadcasts").findValuesAsText("name")).containsExactly("apps/demo/broadcasts/" + all);
    }

    @Test
    void whatIsTransientGoesToEveryRoomAndNowhereElse() {
        int stored = platform.saver.broadcasts.appends.size();
        JsonNode sent = json(platform.api.post(BROADCASTS, TO_ALL + ", \"qos\": \"TRANSIENT\"}"));
        assertThat(sent.has("name")).isFalse();
        assertThat(sent.path("done").asBoolean()).isTrue();
        assertThat(sent.path("durability").asText()).isEqualTo("NONE");
        assertThat(sent.path("written").asText()).isEqualTo("3");
        assertThat(sent.path("dropped").asText()).isEqualTo("1");
        assertThat(sent.path("roomsMissing").asInt()).isZero();
        assertThat(platform.room.broadcasts).hasSize(1);
        assertThat(platform.saver.broadcasts.appends).hasSize(stored);
    }

    @Test
    void aListIsAppendedUserByUserAndPushed() {
        platform.online("alice");
        platform.saver.refuseNext("bob", HawserException.refusal(ErrorCode.MAILBOX_FULL, "mailbox: full of user bob"));
        long id = begin("{\"audience\": {\"users\": [\"alice\", \"bob\", \"alice\", \"carol\"]}, \"text\": \"hi\"}");
        JsonNode done = get(id, "?wait=20s");
        assertThat(done.path("state").asText()).isEqualTo("DONE");
        assertThat(done.path("audience").path("users").asBoolean()).isTrue();
        assertThat(done.path("progress").path("sent").asText()).isEqualTo("2");
        assertThat(done.path("progress").path("failed").asText()).isEqualTo("1");
        assertThat(done.path("progress").path("lastError").asText()).isEqualTo("MAILBOX_FULL");
        assertThat(appends(id)).extracting(AppendRequest::getUser).containsExactlyInAnyOrder("alice", "bob", "carol");
        await().until(() -> platform.room.pushes.size() == 1);
    }

    @Test
    void aListGoesOnWhereSaversCouldNotServe() {
        platform.saver.refuseNext("dora", HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "journal: full"));
        long id = begin("{\"audience\": {\"users\": [\"dora\"]}, \"text\": \"hi\"}");
        assertThat(get(id, "?wait=20s").path("progress").path("sent").asText()).isEqualTo("1");
        assertThat(appends(id)).hasSize(2);
    }

    @Test
    void aListStopsWhereTheLeaseIsAnothersAndGoesOnWhereItIsThisOnesAgain() {
        long id = begin("{\"audience\": {\"users\": [" + users(50) + "]}, \"text\": \"hi\", \"membersPerSecond\": 10}");
        await().until(() -> !appends(id).isEmpty());
        platform.saver.broadcasts.takeAway();
        awaitTurns(2);
        int appended = appends(id).size();
        awaitTurns(4);
        assertThat(appends(id)).hasSize(appended).hasSizeLessThan(50);
        platform.saver.broadcasts.giveBack();
        await().until(() -> appends(id).size() > appended);
        assertThat(change(id, "cancel").path("state").asText()).isEqualTo("CANCELLED");
    }

    @Test
    void aListPassesOverWhoIsErasedWhileItRuns() {
        long id = begin("{\"audience\": {\"users\": [" + users(50) + "]}, \"text\": \"hi\", \"membersPerSecond\": 10}");
        await().until(() -> !appends(id).isEmpty());
        platform.saver.broadcasts.eraseFromLists("u49");
        JsonNode done = get(id, "?wait=20s");
        assertThat(done.path("state").asText()).isEqualTo("DONE");
        assertThat(done.path("progress").path("sent").asText()).isEqualTo("49");
        assertThat(done.path("progress").path("lastError").asText()).isEqualTo("NOT_FOUND");
        assertThat(appends(id)).extracting(AppendRequest::getUser).hasSize(49).doesNotContain("u49");
    }

    @Test
    void aHundredThousandUsersAreTakenInParts() {
        String list =
                IntStream.range(0, 100_000).mapToObj("\"%064d\""::formatted).collect(Collectors.joining(","));
        String body = "{\"audience\": {\"users\": [" + list + "]}, \"text\": \"hi\", \"membersPerSecond\": 100}";
        assertThat(body.length()).isGreaterThan(6 << 20);
        long id = begin(body);
        assertThat(change(id, "cancel").path("state").asText()).isEqualTo("CANCELLED");
        List<PutUserListRequest> parts = platform.saver.broadcasts.parts.stream()
                .filter(part -> part.getParts() == 100)
                .toList();
        assertThat(parts).hasSize(100).last().satisfies(part -> {
            assertThat(part.getPart()).isEqualTo(99);
            assertThat(part.getComplete()).isTrue();
            assertThat(part.getUsersCount()).isEqualTo(1_000);
            assertThat(part.getMembersPerSecond()).isEqualTo(100);
            assertThat(part.getSerial()).isTrue();
        });
    }

    @Test
    void aLargeAppIsPacedAndWaitsItsTurn() {
        try (Platform large = Platform.start(quick(0))) {
            large.online("alice");
            json(large.api.post(BROADCASTS, TO_ALL + "}"));
            AppendBroadcastRequest stored = large.saver.broadcasts.lastAppend();
            assertThat(stored.getMembersPerSecond()).isEqualTo(20_000);
            assertThat(stored.getSerial()).isTrue();
        }
    }

    /** The room writes it to four. */
    @Test
    void whatALargeAppReachesAtOnceIsHeldToItsMembersASecond() {
        try (Platform large = Platform.start(quick(0))) {
            large.online("alice");
            large.saver.directory.put(large.saver.directory.app("demo").toBuilder()
                    .setMaxBroadcastMembersPerSecond(1)
                    .build());
            String now = TO_ALL + ", \"qos\": \"TRANSIENT\"}";
            Answer refused = await().until(() -> large.api.post(BROADCASTS, now), answer -> answer.status() == 429);
            assertThat(large.room.broadcasts).isNotEmpty();
            assertThat(refused.code()).isEqualTo("RESOURCE_EXHAUSTED");
            assertThat(refused.detail()).isEqualTo("members: over the app's limit (expected: at most 1 a second)");
        }
    }

    private static CenterConfig quick(int smallApp) {
        CenterConfig defaults = CenterConfig.defaults();
        BroadcastSettings byDefault = defaults.broadcasts();
        return new CenterConfig(
                defaults.zone(),
                defaults.link(),
                defaults.admin(),
                defaults.links(),
                defaults.api(),
                defaults.limits(),
                defaults.directory(),
                defaults.repeats(),
                defaults.lookups(),
                defaults.pushes(),
                new BroadcastSettings(
                        smallApp,
                        byDefault.membersPerSecond(),
                        Duration.ofMillis(50),
                        byDefault.lease(),
                        byDefault.grant(),
                        byDefault.maxSlices(),
                        byDefault.maxAppends(),
                        byDefault.sessionsAge(),
                        byDefault.maxWaiters(),
                        Duration.ofMillis(20)));
    }

    private long begin(String body) {
        String name = json(platform.api.post(BROADCASTS, body)).path("name").asText();
        return Long.parseLong(name.substring(name.lastIndexOf('/') + 1));
    }

    private JsonNode get(long id, String query) {
        return json(platform.api.get(BROADCASTS + "/" + id + query));
    }

    private JsonNode change(long id, String verb) {
        return json(platform.api.post(BROADCASTS + "/" + id + ":" + verb, "{}"));
    }

    private static JsonNode json(Answer answer) {
        assertThat(answer.status()).as(answer.http().body()).isEqualTo(200);
        return answer.json();
    }

    private List<PaceGrant> grants(long id) {
        return platform.room.grants.stream()
                .filter(grant -> grant.getTask() == id)
                .toList();
    }

    private List<AppendRequest> appends(long id) {
        return platform.saver.appends.stream()
                .filter(append -> append.getRequestId().equals("broadcast-" + id))
                .toList();
    }

    /** The center has asked for leases so many times more. */
    private void awaitTurns(int turns) {
        int before = platform.saver.broadcasts.leases.size();
        await().until(() -> platform.saver.broadcasts.leases.size() >= before + turns);
    }

    private static String users(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"u" + i + "\"").collect(Collectors.joining(","));
    }
}
