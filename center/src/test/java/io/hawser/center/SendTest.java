package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.center.platform.Api;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Flow 3: append, answer, look up, push. Each test has users of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SendTest {
    private static final String FIRST = "/messages/4294967297";
    private static final String AVAILABLE = "/v1/apps/available/messages:send";
    private Platform platform;

    @BeforeAll
    void startThePlatform() {
        platform = Platform.start();
    }

    @AfterAll
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void aSendAnswersWithTheMessagesNameOnceItIsStored() {
        Answer answer = send("alice", "\"qos\": \"DURABLE\", \"text\": \"hi\"");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.http().body())
                .isEqualTo("{\"name\":\"apps/demo/users/alice/messages/4294967297\","
                        + "\"accepted\":\"2026-09-21T14:13:20.123Z\",\"durability\":\"STRICT\"}");
    }

    @Test
    void theAnswerDoesNotWaitForThePush() throws Exception {
        platform.online("bob");
        platform.room.hold();
        Answer answer = send("bob", "\"text\": \"hi\"");
        assertThat(answer.status()).isEqualTo(200);
        await().until(() -> pushesTo("bob").size() == 1);
        platform.room.release();
        PushRequest push = pushesTo("bob").getFirst();
        assertThat(push.getLocation().getConnection()).isEqualTo(5);
        assertThat(push.getPrev()).isZero();
        Content content = Content.parseFrom(push.getContent());
        assertThat(content.getBody().toStringUtf8()).isEqualTo("hi");
        assertThat(content.getText()).isTrue();
        assertThat(content.getId()).isEqualTo(answer.header("x-request-id"));
    }

    @Test
    void aPushCarriesTheChain() {
        platform.online("chain");
        send("chain", "\"text\": \"one\"");
        send("chain", "\"text\": \"two\"");
        await().until(() -> pushesTo("chain").size() == 2);
        assertThat(pushesTo("chain"))
                .extracting(PushRequest::getPrev)
                .containsExactly(0L, pushesTo("chain").getFirst().getSeq());
    }

    @Test
    void whatIsSentIsWhatIsStored() throws InvalidProtocolBufferException {
        send("full", """
                "data": "AP8=", "ttl": "60s", "collapseKey": "score", "headers": {"lang": "de"}""");
        AppendRequest append = appendsTo("full").getFirst();
        assertThat(append.getCollapseKey()).isEqualTo("score");
        assertThat(append.getMaxMessages()).isEqualTo(1_000);
        Content content = Content.parseFrom(append.getContent());
        assertThat(content.getBody().toByteArray()).containsExactly(0, 0xff);
        assertThat(content.getText()).isFalse();
        assertThat(content.getHeadersMap()).containsEntry("lang", "de");
        assertThat(content.getExpiresMs() - content.getSentMs()).isEqualTo(60_000);
        assertThat(append.getExpiresMs()).isEqualTo(content.getExpiresMs());
    }

    @Test
    void anAppendWhoseOutcomeIsUnknownIsRepeatedUnderTheSameRequestId() {
        platform.saver.refuseNext(
                "carol",
                HawserException.refusal(ErrorCode.NOT_OWNER, "moved"),
                HawserException.refusal(ErrorCode.UNAVAILABLE, "lost"));
        Answer answer = send("carol", "\"text\": \"hi\"");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("name").asText()).endsWith("carol" + FIRST);
        assertThat(appendsTo("carol")).hasSize(3);
        assertThat(appendsTo("carol"))
                .extracting(AppendRequest::getRequestId)
                .containsOnly(answer.header("x-request-id"));
    }

    @Test
    void whatTheSaverRefusesIsToldAsAProblem() {
        platform.saver.refuseNext("dave", HawserException.refusal(ErrorCode.MAILBOX_FULL, "mailbox: 10000 messages"));
        Answer answer = send("dave", "\"text\": \"hi\"");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.code()).isEqualTo("MAILBOX_FULL");
        assertThat(answer.detail()).isEqualTo("mailbox: 10000 messages");
        assertThat(appendsTo("dave")).hasSize(1);
    }

    @Test
    void aMessageToNobodyConnectedIsNotOwed() {
        Answer answer = send("erin", "\"text\": \"hi\"");
        assertThat(answer.status()).isEqualTo(200);
        await().until(() -> platform.saver.settled.stream()
                .anyMatch(settled -> settled.getUser().equals("erin") && settled.getSeq() == 4294967297L));
        assertThat(pushesTo("erin")).isEmpty();
    }

    @Test
    void aSessionThatItsRoomDoesNotHaveAnyMoreIsToldToTheRegister() {
        platform.online("gone");
        platform.room.lose("gone");
        send("gone", "\"text\": \"hi\"");
        await().until(() -> leavesOf("gone").size() == 1);
        assertThat(leavesOf("gone").getFirst().getSession()).isEqualTo(Platform.session("gone"));
        assertThat(leavesOf("gone").getFirst().getByPusher()).isTrue();

        send("gone", "\"text\": \"ho\"");
        await().until(() -> platform.saver.settled.stream()
                .anyMatch(settled -> settled.getUser().equals("gone")));
        assertThat(pushesTo("gone")).hasSize(1);
    }

    @Test
    void aTransientMessageFindsOutAsWellWhoIsGone() {
        platform.online("vanished");
        platform.room.lose("vanished");
        Answer answer = send("vanished", "\"text\": \"typing\", \"qos\": \"TRANSIENT\"");
        assertThat(answer.json().path("written").asInt(-1)).isZero();
        await().until(() -> leavesOf("vanished").size() == 1);
    }

    @Test
    void roomsThatHaveNotToldAllAreAskedWithoutALocation() {
        platform.register.say(
                "frank", Whereabouts.newBuilder().addUnknownRooms(Platform.ROOM).build());
        send("frank", "\"text\": \"hi\"");
        await().until(() -> pushesTo("frank").size() == 1);
        assertThat(pushesTo("frank").getFirst().hasLocation()).isFalse();
        assertThat(pushesTo("frank").getFirst().getMailbox()).isEqualTo("user");
        assertThat(platform.saver.settled)
                .noneMatch(settled -> settled.getUser().equals("frank"));
    }

    @Test
    void aTransientMessageIsPushedAndNotStored() {
        platform.online("grace");
        Answer answer = send("grace", "\"text\": \"typing\", \"qos\": \"TRANSIENT\"");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("written").asInt()).isEqualTo(1);
        assertThat(answer.json().path("durability").asText()).isEqualTo("NONE");
        assertThat(answer.json().has("name")).isFalse();
        assertThat(pushesTo("grace").getFirst().getSeq()).isZero();
        assertThat(appendsTo("grace")).isEmpty();
    }

    @Test
    void aTransientMessageToNobodyIsWrittenNowhere() {
        Answer answer = send("heidi", "\"text\": \"typing\", \"qos\": \"TRANSIENT\"");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("written").asInt(-1)).isZero();
    }

    @Test
    void aRepeatUnderTheSameKeyHasTheSameResult() {
        String body = "\"text\": \"hi\", \"idempotencyKey\": \"order-1\"";
        JsonNode first = send("ivan", body).json();
        JsonNode second = send("ivan", body).json();
        assertThat(second.path("name")).isEqualTo(first.path("name"));
        assertThat(second.path("accepted")).isEqualTo(first.path("accepted"));
        assertThat(second.path("repeated").asBoolean()).isTrue();
        assertThat(appendsTo("ivan")).allMatch(AppendRequest::getKeyed);
    }

    /** It has no number yet, so there is nothing to push, nor to name. */
    @Test
    void whatIsSpooledIsAnsweredWithoutANameAndIsNotPushed() {
        Api api = available();
        platform.saver.spools("olga");
        Answer answer = api.post(AVAILABLE, "{\"target\": {\"user\": \"olga\"}, \"text\": \"hi\"}");
        assertThat(answer.http().body())
                .isEqualTo("{\"accepted\":\"2026-09-21T14:13:20.123Z\",\"durability\":\"SPOOLED\"}");
        assertThat(pushesTo("olga")).isEmpty();
        assertThat(send("olga", "\"text\": \"of a strict app\"")
                        .json()
                        .path("durability")
                        .asText())
                .isEqualTo("STRICT");
    }

    /** The first may be in the spool of a saver that did not answer. */
    @Test
    void whatIsRepeatedForAnAvailableAppIsRememberedAsOneWithAKeyIs() {
        Api api = available();
        for (String user : List.of("pia", "quinn")) {
            platform.saver.refuseNext(user, HawserException.refusal(ErrorCode.UNAVAILABLE, "lost"));
        }
        api.post(AVAILABLE, "{\"target\": {\"user\": \"pia\"}, \"text\": \"hi\"}");
        assertThat(appendsTo("pia"))
                .extracting(AppendRequest::getKeyed)
                .as("of an available app")
                .containsExactly(false, true);
        send("quinn", "\"text\": \"hi\"");
        assertThat(appendsTo("quinn"))
                .extracting(AppendRequest::getKeyed)
                .as("of a strict app")
                .containsExactly(false, false);
    }

    /** Whoever stores what was spooled has it told. */
    @Test
    void whatMayBeSpooledSaysWhenItCountsAsUndelivered() {
        Api api = available();
        api.post(AVAILABLE, "{\"target\": {\"user\": \"rosa\"}, \"text\": \"hi\"}");
        assertThat(appendsTo("rosa")).extracting(AppendRequest::getWatchMs).containsExactly(30_000L);
    }

    private Api available() {
        platform.saver.directory.put(Platform.app("available").toBuilder()
                .setAvailable(true)
                .addCallbacks(Callback.newBuilder()
                        .setId("late")
                        .addEvents("undelivered")
                        .setUndeliveredAfterSeconds(30))
                .build());
        Api api = platform.api.with(
                platform.keyOf(Platform.credential(CredentialKind.APP_KEY, "available", Platform.ALL_SCOPES)));
        await().until(() -> api.post(AVAILABLE, "{\"target\": {\"user\": \"nobody\"}, \"text\": \"hi\"}")
                        .status()
                == 200);
        return api;
    }

    @Test
    void theKeyMayBeInTheHeader() {
        Answer answer = platform.api.send(platform.api
                .request("/v1/apps/demo/messages:send")
                .header("content-type", "application/json")
                .header("idempotency-key", "order-2")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                        "{\"target\": {\"user\": \"judy\"}, \"text\": \"hi\"}")));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(appendsTo("judy").getFirst().getRequestId()).isEqualTo("order-2");
    }

    @Test
    void anotherMessageUnderTheSameKeyIsAConflict() {
        List<String> others = List.of(
                "\"text\": \"ho\"",
                "\"data\": \"aGk=\"",
                "\"text\": \"hi\", \"ttl\": \"60s\"",
                "\"text\": \"hi\", \"collapseKey\": \"c\"",
                "\"text\": \"hi\", \"headers\": {\"a\": \"b\"}");
        send("kim", "\"text\": \"hi\", \"idempotencyKey\": \"order-3\"");
        for (String other : others) {
            Answer answer = send("kim", other + ", \"idempotencyKey\": \"order-3\"");
            assertThat(answer.status()).as(other).isEqualTo(409);
            assertThat(answer.code()).isEqualTo("IDEMPOTENCY_CONFLICT");
            assertThat(answer.detail())
                    .isEqualTo("idempotencyKey: order-3 was used for another send (expected: a new one)");
        }
    }

    @Test
    void aBatchHasAResultForEachUserInTheirOrder() {
        platform.saver.refuseNext("lea", HawserException.refusal(ErrorCode.MAILBOX_FULL, "mailbox: full"));
        Answer answer = platform.api.post("/v1/apps/demo/messages:batchSend", """
                {"users": ["mike", "%s", "lea", "mike"], "text": "hi"}""".formatted("u".repeat(65)));
        assertThat(answer.status()).isEqualTo(200);
        JsonNode results = answer.json().path("results");
        assertThat(results).hasSize(4);
        assertThat(results.get(0).path("sent").path("name").asText()).endsWith("mike" + FIRST);
        assertThat(results.get(1).path("error").path("code").asText()).isEqualTo("INVALID_ARGUMENT");
        assertThat(results.get(2).path("error").path("code").asText()).isEqualTo("MAILBOX_FULL");
        assertThat(results.get(3)).isEqualTo(results.get(0));
        assertThat(appendsTo("mike")).hasSize(1);
    }

    @Test
    void aBatchReachesAThousandUsersAndNotOneMore() {
        assertThat(batchOf(1_000).json().path("results")).hasSize(1_000);
        assertThat(batchOf(1_001).detail()).isEqualTo("users: 1001 (expected: 1 to 1000)");
    }

    @Test
    void usersOfAnyNameStandInPathsPercentEncoded() {
        String user = "ж /%?#:éü\uD83D\uDE00";
        assertThat(send("ж /%?#:éü\uD83D\uDE00", "\"text\": \"hi\"")
                        .json()
                        .path("name")
                        .asText())
                .isEqualTo("apps/demo/users/" + user + FIRST);
        String encoded = "%D0%B6%20%2F%25%3F%23%3A%C3%A9%C3%BC%F0%9F%98%80";
        assertThat(platform.api
                        .get("/v1/apps/demo/users/" + encoded)
                        .json()
                        .path("name")
                        .asText())
                .isEqualTo("apps/demo/users/" + user);
        Answer status = platform.api.get("/v1/apps/demo/users/" + encoded + FIRST);
        assertThat(status.json().path("name").asText()).isEqualTo("apps/demo/users/" + user + FIRST);
        Answer recall = platform.api.post("/v1/apps/demo/users/" + encoded + FIRST + ":recall", "{}");
        assertThat(recall.json().path("recalled").asBoolean()).isTrue();
        assertThat(platform.saver.recalled).contains(user);
    }

    private Answer batchOf(int users) {
        String list =
                IntStream.range(0, users).mapToObj(i -> "\"batch-" + i + "\"").collect(Collectors.joining(","));
        return platform.api.post("/v1/apps/demo/messages:batchSend", "{\"users\": [" + list + "], \"text\": \"hi\"}");
    }

    private Answer send(String user, String fields) {
        return platform.api.send("{\"target\": {\"user\": \"" + user + "\"}, " + fields + "}");
    }

    private List<AppendRequest> appendsTo(String user) {
        return platform.saver.appends.stream()
                .filter(append -> append.getUser().equals(user))
                .toList();
    }

    private List<LeaveRequest> leavesOf(String user) {
        return platform.register.left.stream()
                .filter(leave -> leave.getSession().getUser().equals(user))
                .toList();
    }

    private List<PushRequest> pushesTo(String user) {
        return platform.room.pushes.stream()
                .filter(push -> push.getUser().equals(user))
                .toList();
    }
}
