package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.center.platform.Api;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.rpc.v1.MailboxDeadLetter;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages that mailboxes were taken past: listed, sent again, dropped. */
class MailboxDeadLetterTest {
    private static final String LETTERS = "/v1/apps/demo/mailboxDeadLetters";
    private static final String ALL = "{\"all\": true}";
    private static final long SENT_MS = 1_790_000_000_000L;
    private static final long LIFE_MS = 3_600_000;

    private final Platform platform = Platform.start();

    @AfterEach
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void theyAreListedNewestFirstPageByPageAndByUser() {
        bury(1, "alice");
        bury(2, "bob");
        bury(3, "alice");
        JsonNode first = platform.api.get(LETTERS + "?pageSize=2").json();
        assertThat(ids(first)).containsExactly("3", "2");
        JsonNode letter = first.path("letters").get(0);
        assertThat(letter.path("name").asText()).isEqualTo("apps/demo/users/alice/messages/103");
        assertThat(letter.path("user").asText()).isEqualTo("alice");
        assertThat(letter.path("mailbox").asText()).isEqualTo("user");
        assertThat(letter.path("messageId").asText()).isEqualTo("m-3");
        assertThat(letter.path("bodyBytes").asInt()).isEqualTo(7);
        assertThat(letter.path("fruitless").asInt()).isEqualTo(5);
        assertThat(letter.path("sent").asText()).startsWith("2026-");
        assertThat(letter.path("expires").asText()).startsWith("2026-");
        assertThat(letter.path("buried").asText()).startsWith("2026-");
        JsonNode second = platform.api
                .get(LETTERS + "?pageSize=2&pageToken="
                        + first.path("nextPageToken").asText())
                .json();
        assertThat(ids(second)).containsExactly("1");
        assertThat(second.path("nextPageToken").asText()).isEmpty();
        assertThat(ids(platform.api.get(LETTERS + "?user=alice").json())).containsExactly("3", "1");
    }

    @Test
    void theyAreSentAgainOldestFirstAsNewMessagesOfTheirMailbox() {
        platform.saver.letters.lettersOfReply = 2;
        List.of(1L, 2L, 3L).forEach(id -> bury(id, "alice"));
        JsonNode done = platform.api.post(LETTERS + ":redrive", ALL).json();
        assertThat(done.path("letters").asInt()).isEqualTo(3);
        assertThat(done.path("more").asBoolean()).isFalse();
        assertThat(platform.saver.letters.buried()).isEmpty();
        List<AppendRequest> appends = List.copyOf(platform.saver.appends);
        assertThat(appends)
                .extracting(AppendRequest::getRequestId)
                .containsExactly(requestId(1), requestId(2), requestId(3));
        AppendRequest again = appends.getFirst();
        assertThat(again.getMailbox()).isEqualTo("user");
        assertThat(again.getUserMustExist()).isTrue();
        assertThat(again.getCollapseKey()).as("takes no newer one's place").isEmpty();
        Content content = content(again);
        assertThat(content.getId()).isEqualTo("m-1");
        assertThat(content.getSentMs()).isEqualTo(SENT_MS);
        assertThat(content.getBody().toStringUtf8()).isEqualTo("body m1");
        assertThat(content.getExpiresMs()).isEqualTo(again.getExpiresMs());
        assertThat(again.getExpiresMs() - System.currentTimeMillis()).isBetween(LIFE_MS - 60_000, LIFE_MS);
    }

    @Test
    void aRedriveThatFailedAfterSendingIsRepeatedWithoutSendingTwice() {
        bury(1, "alice");
        platform.saver.letters.failNextDrop();
        assertThat(platform.api.post(LETTERS + ":redrive", ALL).code()).isEqualTo("FAILED_PRECONDITION");
        assertThat(platform.saver.letters.buried()).containsExactly(1L);
        JsonNode done = platform.api.post(LETTERS + ":redrive", ALL).json();
        assertThat(done.path("letters").asInt()).isEqualTo(1);
        List<AppendRequest> appends = List.copyOf(platform.saver.appends);
        assertThat(appends).extracting(AppendRequest::getRequestId).containsExactly(requestId(1), requestId(1));
        assertThat(appends.get(1).getBodyHash()).isEqualTo(appends.get(0).getBodyHash());
    }

    @Test
    void noCallerCanHaveUsedTheirRequestIds() {
        Answer refused = platform.api.send(
                "{\"target\": {\"user\": \"alice\"}, \"text\": \"hi\", \"idempotencyKey\": \"" + requestId(1) + "\"}");
        assertThat(refused.code()).isEqualTo("INVALID_ARGUMENT");
    }

    @Test
    void oneThatIsRefusedStaysAndIsTold() {
        bury(1, "alice");
        bury(2, "bob");
        bury(3, "alice");
        platform.saver.refuseNext("bob", HawserException.refusal(ErrorCode.MAILBOX_FULL, "mailbox: full"));
        JsonNode done = platform.api.post(LETTERS + ":redrive", ALL).json();
        assertThat(done.path("letters").asInt()).isEqualTo(2);
        JsonNode refused = done.path("refused");
        assertThat(refused).hasSize(1);
        assertThat(refused.get(0).path("id").asText()).isEqualTo("2");
        assertThat(refused.get(0).path("error").path("code").asText()).isEqualTo("MAILBOX_FULL");
        assertThat(platform.saver.letters.buried()).containsExactly(2L);
    }

    @Test
    void theyDisplaceNothingInAFullMailbox() {
        bury(1, "alice");
        Api tidy = apiOf(Platform.app("tidy").toBuilder().setDropOldest(true).build());
        assertThat(tidy.post("/v1/apps/tidy/mailboxDeadLetters:redrive", ALL)
                        .json()
                        .path("letters")
                        .asInt())
                .isEqualTo(1);
        assertThat(platform.saver.appends.element().getDropOldest()).isFalse();
    }

    /** A spool would make a mailbox anew that is gone, and fill a full one: what it has accepted it stores. */
    @Test
    void theyAreNeverSpooled() {
        bury(1, "alice");
        platform.saver.spools("alice");
        Api available =
                apiOf(Platform.app("available").toBuilder().setAvailable(true).build());
        assertThat(available
                        .post("/v1/apps/available/mailboxDeadLetters:redrive", ALL)
                        .json()
                        .path("letters")
                        .asInt())
                .isEqualTo(1);
        assertThat(platform.saver.appends.element().getAvailable()).isFalse();
    }

    @Test
    void noneOvertakesOneThatFindsItsMailboxFull() {
        platform.saver.letters.lettersOfReply = 2;
        bury(1, "bob");
        bury(2, "bob");
        bury(3, "alice");
        bury(4, "bob");
        platform.saver.refuseNext("bob", HawserException.refusal(ErrorCode.MAILBOX_FULL, "mailbox: full"));
        JsonNode done = platform.api.post(LETTERS + ":redrive", ALL).json();
        assertThat(done.path("letters").asInt()).isEqualTo(1);
        assertThat(platform.saver.letters.buried()).containsExactly(1L, 2L, 4L);
        List<String> told = new ArrayList<>();
        done.path("refused")
                .forEach(refused -> told.add(refused.path("id").asText() + " "
                        + refused.path("error").path("code").asText()));
        assertThat(told).containsExactly("1 MAILBOX_FULL", "2 MAILBOX_FULL", "4 MAILBOX_FULL");
    }

    @Test
    void thoseBehindManyThatStayAreSentAllTheSame() {
        for (long id = 1; id <= 1_000; id++) {
            buryGoneNotification(id);
        }
        bury(1_001, "bob");
        JsonNode done = platform.api.post(LETTERS + ":redrive", ALL).json();
        assertThat(done.path("letters").asInt()).isEqualTo(1);
        assertThat(done.path("refused")).hasSize(1_000);
        assertThat(done.path("more").asBoolean()).isFalse();
    }

    @Test
    void aCallEndsAtItsBoundAndTellsFromWhereToGoOn() {
        platform.saver.letters.lettersOfReply = 1;
        for (long id = 1; id <= 40; id++) {
            buryGoneNotification(id);
        }
        bury(41, "bob");
        JsonNode first = platform.api.post(LETTERS + ":redrive", ALL).json();
        assertThat(first.path("letters").asInt()).isZero();
        assertThat(first.path("more").asBoolean()).isTrue();
        assertThat(first.path("lastId").asText()).isEqualTo("40");
        JsonNode second = platform.api
                .post(LETTERS + ":redrive", "{\"all\": true, \"afterId\": \"40\"}")
                .json();
        assertThat(second.path("letters").asInt()).isEqualTo(1);
        assertThat(second.path("more").asBoolean()).isFalse();
    }

    @Test
    void theyTakeOfWhatTheAppMaySendASecond() {
        int letters = 60;
        for (long id = 1; id <= letters; id++) {
            bury(id, "user-" + id);
        }
        Api slow =
                apiOf(Platform.app("slow").toBuilder().setMaxSendsPerSecond(1).build());
        Answer refused = slow.post("/v1/apps/slow/mailboxDeadLetters:redrive", ALL);
        assertThat(refused.code()).isEqualTo("RESOURCE_EXHAUSTED");
        int sent = platform.saver.appends.size();
        assertThat(sent).isBetween(1, letters - 1);
        assertThat(platform.saver.letters.buried())
                .as("what was sent is forgotten")
                .hasSize(letters - sent);
    }

    @Test
    void thoseAfterALetterAreNoneToDrop() {
        bury(1, "alice");
        Answer refused = platform.api.post(LETTERS + ":drop", "{\"all\": true, \"afterId\": \"1\"}");
        assertThat(refused.code()).isEqualTo("INVALID_ARGUMENT");
        assertThat(refused.detail()).contains("afterId: 1");
        assertThat(platform.saver.letters.buried()).containsExactly(1L);
    }

    @Test
    void oneLivesNoLongerThanItsAppLetsMessagesLiveByNow() {
        long most = 1_000L * Platform.app("demo").getMaxTtlSeconds();
        platform.saver.letters.bury(letter(1, "alice", message(1).setExpiresMs(SENT_MS + 2 * most)));
        platform.saver.letters.bury(letter(2, "alice", message(2).setExpiresMs(0)));
        long bodyKeptMs = System.currentTimeMillis() + 2 * most;
        platform.saver.letters.bury(
                letter(3, "alice", message(3).setQos(Qos.NOTIFY).setExpiresMs(bodyKeptMs)));
        assertThat(platform.api
                        .post(LETTERS + ":redrive", ALL)
                        .json()
                        .path("letters")
                        .asInt())
                .isEqualTo(3);
        assertThat(List.copyOf(platform.saver.appends))
                .allSatisfy(again -> assertThat(again.getExpiresMs() - System.currentTimeMillis())
                        .isBetween(most - 60_000, most));
    }

    @Test
    void aNotificationIsNotSentAgainOnceItsBodyIsGone() {
        buryGoneNotification(1);
        JsonNode done =
                platform.api.post(LETTERS + ":redrive", "{\"ids\": [\"1\"]}").json();
        assertThat(done.path("refused").get(0).path("error").path("code").asText())
                .isEqualTo("FAILED_PRECONDITION");
        assertThat(platform.saver.appends).isEmpty();
    }

    @Test
    void someOrAUsersAreSentAgainOrDropped() {
        bury(1, "alice");
        bury(2, "bob");
        bury(3, "alice");
        bury(4, "bob");
        assertThat(platform.api
                        .post(LETTERS + ":redrive", "{\"ids\": [\"3\", \"9\"]}")
                        .json()
                        .path("letters")
                        .asInt())
                .isEqualTo(1);
        assertThat(platform.saver.letters.buried()).containsExactly(1L, 2L, 4L);
        assertThat(platform.api
                        .post(LETTERS + ":drop", "{\"user\": \"bob\", \"all\": true}")
                        .json()
                        .path("letters")
                        .asInt())
                .isEqualTo(2);
        assertThat(platform.saver.letters.buried()).containsExactly(1L);
        assertThat(platform.saver.appends).hasSize(1);
    }

    @Test
    void whatAnOperatorDoesIsNotedAndOthersAreRefused() {
        bury(1, "alice");
        for (String role : List.of("viewer", "operator")) {
            Api barred = platform.api.with(platform.operatorKey(role));
            assertThat(barred.get(LETTERS).status()).isEqualTo(200);
            assertThat(barred.post(LETTERS + ":drop", ALL).code()).isEqualTo("PERMISSION_DENIED");
            assertThat(barred.post(LETTERS + ":redrive", ALL).code()).isEqualTo("PERMISSION_DENIED");
        }
        Api admin = platform.api.with(platform.operatorKey("admin"));
        assertThat(admin.post(LETTERS + ":redrive", ALL).status()).isEqualTo(200);
        AuditEntry entry = platform.saver.directory.audit().getLast();
        assertThat(entry.getAct()).isEqualTo("RedriveMailboxDeadLetters");
        assertThat(entry.getObject()).isEqualTo("apps/demo/mailboxDeadLetters");
        assertThat(entry.getDetail()).isEqualTo("1 letters");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{}|ids",
                "{\"ids\": [\"0\"]}|ids[0]",
                "{\"ids\": [\"1\"], \"all\": true}|ids",
            })
    void badChoicesAreRefused(String body, String field) {
        for (String verb : List.of(":redrive", ":drop")) {
            Answer refused = platform.api.post(LETTERS + verb, body);
            assertThat(refused.code()).as(refused.http().body()).isEqualTo("INVALID_ARGUMENT");
            assertThat(refused.detail()).contains(field);
        }
    }

    /** Of a new app. */
    private Api apiOf(App app) {
        platform.saver.directory.put(app);
        Api api = platform.api.with(
                platform.keyOf(Platform.credential(CredentialKind.APP_KEY, app.getId(), Platform.ALL_SCOPES)));
        await().until(() ->
                api.get("/v1/apps/" + app.getId() + "/mailboxDeadLetters").status() == 200);
        return api;
    }

    private void bury(long id, String user) {
        platform.saver.letters.bury(letter(id, user, message(id)));
    }

    private void buryGoneNotification(long id) {
        platform.saver.letters.bury(
                letter(id, "alice", message(id).setQos(Qos.NOTIFY).setExpiresMs(2)));
    }

    /** Longer than an idempotency key may be. */
    private static String requestId(int letter) {
        return "dead-letter-" + "0".repeat(55) + letter;
    }

    private static Content.Builder message(long id) {
        return Content.newBuilder()
                .setId("m-" + id)
                .setQos(Qos.DURABLE)
                .setBody(ByteString.copyFromUtf8("body m" + id))
                .setSentMs(SENT_MS)
                .setExpiresMs(SENT_MS + LIFE_MS)
                .setCollapseKey("score");
    }

    private static MailboxDeadLetter letter(long id, String user, Content.Builder message) {
        return MailboxDeadLetter.newBuilder()
                .setId(id)
                .setUser(user)
                .setMailbox("user")
                .setSeq(100 + id)
                .setFruitless(5)
                .setBuriedMs(SENT_MS)
                .setContent(message.build().toByteString())
                .setBodyBytes(7)
                .build();
    }

    private static List<String> ids(JsonNode page) {
        List<String> ids = new ArrayList<>();
        page.path("letters").forEach(letter -> ids.add(letter.path("id").asText()));
        return ids;
    }

    private static Content content(AppendRequest append) {
        try {
            return Content.parseFrom(append.getContent());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
