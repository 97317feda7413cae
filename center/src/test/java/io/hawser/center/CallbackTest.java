package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.hawser.center.platform.Api;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.FakeSaver;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.rpc.v1.DeadLetter;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.UplinkItem;
import io.hawser.rpc.v1.WatchDeliveryRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an app's back end is told, and what could not be told there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallbackTest {
    private static final String GOOD = """
            {"id": "orders", "urls": ["https://back.example/hooks"], "routes": ["orders.*"], "events": ["offline"]}""";

    private Platform platform;
    private Api admin;

    @BeforeAll
    void startThePlatform() {
        platform = Platform.start();
        admin = platform.api.with(platform.operatorKey("admin"));
    }

    @AfterAll
    void stopThePlatform() {
        platform.close();
    }

    /** A new app, and the caller with its first key, which has all scopes. */
    private Api newApp(String id) {
        Answer created = admin.post("/v1/apps", "{\"app\": {\"id\": \"" + id + "\"}}");
        assertThat(created.status()).as(created.http().body()).isEqualTo(200);
        return platform.api.with(created.json().path("key").path("secret").asText());
    }

    private Api appKey(String app, String... scopes) {
        return platform.api.with(platform.keyOf(Platform.credential(CredentialKind.APP_KEY, app, List.of(scopes))));
    }

    private static String callbacks(String app) {
        return "/v1/apps/" + app + "/callbacks";
    }

    private static Answer delete(Api api, String path) {
        return api.call("DELETE", path, BodyPublishers.noBody());
    }

    private List<Callback> stored(String app) {
        return platform.saver.directory.app(app).getCallbacksList();
    }

    private static List<String> texts(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(entry -> entry.path(field).asText())
                .toList();
    }

    // Callbacks.

    @Test
    void aCallbackIsMadeWithASecretThatIsShownOnce() {
        Api back = newApp("made");
        Answer made = back.post(callbacks("made"), GOOD);
        assertThat(made.status()).as(made.http().body()).isEqualTo(200);
        String secret = made.json().path("secret").asText();
        assertThat(secret).startsWith("whsec_").endsWith("=");
        assertThat(made.http().body()).as("to be copied as it stands").contains('"' + secret + '"');
        Callback stored = stored("made").getFirst();
        assertThat(Base64.getDecoder().decode(secret.substring("whsec_".length())))
                .hasSize(32)
                .isEqualTo(stored.getSecrets(0).toByteArray());
        assertThat(stored.getTimeoutMs()).isEqualTo(15_000);
        assertThat(stored.getUndeliveredAfterSeconds()).isEqualTo(300);
        Answer shown = back.get(callbacks("made") + "/orders");
        assertThat(shown.http().body()).doesNotContain("whsec");
        assertThat(shown.json().path("routes").get(0).asText()).isEqualTo("orders.*");
        assertThat(shown.json().path("timeout").asText()).isEqualTo("15s");
        assertThat(shown.json().path("secrets").asInt()).isEqualTo(1);
        assertThat(texts(back.get(callbacks("made")).json().path("callbacks"), "id"))
                .containsExactly("orders");
    }

    @Test
    void anUpdateReplacesAllButTheSecrets() {
        Api back = newApp("updated");
        back.post(callbacks("updated"), GOOD);
        ByteString secret = stored("updated").getFirst().getSecrets(0);
        Answer updated = back.put(callbacks("updated") + "/orders", """
                {"urls": ["http://10.0.0.7:8080/a", "http://10.0.0.8:8080/a"], "events": ["undelivered"],
                 "timeout": "5s", "undeliveredAfter": "60s", "disabled": true}""");
        assertThat(updated.status()).as(updated.http().body()).isEqualTo(200);
        Callback stored = stored("updated").getFirst();
        assertThat(stored.getUrlsList()).hasSize(2);
        assertThat(stored.getRoutesList()).isEmpty();
        assertThat(stored.getEventsList()).containsExactly("undelivered");
        assertThat(stored.getTimeoutMs()).isEqualTo(5_000);
        assertThat(stored.getUndeliveredAfterSeconds()).isEqualTo(60);
        assertThat(stored.getDisabled()).isTrue();
        assertThat(stored.getSecretsList()).containsExactly(secret);
    }

    @Test
    void secretsOverlapUntilTheOldOnesAreRetired() {
        Api back = newApp("turning");
        back.post(callbacks("turning"), GOOD);
        String first = Base64.getEncoder()
                .encodeToString(stored("turning").getFirst().getSecrets(0).toByteArray());
        Answer rotated = back.post(callbacks("turning") + "/orders:rotateSecret", "{}");
        assertThat(rotated.status()).as(rotated.http().body()).isEqualTo(200);
        String second = rotated.json().path("secret").asText();
        assertThat(second).isNotEqualTo("whsec_" + first);
        assertThat(stored("turning").getFirst().getSecretsList()).hasSize(2);
        Answer retired = back.post(callbacks("turning") + "/orders:retireSecret", "{}");
        assertThat(retired.json().path("secrets").asInt()).isEqualTo(1);
        assertThat("whsec_"
                        + Base64.getEncoder()
                                .encodeToString(stored("turning")
                                        .getFirst()
                                        .getSecrets(0)
                                        .toByteArray()))
                .isEqualTo(second);
    }

    @Test
    void notMoreThanFourSecretsSignAtOnce() {
        Api back = newApp("many-secrets");
        back.post(callbacks("many-secrets"), GOOD);
        IntStream.range(0, 3).forEach(n -> back.post(callbacks("many-secrets") + "/orders:rotateSecret", "{}"));
        Answer refused = back.post(callbacks("many-secrets") + "/orders:rotateSecret", "{}");
        assertThat(refused.code()).isEqualTo("FAILED_PRECONDITION");
    }

    @Test
    void whatIsDeletedIsShownAsItWas() {
        Api back = newApp("deleted");
        back.post(callbacks("deleted"), GOOD);
        assertThat(delete(back, callbacks("deleted") + "/orders")
                        .json()
                        .path("id")
                        .asText())
                .isEqualTo("orders");
        assertThat(stored("deleted")).isEmpty();
        assertThat(delete(back, callbacks("deleted") + "/orders").code()).isEqualTo("NOT_FOUND");
    }

    @Test
    void anAppHasEightAtMostEachByItsOwnId() {
        Api back = newApp("eight");
        for (int n = 0; n < 8; n++) {
            assertThat(back.post(callbacks("eight"), GOOD.replace("\"orders\"", "\"c" + n + "\""))
                            .status())
                    .isEqualTo(200);
        }
        assertThat(back.post(callbacks("eight"), GOOD.replace("\"orders\"", "\"c3\""))
                        .code())
                .isEqualTo("ALREADY_EXISTS");
        assertThat(back.post(callbacks("eight"), GOOD).code()).isEqualTo("FAILED_PRECONDITION");
    }

    @Test
    void anUpdateOfTheAppKeepsItsCallbacks() {
        Api back = newApp("kept");
        back.post(callbacks("kept"), GOOD);
        long version = platform.saver.directory.app("kept").getVersion();
        Answer updated = admin.put("/v1/apps/kept", "{\"displayName\": \"Kept\", \"version\": \"" + version + "\"}");
        assertThat(updated.status()).as(updated.http().body()).isEqualTo(200);
        assertThat(stored("kept")).hasSize(1);
    }

    @Test
    void changesAreInTheAuditLogWithoutSecrets() {
        Api back = newApp("audited");
        back.post(callbacks("audited"), GOOD);
        admin.post(callbacks("audited") + "/orders:rotateSecret", "{}");
        List<AuditEntry> entries = platform.saver.directory.audit().stream()
                .filter(entry -> entry.getObject().equals("apps/audited/callbacks/orders"))
                .toList();
        assertThat(entries).extracting(AuditEntry::getAct).containsExactly("CreateCallback", "RotateSecret");
        assertThat(entries.getFirst().getActor()).startsWith("app/");
        assertThat(entries.getLast().getActor()).startsWith("operator/");
        assertThat(entries.toString()).doesNotContain("whsec");
    }

    // Who may.

    @Test
    void keysWithoutTheScopeAndOperatorsWithoutTheRoleMayNot() {
        newApp("guarded").post(callbacks("guarded"), GOOD);
        Api reader = appKey("guarded", "callbacks.read");
        Api viewer = platform.api.with(platform.operatorKey("viewer"));
        Api stranger = appKey("demo", "callbacks.write", "callbacks.read");
        for (Api allowed : List.of(reader, viewer)) {
            assertThat(allowed.get(callbacks("guarded")).status()).isEqualTo(200);
            assertThat(allowed.get("/v1/apps/guarded/deadLetters").status()).isEqualTo(200);
        }
        for (Api barred : List.of(reader, viewer, stranger)) {
            assertThat(barred.post(callbacks("guarded"), GOOD).code()).isEqualTo("PERMISSION_DENIED");
            assertThat(delete(barred, callbacks("guarded") + "/orders").code()).isEqualTo("PERMISSION_DENIED");
            assertThat(barred.post("/v1/apps/guarded/deadLetters:drop", "{\"all\": true}")
                            .code())
                    .isEqualTo("PERMISSION_DENIED");
        }
        assertThat(stranger.get(callbacks("guarded")).code()).isEqualTo("PERMISSION_DENIED");
    }

    // Bad input.

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"orders\"|\"\"|callback.id",
                "\"orders\"|\"Orders\"|callback.id",
                "\"orders\"|\"a/b\"|callback.id",
                "[\"https://back.example/hooks\"]|[]|urls",
                "https://back.example/hooks|back.example/hooks|urls[0]",
                "https://back.example/hooks|ftp://back.example/hooks|urls[0]",
                "https://back.example/hooks|file:///etc/passwd|urls[0]",
                "https://back.example/hooks|https:///hooks|urls[0]",
                "https://back.example/hooks|https://user:word@back.example/|urls[0]",
                "https://back.example/hooks|https://back.example/#part|urls[0]",
                "https://back.example/hooks|https://back.example:70000/|urls[0]",
                "https://back.example/hooks|https://back example/|urls[0]",
                "[\"orders.*\"]|[\"orders*\"]|routes[0]",
                "[\"orders.*\"]|[\"a b\"]|routes[0]",
                "[\"orders.*\"]|[\"\"]|routes[0]",
                "[\"orders.*\"]|[\"*.orders\"]|routes[0]",
                "[\"offline\"]|[\"away\"]|events[0]",
                "[\"offline\"]|[\"OFFLINE\"]|events[0]",
                "\"id\"|\"timeout\": \"0s\", \"id\"|timeout",
                "\"id\"|\"timeout\": \"31s\", \"id\"|timeout",
                "\"id\"|\"undeliveredAfter\": \"0.5s\", \"id\"|undeliveredAfter",
                "\"id\"|\"undeliveredAfter\": \"605000s\", \"id\"|undeliveredAfter",
            })
    void badCallbacksAreRefusedByField(String good, String bad, String field) {
        String body = GOOD.replace(good, bad);
        assertThat(body).isNotEqualTo(GOOD);
        Answer refused = admin.post(callbacks("demo"), body);
        assertThat(refused.code()).as(refused.http().body()).isEqualTo("INVALID_ARGUMENT");
        assertThat(refused.detail()).startsWith(field);
        assertThat(stored("demo")).isEmpty();
    }

    @Test
    void aCallbackForNothingIsRefused() {
        Answer refused = admin.post(callbacks("demo"), "{\"id\": \"x\", \"urls\": [\"https://back.example/\"]}");
        assertThat(refused.code()).isEqualTo("INVALID_ARGUMENT");
        assertThat(refused.detail()).contains("at least one of either");
    }

    @Test
    void tooManyOfAnythingAreRefused() {
        String urls = "\"https://back.example/" + "a".repeat(1_024) + "\"";
        assertThat(admin.post(callbacks("demo"), GOOD.replace("\"https://back.example/hooks\"", urls))
                        .detail())
                .contains("at most 1024");
        String nine = String.join(
                ",",
                IntStream.range(0, 9).mapToObj(n -> "\"https://b/" + n + "\"").toList());
        assertThat(admin.post(callbacks("demo"), GOOD.replace("\"https://back.example/hooks\"", nine))
                        .detail())
                .startsWith("urls: 9");
        String routes = String.join(
                ",", IntStream.range(0, 33).mapToObj(n -> "\"r" + n + "\"").toList());
        assertThat(admin.post(callbacks("demo"), GOOD.replace("\"orders.*\"", routes))
                        .detail())
                .startsWith("routes: 33");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(admin.get(callbacks("demo") + "/none").code()).isEqualTo("NOT_FOUND");
        assertThat(admin.put(callbacks("demo") + "/none", GOOD.replace("\"id\": \"orders\", ", ""))
                        .code())
                .isEqualTo("NOT_FOUND");
        assertThat(admin.post(callbacks("demo") + "/none:rotateSecret", "{}").code())
                .isEqualTo("NOT_FOUND");
        assertThat(admin.post(callbacks("demo") + "/none:retireSecret", "{}").code())
                .isEqualTo("NOT_FOUND");
        assertThat(admin.get(callbacks("nowhere")).code()).isEqualTo("UNKNOWN_APP");
    }

    // Dead letters.

    private void bury(String app, long id) {
        platform.saver.outbox.bury(DeadLetter.newBuilder()
                .setItem(OutboxItem.newBuilder()
                        .setId(id)
                        .setWebhookId("msg_" + id)
                        .setApp(app)
                        .setUser("alice")
                        .setDevice("phone")
                        .setAttempts(9)
                        .setLastError("HTTP 400")
                        .setReceivedMs(1_000)
                        .setUplink(
                                UplinkItem.newBuilder().setRoute("orders.new").setNumber(7)))
                .setBodyBytes(5)
                .setBuriedMs(2_000)
                .build());
    }

    @Test
    void deadLettersAreListedNewestFirstPageByPage() {
        Api back = newApp("dead");
        LongStream.rangeClosed(1, 5).forEach(id -> bury("dead", id));
        platform.saver.outbox.bury(DeadLetter.newBuilder()
                .setItem(OutboxItem.newBuilder()
                        .setId(6)
                        .setApp("dead")
                        .setEvent(StateEvent.newBuilder().setKind(EventKind.EVENT_OFFLINE)))
                .build());
        JsonNode first = back.get("/v1/apps/dead/deadLetters?pageSize=4").json();
        assertThat(texts(first.path("letters"), "id")).containsExactly("6", "5", "4", "3");
        assertThat(first.path("letters").get(0).path("type").asText()).isEqualTo("state.offline");
        JsonNode uplink = first.path("letters").get(1);
        assertThat(uplink.path("type").asText()).isEqualTo("uplink");
        assertThat(uplink.path("webhookId").asText()).isEqualTo("msg_5");
        assertThat(uplink.path("route").asText()).isEqualTo("orders.new");
        assertThat(uplink.path("bodyBytes").asInt()).isEqualTo(5);
        assertThat(uplink.path("lastError").asText()).isEqualTo("HTTP 400");
        JsonNode second = back.get("/v1/apps/dead/deadLetters?pageSize=4&pageToken="
                        + first.path("nextPageToken").asText())
                .json();
        assertThat(texts(second.path("letters"), "id")).containsExactly("2", "1");
        assertThat(second.path("nextPageToken").asText()).isEmpty();
    }

    @Test
    void aPageOfDeadLettersThatIsShorterThanAskedForIsNotTheLast() {
        Api back = newApp("heavy");
        LongStream.rangeClosed(201, 205).forEach(id -> bury("heavy", id));
        platform.saver.outbox.lettersOfReply = 3;
        try {
            JsonNode first = back.get("/v1/apps/heavy/deadLetters?pageSize=100").json();
            assertThat(texts(first.path("letters"), "id")).containsExactly("205", "204", "203");
            JsonNode second = back.get("/v1/apps/heavy/deadLetters?pageToken="
                            + first.path("nextPageToken").asText())
                    .json();
            assertThat(texts(second.path("letters"), "id")).containsExactly("202", "201");
            assertThat(second.path("nextPageToken").asText()).isEmpty();
        } finally {
            platform.saver.outbox.lettersOfReply = 1_000;
        }
    }

    @Test
    void someOrAllAreDrivenAgainOrDropped() {
        Api back = newApp("driven");
        LongStream.rangeClosed(101, 105).forEach(id -> bury("driven", id));
        bury("demo", 110);
        Answer some = back.post("/v1/apps/driven/deadLetters:redrive", "{\"ids\": [\"102\", \"104\", \"110\"]}");
        assertThat(some.json().path("letters").asInt()).as(some.http().body()).isEqualTo(2);
        assertThat(platform.saver.outbox.redriven()).contains(102L, 104L);
        assertThat(back.post("/v1/apps/driven/deadLetters:drop", "{\"all\": true}")
                        .json()
                        .path("letters")
                        .asInt())
                .isEqualTo(3);
        assertThat(platform.saver.outbox.buried()).contains(110L).doesNotContain(101L, 103L, 105L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{}|ids",
                "{\"ids\": []}|ids",
                "{\"ids\": [\"0\"]}|ids[0]",
                "{\"ids\": [\"1\"], \"all\": true}|ids",
                "{\"ids\": [\"x\"]}|ids",
            })
    void badChoicesOfLettersAreRefused(String body, String field) {
        for (String verb : List.of("redrive", "drop")) {
            Answer refused = admin.post("/v1/apps/demo/deadLetters:" + verb, body);
            assertThat(refused.code()).as(refused.http().body()).isEqualTo("INVALID_ARGUMENT");
            assertThat(refused.detail()).contains(field);
        }
    }

    @Test
    void badPagesAreRefused() {
        assertThat(admin.get("/v1/apps/demo/deadLetters?pageSize=1001").code()).isEqualTo("INVALID_ARGUMENT");
        assertThat(admin.get("/v1/apps/demo/deadLetters?pageToken=-").code()).isEqualTo("INVALID_ARGUMENT");
    }

    // Watches.

    private Api watchedApp(String id) {
        Api back = newApp(id);
        Answer made = back.post(callbacks(id), """
                {"id": "late", "urls": ["https://back.example/"], "events": ["undelivered"],
                 "undeliveredAfter": "60s"}""");
        assertThat(made.status()).as(made.http().body()).isEqualTo(200);
        return back;
    }

    private List<WatchDeliveryRequest> watches(String app) {
        return platform.saver.outbox.watches.stream()
                .filter(watch -> watch.getApp().equals(app))
                .toList();
    }

    @Test
    void aStoredMessageOfAnAppThatWantsToKnowIsWatchedBeforeTheCallerIsAnswered() {
        Api back = watchedApp("watched");
        Answer sent =
                back.post("/v1/apps/watched/messages:send", "{\"target\": {\"user\": \"alice\"}, \"text\": \"hello\"}");
        assertThat(sent.status()).as(sent.http().body()).isEqualTo(200);
        assertThat(watches("watched")).hasSize(1);
        WatchDeliveryRequest watch = watches("watched").getFirst();
        assertThat(watch.getUser()).isEqualTo("alice");
        assertThat(watch.getDueMs()).isEqualTo(FakeSaver.ACCEPTED_MS + 60_000);
        Answer batch = back.post(
                "/v1/apps/watched/messages:batchSend", "{\"users\": [\"bob\", \"carol\"], \"text\": \"hello\"}");
        assertThat(batch.status()).as(batch.http().body()).isEqualTo(200);
        assertThat(watches("watched")).extracting(WatchDeliveryRequest::getUser).contains("bob", "carol");
    }

    @Test
    void whatIsNotStoredIsNotWatchedNorWhatNobodyWantsToHearOf() {
        Api back = watchedApp("fleeting");
        back.post(
                "/v1/apps/fleeting/messages:send",
                "{\"target\": {\"user\": \"alice\"}, \"text\": \"hello\", \"qos\": \"TRANSIENT\"}");
        Api unwatched = newApp("unwatched");
        unwatched.post("/v1/apps/unwatched/messages:send", "{\"target\": {\"user\": \"alice\"}, \"text\": \"hello\"}");
        assertThat(watches("fleeting")).isEmpty();
        assertThat(watches("unwatched")).isEmpty();
    }

    @Test
    void aWatchThatFailsFailsTheSendWhichMayBeRepeated() {
        Api back = watchedApp("failing");
        platform.saver.outbox.refusals.add(
                HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "outbox: too much waits"));
        String send = "{\"target\": {\"user\": \"alice\"}, \"text\": \"hello\", \"idempotencyKey\": \"k-1\"}";
        assertThat(back.post("/v1/apps/failing/messages:send", send).status()).isEqualTo(429);
        Answer again = back.post("/v1/apps/failing/messages:send", send);
        assertThat(again.status()).as(again.http().body()).isEqualTo(200);
        assertThat(again.json().path("repeated").asBoolean()).isTrue();
        await().until(() -> watches("failing").size() == 2);
    }
}
