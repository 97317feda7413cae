package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.center.platform.Api;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.directory.ApiKey;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.GiveCommandRequest;
import io.hawser.wire.v1.Command;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Apps, keys, instances, totals and audit, as operators see them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsTest {
    private static final String HI = "{\"target\": {\"user\": \"alice\"}, \"text\": \"hi\"}";
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

    @Test
    void aNewAppHasDefaultsAndAKeyThatWorksAtOnce() {
        JsonNode created = create("shop").json();
        assertThat(created.path("app").path("maxBodyBytes").asInt()).isEqualTo(4096);
        assertThat(created.path("app").path("maxTtl").asText()).isEqualTo("2592000s");
        assertThat(created.path("app").path("sessionPolicy").asText()).isEqualTo("ONE_PER_USER");
        Api shop = platform.api.with(created.path("key").path("secret").asText());
        assertThat(shop.post("/v1/apps/shop/messages:send", HI).status()).isEqualTo(200);
        assertThat(shop.post("/v1/apps/shop/tokens:issue", "{\"user\": \"alice\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anAppIsNotMadeTwice() {
        create("twice");
        Answer again = create("twice");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("ALREADY_EXISTS");
    }

    @Test
    void anAppIsChangedUnderItsVersion() {
        JsonNode app = create("news").json().path("app");
        String change = "{\"displayName\": \"News\", \"maxBodyBytes\": 65536, \"version\": \""
                + app.path("version").asText() + "\"}";
        Answer changed = admin.put("/v1/apps/news", change);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().path("maxBodyBytes").asInt()).isEqualTo(65_536);
        assertThat(admin.get("/v1/apps/news").json()).isEqualTo(changed.json());
        Answer late = admin.put("/v1/apps/news", change);
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.code()).isEqualTo("FAILED_PRECONDITION");
        Answer without = admin.put("/v1/apps/news", "{}");
        assertThat(without.status()).isEqualTo(412);
        assertThat(without.detail()).startsWith("app.version: missing (expected: ");
    }

    @Test
    void theSessionPolicyStaysAsTheAppWasMadeWith() {
        String version = admin.post("/v1/apps", "{\"app\": {\"id\": \"fleet\", \"sessionPolicy\": \"ONE_PER_DEVICE\"}}")
                .json()
                .path("app")
                .path("version")
                .asText();

        Answer another =
                admin.put("/v1/apps/fleet", "{\"sessionPolicy\": \"ONE_PER_USER\", \"version\": \"" + version + "\"}");
        assertThat(another.code()).isEqualTo("FAILED_PRECONDITION");
        assertThat(another.detail())
                .isEqualTo("app.sessionPolicy: ONE_PER_USER (expected: ONE_PER_DEVICE, which the app was made with)");

        Answer none = admin.put("/v1/apps/fleet", "{\"displayName\": \"Fleet\", \"version\": \"" + version + "\"}");
        assertThat(none.json().path("sessionPolicy").asText()).isEqualTo("ONE_PER_DEVICE");
        Answer same = admin.put(
                "/v1/apps/fleet",
                "{\"sessionPolicy\": \"ONE_PER_DEVICE\", \"version\": \""
                        + none.json().path("version").asText() + "\"}");
        assertThat(same.status()).isEqualTo(200);
    }

    @Test
    void aFullMailboxRefusesWhatIsNewUnlessTheAppHasItDropTheOldest() {
        JsonNode created = admin.post(
                        "/v1/apps", "{\"app\": {\"id\": \"ticker\", \"mailboxFullPolicy\": \"DROP_OLDEST\"}}")
                .json();
        assertThat(created.path("app").path("mailboxFullPolicy").asText()).isEqualTo("DROP_OLDEST");
        assertThat(dropsOldest("ticker", created)).isTrue();
        JsonNode byDefault = create("careful").json();
        assertThat(byDefault.path("app").path("mailboxFullPolicy").asText()).isEqualTo("REFUSE_NEW");
        assertThat(dropsOldest("careful", byDefault)).isFalse();
    }

    /** Sends something, and returns what the saver was told to do where the mailbox is full. */
    private boolean dropsOldest(String app, JsonNode created) {
        Api api = platform.api.with(created.path("key").path("secret").asText());
        assertThat(api.post("/v1/apps/" + app + "/messages:send", HI).status()).isEqualTo(200);
        return platform.saver.appends.stream()
                .filter(append -> append.getApp().equals(app))
                .findFirst()
                .orElseThrow()
                .getDropOldest();
    }

    @Test
    void mailboxesAreHeldOnUnlessTheAppHasThemSkipAfterSomeHolds() {
        assertThat(create("patient").json().path("app").path("skipAfterHolds").asInt())
                .isZero();
        JsonNode created = admin.post("/v1/apps", "{\"app\": {\"id\": \"brisk\", \"skipAfterHolds\": 3}}")
                .json();
        assertThat(created.path("app").path("skipAfterHolds").asInt()).isEqualTo(3);
        Answer many = admin.post("/v1/apps", "{\"app\": {\"id\": \"never\", \"skipAfterHolds\": 101}}");
        assertThat(many.detail()).startsWith("app.skipAfterHolds: 101 (expected: 1 to 100");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        Answer answer = admin.post("/v1/apps", "{\"app\": {\"id\": \"big\", \"maxBodyBytes\": 65537}}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.detail()).startsWith("app.maxBodyBytes: 65537 (expected: 1 to 65536");
    }

    @Test
    void aBodyLimitThatWasRaisedHoldsAtOnce() {
        JsonNode created = create("large").json();
        Api large = platform.api.with(created.path("key").path("secret").asText());
        String body = "{\"target\": {\"user\": \"alice\"}, \"text\": \"" + "x".repeat(65_536) + "\"}";
        assertThat(large.post("/v1/apps/large/messages:send", body).status()).isEqualTo(413);
        String version = created.path("app").path("version").asText();
        admin.put("/v1/apps/large", "{\"maxBodyBytes\": 65536, \"version\": \"" + version + "\"}");
        assertThat(large.post("/v1/apps/large/messages:send", body).status()).isEqualTo(200);
    }

    @Test
    void aSecretIsShownOnceAndItsHashIsKept() {
        JsonNode issued = newKey("demo", "messages.send");
        ApiKey key = ApiKey.parse(issued.path("secret").asText());
        assertThat(platform.saver.directory.credentials())
                .filteredOn(credential -> credential.getId().equals(key.id()))
                .singleElement()
                .satisfies(credential -> assertThat(credential.getSecretHash()).isEqualTo(key.secretHash()));
        assertThat(admin.get("/v1/keys?app=demo").http().body())
                .contains(key.id())
                .doesNotContain(key.secret());
    }

    @Test
    void aRotatedKeyStaysValidForItsGrace() {
        JsonNode old = newKey("demo", "messages.send");
        String id = old.path("key").path("id").asText();
        JsonNode rotated =
                admin.post("/v1/keys/" + id + ":rotate", "{\"grace\": \"60s\"}").json();
        assertThat(sendWith(old)).isEqualTo(200);
        assertThat(sendWith(rotated)).isEqualTo(200);
        assertThat(rotated.path("key").path("grants")).isEqualTo(old.path("key").path("grants"));
    }

    @Test
    void withoutGraceTheOldKeyEndsAtOnce() {
        JsonNode old = newKey("demo", "messages.send");
        String id = old.path("key").path("id").asText();
        JsonNode rotated =
                admin.post("/v1/keys/" + id + ":rotate", "{\"grace\": \"0s\"}").json();
        assertThat(sendWith(old)).isEqualTo(401);
        assertThat(sendWith(rotated)).isEqualTo(200);
        assertThat(admin.post("/v1/keys/" + id + ":rotate", "{}").status()).isEqualTo(412);
    }

    @Test
    void aDisabledKeyEndsAtOnce() {
        JsonNode key = newKey("demo", "messages.send");
        Answer disabled = admin.call(
                "POST",
                "/v1/keys/" + key.path("key").path("id").asText() + ":disable",
                java.net.http.HttpRequest.BodyPublishers.noBody());
        assertThat(disabled.json().path("disabled").asBoolean()).isTrue();
        assertThat(sendWith(key)).isEqualTo(401);
    }

    @Test
    void keysHaveGrantsThatExist() {
        Answer scope = admin.post("/v1/keys", "{\"app\": \"demo\", \"grants\": [\"everything\"]}");
        assertThat(scope.status()).isEqualTo(400);
        assertThat(scope.detail()).startsWith("grants: [everything] (expected: some of [messages.send, ");
        Answer role = admin.post("/v1/keys", "{\"grants\": [\"viewer\", \"admin\"]}");
        assertThat(role.detail()).contains("(expected: one of [viewer, operator, admin])");
        Answer app = admin.post("/v1/keys", "{\"app\": \"nope\", \"grants\": [\"messages.send\"]}");
        assertThat(app.code()).isEqualTo("UNKNOWN_APP");
    }

    @Test
    void aKeyThatNeverWasIsNotFound() {
        assertThat(admin.post("/v1/keys/nope:disable", "{}").code()).isEqualTo("NOT_FOUND");
    }

    @Test
    void appsAreListedPageByPage() {
        for (String id : new String[] {"p1", "p2", "p3"}) {
            create(id);
        }
        JsonNode all = admin.get("/v1/apps").json().path("apps");
        JsonNode first = admin.get("/v1/apps?pageSize=2").json();
        assertThat(first.path("apps")).hasSize(2);
        JsonNode second = admin.get("/v1/apps?pageSize=2&pageToken="
                        + first.path("nextPageToken").asText())
                .json();
        assertThat(second.path("apps").get(0)).isEqualTo(all.get(2));
        String token = first.path("nextPageToken").asText();
        for (String other : List.of("/v1/keys", "/v1/audit", "/v1/bans", "/v1/apps/p1/bans", "/v1/apps/p1/groups")) {
            assertThat(admin.get(other + "?pageToken=" + token).detail())
                    .as(other)
                    .endsWith(": " + token + " (expected: that of a page of this list)");
        }
        assertThat(admin.get("/v1/apps?pageToken=%21").status()).isEqualTo(400);
    }

    @Test
    void changesAreInTheAuditLog() {
        create("audited");
        assertThat(platform.saver.directory.audit())
                .filteredOn(entry -> entry.getObject().equals("apps/audited"))
                .extracting(AuditEntry::getOutcome)
                .containsExactly("OK", "OK");
        JsonNode newest = admin.get("/v1/audit?pageSize=1").json();
        assertThat(newest.path("entries")).hasSize(1);
        assertThat(newest.path("nextPageToken").asText()).isNotEmpty();
    }

    @Test
    void instancesAndTotalsAreWhatTheServicesSay() {
        JsonNode instances = admin.get("/v1/instances?service=room").json().path("instances");
        assertThat(instances).hasSize(1);
        JsonNode room = instances.get(0);
        assertThat(room.path("name").asText()).isEqualTo("room-1");
        assertThat(room.path("clientAddresses"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "10.0.0.7:7000", "10.0.0.7:7443", "tls://10.0.0.7:8443", "wss://rooms.example.com:443");
        assertThat(room.path("version").asText()).isEqualTo("1.2.3");
        assertThat(room.path("started").asText()).isEqualTo("2026-01-31T12:00:00Z");
        assertThat(admin.get("/v1/instances?service=roof").status()).isEqualTo(400);
        JsonNode totals = admin.get("/v1/totals").json();
        assertThat(totals.path("connections").asText()).isEqualTo("7");
        assertThat(totals.path("missing")).isEmpty();
    }

    @Test
    void clientsAreToldByTheirRoomsAndTheAuditLogHasIt() throws Exception {
        Answer answer = admin.post(
                "/v1/commands",
                "{\"app\": \"demo\", \"user\": \"alice\", \"throttle\": {\"framesPerSecond\": 2, \"seconds\": 60}}");
        assertThat(answer.json().path("told").asText()).isEqualTo("1");
        GiveCommandRequest given = platform.room.commands.getLast();
        assertThat(given.getUser()).isEqualTo("alice");
        assertThat(Command.parseFrom(given.getCommand()).getThrottle().getDurationMs())
                .isEqualTo(60_000);
        assertThat(platform.saver.directory.audit())
                .filteredOn(entry -> entry.getAct().equals("SendCommand"))
                .last()
                .satisfies(entry -> {
                    assertThat(entry.getObject()).isEqualTo("apps/demo/users/alice");
                    assertThat(entry.getDetail()).isEqualTo("THROTTLE");
                });
    }

    @Test
    void aCommandSaysWhomItIsForAndWhat() {
        for (String body : List.of(
                "{\"askDispatcher\": {}}",
                "{\"room\": \"room-1\"}",
                "{\"app\": \"demo\", \"connection\": \"7\", \"askDispatcher\": {}}",
                "{\"app\": \"demo\", \"device\": \"d\", \"askDispatcher\": {}}",
                "{\"app\": \"demo\", \"throttle\": {\"framesPerSecond\": 1001}}",
                "{\"app\": \"demo\", \"move\": {\"withinSeconds\": 3601}}",
                "{\"app\": \"demo\", \"setHeartbeat\": {}}")) {
            assertThat(admin.post("/v1/commands", body).status()).as(body).isEqualTo(400);
        }
        assertThat(admin.post("/v1/commands", "{\"room\": \"room-9\", \"askDispatcher\": {}}")
                        .status())
                .isEqualTo(404);
        assertThat(platform.api
                        .with(platform.operatorKey("viewer"))
                        .post("/v1/commands", "{\"room\": \"room-1\", \"askDispatcher\": {}}")
                        .status())
                .isEqualTo(403);
    }

    private Answer create(String id) {
        return admin.post("/v1/apps", "{\"app\": {\"id\": \"" + id + "\"}}");
    }

    private JsonNode newKey(String app, String grant) {
        return admin.post("/v1/keys", "{\"app\": \"" + app + "\", \"grants\": [\"" + grant + "\"]}")
                .json();
    }

    private int sendWith(JsonNode issued) {
        return platform.api.with(issued.path("secret").asText()).send(HI).status();
    }
}
