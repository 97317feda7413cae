package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.center.platform.Api;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.KickUserRequest;
import io.hawser.rpc.v1.PutBodyRequest;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Users who are kicked, banned, erased and looked for, and the bodies that they pull. */
class PeopleTest {
    private static final String BANS = "/v1/apps/demo/bans";
    private static final String SEND = "/v1/apps/demo/messages:send";
    private static final String ALICE = "/v1/apps/demo/users/alice";
    private final Platform platform = Platform.start();

    @BeforeEach
    void bringUsersOnline() {
        platform.online("alice");
        platform.register.say(
                "carol", Whereabouts.newBuilder().addUnknownRooms("room-9").build());
    }

    @AfterEach
    void stopThePlatform() {
        platform.close();
    }

    // Kick.

    @Test
    void aKickTellsWhomItEnded() {
        JsonNode kicked = ok(platform.api.post(ALICE + ":kick", "{\"reason\": \"enough\"}"));

        assertThat(kicked.path("kicked")).hasSize(1);
        assertThat(kicked.path("kicked").path(0).path("device").asText()).isEqualTo("phone");
        assertThat(kicked.path("kicked").path(0).path("room").asText()).isEqualTo(Platform.ROOM);
        KickUserRequest carried = Objects.requireNonNull(platform.coordinator.kicks.peek());
        assertThat(carried.getCause()).isEqualTo(KickCause.KICK_BY_APP);
        assertThat(carried.getDetail()).isEqualTo("enough");
    }

    @Test
    void aKickOfAUserWhoIsNowhereIsNoError() {
        assertThat(ok(platform.api.post("/v1/apps/demo/users/nobody:kick", "{}"))
                        .path("kicked"))
                .isEmpty();
    }

    @Test
    void aKickTellsOfRoomsThatCouldNotBeAsked() {
        JsonNode kicked = ok(platform.api.post("/v1/apps/demo/users/carol:kick", "{}"));
        assertThat(kicked.path("unknownRooms").path(0).asText()).isEqualTo("room-9");
    }

    @Test
    void aKickThatIsNotConfirmedIsGivenAgain() {
        platform.coordinator.failures.set(2);
        ok(platform.api.post(ALICE + ":kick", "{\"device\": \"phone\"}"));
        assertThat(platform.coordinator.kicks)
                .hasSize(3)
                .allMatch(kick -> kick.getDevice().equals("phone"));
    }

    @Test
    void anOperatorsKickIsAnothersAndIsNoted() {
        ok(operator("operator").post(ALICE + ":kick", "{}"));

        assertThat(Objects.requireNonNull(platform.coordinator.kicks.peek()).getCause())
                .isEqualTo(KickCause.KICK_BY_OPERATOR);
        AuditEntry entry = platform.saver.directory.audit().getLast();
        assertThat(entry.getAct()).isEqualTo("KickUser");
        assertThat(entry.getObject()).isEqualTo("apps/demo/users/alice");
        assertThat(entry.getOutcome()).isEqualTo("OK");
    }

    @Test
    void whatAnOperatorMayNotDoIsNotedToo() {
        Answer refused = operator("viewer").post(ALICE + ":kick", "{}");

        assertThat(refused.code()).isEqualTo("PERMISSION_DENIED");
        assertThat(platform.saver.directory.audit().getLast().getOutcome()).isEqualTo("PERMISSION_DENIED");
        assertThat(platform.coordinator.kicks).isEmpty();
    }

    // Presence.

    @Test
    void presenceIsToldInTheOrderAskedFor() {
        JsonNode users = ok(platform.api.post(
                        "/v1/apps/demo/users:presence", "{\"users\": [\"bob\", \"alice\", \"carol\", \"alice\"]}"))
                .path("users");

        assertThat(texts(users, "user")).containsExactly("bob", "alice", "carol", "alice");
        assertThat(texts(users, "presence")).containsExactly("OFFLINE", "ONLINE", "UNKNOWN", "ONLINE");
        assertThat(users.path(1).path("devices").path(0).asText()).isEqualTo("phone");
        assertThat(users.path(0).path("devices")).isEmpty();
    }

    @Test
    void presenceIsToldOfAThousandAtOnce() {
        String names = String.join(
                ",", IntStream.range(0, 1_000).mapToObj(i -> "\"u" + i + "\"").toList());
        JsonNode users = ok(platform.api.post("/v1/apps/demo/users:presence", "{\"users\": [" + names + "]}"));
        assertThat(users.path("users")).hasSize(1_000);
    }

    // Erase.

    @Test
    void anErasureIsNotedThenKicksThenErases() {
        JsonNode erased = ok(platform.api.post(ALICE + ":erase", "{}"));

        assertThat(erased.path("erased").asBoolean()).isTrue();
        assertThat(platform.coordinator.kicks).hasSize(1);
        assertThat(platform.saver.people.erased).containsExactly("alice");
        AuditEntry entry = platform.saver.directory.audit().getLast();
        assertThat(entry.getAct()).isEqualTo("EraseUser");
        assertThat(entry.getActor()).startsWith("app/");
    }

    @Test
    void whoCannotBeKickedIsNotErased() {
        platform.coordinator.failures.set(Integer.MAX_VALUE);
        assertThat(platform.api.post(ALICE + ":erase", "{}").code()).isEqualTo("UNAVAILABLE");
        assertThat(platform.saver.people.erased).isEmpty();
    }

    // Bans.

    @Test
    void aBanIsMadeListedAndLifted() {
        JsonNode made = ok(platform.api.post(BANS, "{\"user\": \"alice\", \"reason\": \"spam\", \"ttl\": \"60s\"}"));
        String id = made.path("id").asText();
        assertThat(made.path("createdBy").asText()).startsWith("app/");
        assertThat(made.path("expires").asText()).isNotEmpty();
        ok(platform.api.post(BANS, "{\"network\": \"192.0.2.7\"}"));

        JsonNode listed = ok(platform.api.get(BANS));
        assertThat(texts(listed.path("bans"), "network")).containsExactly("", "192.0.2.7/32");

        assertThat(ok(delete(platform.api, BANS + "/" + id)).path("user").asText())
                .isEqualTo("alice");
        assertThat(ok(platform.api.get(BANS)).path("bans")).hasSize(1);
        assertThat(delete(platform.api, BANS + "/" + id).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    void bansComeInPages() {
        for (int i = 0; i < 3; i++) {
            ok(platform.api.post(BANS, "{\"user\": \"u" + i + "\"}"));
        }
        JsonNode first = ok(platform.api.get(BANS + "?pageSize=2"));
        assertThat(texts(first.path("bans"), "user")).containsExactly("u0", "u1");
        JsonNode second = ok(platform.api.get(
                BANS + "?pageSize=2&pageToken=" + first.path("nextPageToken").asText()));
        assertThat(texts(second.path("bans"), "user")).containsExactly("u2");
    }

    @Test
    void aBanOfAllAppsIsTheOperatorsAndIsNoted() {
        Api operator = operator("operator");
        JsonNode made = ok(operator.post("/v1/bans", "{\"network\": \"2001:db8::/32\"}"));
        assertThat(made.path("app").asText()).isEmpty();
        assertThat(made.path("createdBy").asText()).startsWith("operator/");
        assertThat(texts(ok(operator("viewer").get("/v1/bans")).path("bans"), "network"))
                .containsExactly("2001:db8::/32");
        ok(delete(operator, "/v1/bans/" + made.path("id").asText()));

        assertThat(platform.saver.people.banAudit)
                .extracting(AuditEntry::getAct)
                .containsExactly("CreateClusterBan", "DeleteClusterBan");
        assertThat(platform.api
                        .post("/v1/bans", "{\"network\": \"192.0.2.0/24\"}")
                        .code())
                .isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void anAppsOwnBansAreNotInTheAuditLog() {
        ok(platform.api.post(BANS, "{\"user\": \"alice\"}"));
        assertThat(platform.saver.people.banAudit).isEmpty();
        ok(operator("operator").post(BANS, "{\"user\": \"bob\"}"));
        assertThat(platform.saver.people.banAudit).hasSize(1);
    }

    // NOTIFY.

    @Test
    void theBodyOfANotifyIsStoredBeforeAndTheHintIsSent() throws InvalidProtocolBufferException {
        String body = "b".repeat(1 << 20);
        ok(platform.api.send("{\"target\": {\"user\": \"alice\"}, \"qos\": \"NOTIFY\", \"text\": \"" + body
                + "\", \"notify\": {\"key\": \"report-7\", \"hint\": \"your report\", \"pullWithin\": \"30s\"}}"));

        PutBodyRequest stored = Objects.requireNonNull(platform.saver.people.bodies.peek());
        assertThat(stored.getUser()).isEqualTo("alice");
        assertThat(stored.getKey()).isEqualTo("report-7");
        assertThat(stored.getBody().size()).isEqualTo(1 << 20);
        AppendRequest append = Objects.requireNonNull(platform.saver.appends.peek());
        assertThat(stored.getExpiresMs()).isGreaterThan(append.getExpiresMs());
        Content content = Content.parseFrom(append.getContent());
        assertThat(content.getQos()).isEqualTo(Qos.NOTIFY);
        assertThat(content.getKey()).isEqualTo("report-7");
        assertThat(content.getBody().toStringUtf8()).isEqualTo("your report");
        assertThat(content.getPullWithinMs()).isEqualTo(30_000);
        assertThat(content.getBodyElsewhere()).isFalse();
    }

    @Test
    void aRepeatOfANotifyWithoutAKeyHasTheSame() {
        String notify = "{\"target\": {\"user\": \"alice\"}, \"qos\": \"NOTIFY\", \"text\": \"body\","
                + " \"idempotencyKey\": \"once\", \"notify\": {}}";
        ok(platform.api.send(notify));
        ok(platform.api.send(notify));
        assertThat(platform.saver.people.bodies)
                .extracting(PutBodyRequest::getKey)
                .hasSize(2)
                .containsOnly(Objects.requireNonNull(platform.saver.people.bodies.peek())
                        .getKey());
        assertThat(platform.api.send(notify.replace("\"body\"", "\"another\"")).code())
                .isEqualTo("IDEMPOTENCY_CONFLICT");
        assertThat(platform.saver.people.bodies.stream()
                        .map(PutBodyRequest::getKey)
                        .distinct())
                .as("what another body does not overwrite")
                .hasSize(2);
    }

    @Test
    void anIdempotencyKeyUsedForAnotherBodyLeavesTheFirstOneUnderItsKey() {
        String notify = "{\"target\": {\"user\": \"alice\"}, \"qos\": \"NOTIFY\", \"text\": \"body\","
                + " \"idempotencyKey\": \"twice\", \"notify\": {\"key\": \"invoice-7\"}}";
        ok(platform.api.send(notify));
        Answer conflict = platform.api.send(notify.replace("\"body\"", "\"another\""));
        assertThat(conflict.code()).isEqualTo("IDEMPOTENCY_CONFLICT");
        assertThat(conflict.detail()).startsWith("idempotencyKey: twice was used for another send");
        assertThat(platform.saver.people.bodies)
                .extracting(body -> body.getBody().toStringUtf8())
                .containsExactly("body");
        assertThat(platform.saver.appends).hasSize(1);

        ok(platform.api.send(notify.replace("\"body\"", "\"another\"").replace("twice", "another key")));
        assertThat(platform.saver.people.bodies).as("the newest counts").hasSize(2);
    }

    @Test
    void aBatchAndABroadcastWhoseIdempotencyKeyStoredAnotherBodyAreRefused() {
        for (String what :
                List.of("messages:batchSend {\"users\": [\"alice\"]", "broadcasts {\"audience\": {\"all\": true}")) {
            String path = "/v1/apps/demo/" + what.substring(0, what.indexOf(' '));
            String asked = what.substring(what.indexOf(' ')) + ", \"qos\": \"NOTIFY\", \"text\": \"body\","
                    + " \"idempotencyKey\": \"twice\", \"notify\": {\"key\": \"of " + path.length() + "\"}}";
            ok(platform.api.post(path, asked));
            assertThat(platform.api
                            .post(path, asked.replace("\"body\"", "\"another\""))
                            .code())
                    .isEqualTo("IDEMPOTENCY_CONFLICT");
        }
        assertThat(platform.saver.people.bodies)
                .extracting(body -> body.getBody().toStringUtf8())
                .containsExactly("body", "body");
    }

    @Test
    void whatTheAppsOwnServerHoldsIsNotStored() throws InvalidProtocolBufferException {
        ok(platform.api.send("{\"target\": {\"user\": \"alice\"}, \"qos\": \"NOTIFY\","
                + " \"notify\": {\"key\": \"theirs\", \"bodyElsewhere\": true}}"));
        assertThat(platform.saver.people.bodies).isEmpty();
        AppendRequest append = Objects.requireNonNull(platform.saver.appends.peek());
        assertThat(Content.parseFrom(append.getContent()).getBodyElsewhere()).isTrue();
    }

    @Test
    void theBodyOfABatchIsStoredOnceForAll() {
        ok(
                platform.api.post(
                        "/v1/apps/demo/messages:batchSend",
                        "{\"users\": [\"alice\", \"bob\"], \"qos\": \"NOTIFY\", \"text\": \"body\", \"notify\": {\"key\": \"k\"}}"));
        assertThat(platform.saver.people.bodies)
                .extracting(PutBodyRequest::getUser)
                .containsExactly("");
        assertThat(platform.saver.appends).hasSize(2);
    }

    // What is refused.

    private record Bad(String what, String path, String json, String code, String detail) {}

    @TestFactory
    Stream<DynamicTest> whatIsWrongIsNamed() {
        return Stream.of(
                        new Bad(
                                "a reason of 257 bytes",
                                ALICE + ":kick",
                                reason(257),
                                "INVALID_ARGUMENT",
                                "reason: 257 bytes"),
                        new Bad(
                                "a room without a connection",
                                ALICE + ":kick",
                                "{\"room\": \"room-1\"}",
                                "INVALID_ARGUMENT",
                                "room: without connection"),
                        new Bad(
                                "a connection without a room",
                                ALICE + ":kick",
                                "{\"connection\": \"5\"}",
                                "INVALID_ARGUMENT",
                                "connection: without room"),
                        new Bad(
                                "a device of 65 bytes",
                                ALICE + ":kick",
                                "{\"device\": \"" + "d".repeat(65) + "\"}",
                                "INVALID_ARGUMENT",
                                "device: 65 bytes"),
                        new Bad(
                                "a user of 65 bytes",
                                "/v1/apps/demo/users/" + "u".repeat(65) + ":erase",
                                "{}",
                                "INVALID_ARGUMENT",
                                "user: 65 bytes"),
                        new Bad(
                                "presence of nobody",
                                "/v1/apps/demo/users:presence",
                                "{}",
                                "INVALID_ARGUMENT",
                                "users: 0"),
                        new Bad(
                                "presence of 1,001",
                                "/v1/apps/demo/users:presence",
                                users(1_001),
                                "INVALID_ARGUMENT",
                                "users: 1001"),
                        new Bad(
                                "presence of an empty name",
                                "/v1/apps/demo/users:presence",
                                "{\"users\": [\"\"]}",
                                "INVALID_ARGUMENT",
                                "user: 0 bytes"),
                        new Bad("a ban of nobody", BANS, "{}", "INVALID_ARGUMENT", "user: none, and no network"),
                        new Bad(
                                "a ban of two things",
                                BANS,
                                "{\"user\": \"a\", \"network\": \"192.0.2.0/24\"}",
                                "INVALID_ARGUMENT",
                                "network: set"),
                        new Bad(
                                "a device of a network",
                                BANS,
                                "{\"device\": \"d\", \"network\": \"192.0.2.0/24\"}",
                                "INVALID_ARGUMENT",
                                "device: set"),
                        new Bad(
                                "a network that is none",
                                BANS,
                                "{\"network\": \"here\"}",
                                "INVALID_ARGUMENT",
                                "network: here"),
                        new Bad(
                                "a network with bits behind",
                                BANS,
                                "{\"network\": \"192.0.2.1/24\"}",
                                "INVALID_ARGUMENT",
                                "(expected: 192.0.2.0/24)"),
                        new Bad(
                                "a prefix of 33",
                                BANS,
                                "{\"network\": \"192.0.2.1/33\"}",
                                "INVALID_ARGUMENT",
                                "a prefix of 0 to 32"),
                        new Bad(
                                "the whole Internet",
                                BANS,
                                "{\"network\": \"0.0.0.0/0\"}",
                                "INVALID_ARGUMENT",
                                "a prefix of 8 and longer"),
                        new Bad(
                                "a host's name",
                                BANS,
                                "{\"network\": \"localhost\"}",
                                "INVALID_ARGUMENT",
                                "network: localhost"),
                        new Bad(
                                "a ban of no time",
                                BANS,
                                "{\"user\": \"a\", \"ttl\": \"0s\"}",
                                "INVALID_ARGUMENT",
                                "ttl: 0s"),
                        new Bad(
                                "a ban of a long reason",
                                BANS,
                                reason(257).replace("{", "{\"user\": \"a\", "),
                                "INVALID_ARGUMENT",
                                "reason: 257 bytes"),
                        new Bad(
                                "a NOTIFY without notify",
                                SEND,
                                notify("\"text\": \"b\""),
                                "INVALID_ARGUMENT",
                                "notify: missing"),
                        new Bad(
                                "notify without NOTIFY",
                                SEND,
                                notify("\"text\": \"b\", \"notify\": {}").replace("NOTIFY", "DURABLE"),
                                "INVALID_ARGUMENT",
                                "notify: set"),
                        new Bad(
                                "a NOTIFY without a body",
                                SEND,
                                notify("\"notify\": {}"),
                                "INVALID_ARGUMENT",
                                "body: missing"),
                        new Bad(
                                "a body here and elsewhere",
                                SEND,
                                notify("\"text\": \"b\", \"notify\": {\"key\": \"k\", \"bodyElsewhere\": true}"),
                                "INVALID_ARGUMENT",
                                "body: set"),
                        new Bad(
                                "a body elsewhere without a key",
                                SEND,
                                notify("\"notify\": {\"bodyElsewhere\": true}"),
                                "INVALID_ARGUMENT",
                                "notify.key: empty"),
                        new Bad(
                                "a key of 65 bytes",
                                SEND,
                                notify("\"text\": \"b\", \"notify\": {\"key\": \"" + "k".repeat(65) + "\"}"),
                                "INVALID_ARGUMENT",
                                "notify.key: 65 bytes"),
                        new Bad(
                                "a hint over the app's limit",
                                SEND,
                                notify("\"text\": \"b\", \"notify\": {\"hint\": \"" + "h".repeat(4_097) + "\"}"),
                                "BODY_TOO_LARGE",
                                "notify.hint: 4097 bytes"),
                        new Bad(
                                "a body over 1 MiB",
                                SEND,
                                notify("\"text\": \"" + "b".repeat((1 << 20) + 1) + "\", \"notify\": {}"),
                                "BODY_TOO_LARGE",
                                "body: 1048577 bytes"),
                        new Bad(
                                "pulling within two hours",
                                SEND,
                                notify("\"text\": \"b\", \"notify\": {\"pullWithin\": \"7200s\"}"),
                                "INVALID_ARGUMENT",
                                "notify.pullWithin: 7200s"))
                .map(bad -> DynamicTest.dynamicTest(bad.what, () -> {
                    Answer answer = platform.api.post(bad.path, bad.json);
                    assertThat(answer.code()).isEqualTo(bad.code);
                    assertThat(answer.detail()).contains(bad.detail);
                    assertThat(platform.saver.people.bodies).isEmpty();
                    assertThat(platform.coordinator.kicks).isEmpty();
                }));
    }

    @TestFactory
    Stream<DynamicTest> eachCallTakesItsScope() {
        Api none = platform.api.with(
                platform.keyOf(Platform.credential(CredentialKind.APP_KEY, "demo", List.of("messages.send"))));
        return Stream.of(
                DynamicTest.dynamicTest("kick", () -> denied(none.post(ALICE + ":kick", "{}"), "users.manage")),
                DynamicTest.dynamicTest("erase", () -> denied(none.post(ALICE + ":erase", "{}"), "users.manage")),
                DynamicTest.dynamicTest("ban", () -> denied(none.post(BANS, "{\"user\": \"a\"}"), "bans.write")),
                DynamicTest.dynamicTest("bans", () -> denied(none.get(BANS), "bans.read")),
                DynamicTest.dynamicTest("lift", () -> denied(delete(none, BANS + "/1"), "bans.write")),
                DynamicTest.dynamicTest(
                        "presence",
                        () -> denied(none.post("/v1/apps/demo/users:presence", "{\"users\": [\"a\"]}"), "users.read")));
    }

    private static void denied(Answer answer, String scope) {
        assertThat(answer.code()).isEqualTo("PERMISSION_DENIED");
        assertThat(answer.detail()).contains("(expected: " + scope + ")");
    }

    private Api operator(String role) {
        return platform.api.with(platform.operatorKey(role));
    }

    private static Answer delete(Api api, String path) {
        return api.call("DELETE", path, BodyPublishers.noBody());
    }

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.http().body()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> texts(JsonNode list, String field) {
        return list.valueStream().map(each -> each.path(field).asText()).toList();
    }

    private static String reason(int bytes) {
        return "{\"reason\": \"" + "r".repeat(bytes) + "\"}";
    }

    private static String users(int count) {
        return "{\"users\": ["
                + String.join(
                        ",",
                        IntStream.range(0, count)
                                .mapToObj(i -> "\"u" + i + "\"")
                                .toList()) + "]}";
    }

    private static String notify(String fields) {
        return "{\"target\": {\"user\": \"alice\"}, \"qos\": \"NOTIFY\", " + fields + "}";
    }
}
