package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hawser.center.platform.Api;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.CredentialKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Who may do what, by key, scope and role. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTest {
    /** The scopes that {@link #callOf} knows a call of; the tests of others' calls look after theirs. */
    private static final List<String> CALLED = List.of(
            "messages.send",
            "messages.read",
            "messages.recall",
            "users.read",
            "users.manage",
            "tokens.issue",
            "bans.write",
            "bans.read");

    private static final String HI = "{\"target\": {\"user\": \"alice\"}, \"text\": \"hi\"}";
    private Platform platform;

    @BeforeAll
    void startThePlatform() {
        platform = Platform.start();
    }

    @AfterAll
    void stopThePlatform() {
        platform.close();
    }

    @TestFactory
    Stream<DynamicTest> aCallWithoutAValidKeyIsUnauthenticated() {
        String valid = platform.api.key;
        String wrongSecret = valid.substring(0, valid.length() - 1) + (valid.endsWith("A") ? "E" : "A");
        String unknown = "hk_" + "0".repeat(16) + valid.substring(19);
        String disabled = platform.keyOf(appKey(Platform.ALL_SCOPES).setDisabled(true));
        String expired = platform.keyOf(appKey(Platform.ALL_SCOPES).setExpiresMs(1));
        return Stream.of(
                        tuple("no key", "", "authorization: none"),
                        tuple("what is no key", "secret", "key: malformed"),
                        tuple("a wrong secret", wrongSecret, "key: not valid"),
                        tuple("an unknown key", unknown, "key: not valid"),
                        tuple("a disabled key", disabled, "is disabled"),
                        tuple("an expired key", expired, "has expired"))
                .map(tuple -> DynamicTest.dynamicTest("with " + tuple.toList().getFirst(), () -> {
                    Answer answer =
                            platform.api.with((String) tuple.toList().get(1)).send(HI);
                    assertThat(answer.status()).isEqualTo(401);
                    assertThat(answer.code()).isEqualTo("UNAUTHENTICATED");
                    assertThat(answer.detail()).contains((String) tuple.toList().get(2));
                    assertThat(answer.header("www-authenticate")).isEqualTo("Bearer realm=\"hawser\"");
                }));
    }

    @Test
    void anotherSchemeIsUnauthenticated() {
        Answer answer = platform.api
                .with("")
                .send(platform.api
                        .with("")
                        .request("/v1/apps/demo/users/alice")
                        .header("authorization", "Basic Zm9vOmJhcg=="));
        assertThat(answer.status()).isEqualTo(401);
    }

    @TestFactory
    Stream<DynamicTest> eachScopeAllowsItsCallsAlone() {
        return CALLED.stream().flatMap(granted -> {
            Api holder = platform.api.with(platform.keyOf(appKey(List.of(granted))));
            return CALLED.stream()
                    .map(needed -> DynamicTest.dynamicTest(granted + " for a call of " + needed, () -> {
                        Answer answer = callOf(needed, holder);
                        assertThat(answer.status()).isEqualTo(granted.equals(needed) ? 200 : 403);
                        if (answer.status() == 403) {
                            assertThat(answer.code()).isEqualTo("PERMISSION_DENIED");
                            assertThat(answer.detail()).contains("(expected: " + needed + ")");
                        }
                    }));
        });
    }

    @Test
    void aKeyIsOfItsAppAlone() {
        Answer answer = platform.api.post("/v1/apps/other/messages:send", HI);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.detail()).isEqualTo("app: other is not this key's app (expected: a key of that app)");
    }

    @Test
    void aKeyDoesNotTellWhetherAnotherAppExists() {
        Answer existing = platform.api.post("/v1/apps/other/messages:send", HI);
        Answer missing = platform.api.post("/v1/apps/nowhere/messages:send", HI);
        assertThat(missing.status()).isEqualTo(existing.status());
        assertThat(missing.code()).isEqualTo(existing.code());
        assertThat(missing.detail()).isEqualTo("app: nowhere is not this key's app (expected: a key of that app)");
    }

    @Test
    void anOperatorIsToldWhichAppDoesNotExist() {
        Api viewer = platform.api.with(platform.operatorKey("viewer"));
        for (Answer answer : List.of(
                viewer.get("/v1/apps/nowhere"),
                viewer.get("/v1/apps/nowhere/users/alice"),
                viewer.post("/v1/apps/nowhere/messages:send", HI))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.code()).isEqualTo("UNKNOWN_APP");
            assertThat(answer.detail()).startsWith("app: nowhere (expected: one that exists");
        }
    }

    @Test
    void aDisabledAppIsUnknown() {
        String key = platform.keyOf(Platform.credential(CredentialKind.APP_KEY, "closed", Platform.ALL_SCOPES));
        Answer answer = platform.api.with(key).post("/v1/apps/closed/messages:send", HI);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("UNKNOWN_APP");
    }

    @Test
    void aKeyMadeElsewhereAMomentAgoIsKnownHere() {
        Api holder = platform.api.with(platform.keyOf(appKey(Platform.ALL_SCOPES)));
        assertThat(holder.send(HI).status()).isEqualTo(200);
    }

    @TestFactory
    Stream<DynamicTest> rolesAllowWhatTheyCover() {
        List<String> roles = List.of("viewer", "operator", "admin");
        return roles.stream().flatMap(role -> {
            Api operator = platform.api.with(platform.operatorKey(role));
            return Stream.of(
                            tuple("viewer", "/v1/apps"),
                            tuple("viewer", "/v1/keys"),
                            tuple("viewer", "/v1/instances"),
                            tuple("viewer", "/v1/totals"),
                            tuple("admin", "/v1/audit"))
                    .map(call -> DynamicTest.dynamicTest(
                            role + " for GET " + call.toList().get(1), () -> {
                                boolean allowed = roles.indexOf(role)
                                        >= roles.indexOf(call.toList().getFirst());
                                assertThat(operator.get((String) call.toList().get(1))
                                                .status())
                                        .isEqualTo(allowed ? 200 : 403);
                            }));
        });
    }

    @Test
    void anAppsKeyDoesNotOperate() {
        Answer answer = platform.api.get("/v1/apps");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.detail()).isEqualTo("key: an app's (expected: an operator's key)");
    }

    @Test
    void operatorsLookAtUsersButDoNotSend() {
        Api operator = platform.api.with(platform.operatorKey("viewer"));
        assertThat(operator.get("/v1/apps/demo/users/alice").status()).isEqualTo(200);
        assertThat(operator.send(HI).status()).isEqualTo(403);
    }

    @Test
    void whatAnOperatorWasRefusedIsInTheAuditLog() {
        Api viewer = platform.api.with(platform.operatorKey("viewer"));
        assertThat(viewer.post("/v1/apps", "{\"app\": {\"id\": \"mine\"}}").status())
                .isEqualTo(403);
        AuditEntry entry = platform.saver.directory.audit().stream()
                .filter(one -> one.getObject().equals("apps/mine"))
                .findFirst()
                .orElseThrow();
        assertThat(entry.getAct()).isEqualTo("CreateApp");
        assertThat(entry.getOutcome()).isEqualTo("PERMISSION_DENIED");
        assertThat(entry.getActor()).isEqualTo("operator/" + viewer.key.substring(3, 19));
    }

    private static io.hawser.rpc.v1.Credential.Builder appKey(List<String> scopes) {
        return Platform.credential(CredentialKind.APP_KEY, "demo", scopes);
    }

    private static Answer callOf(String scope, Api api) {
        return switch (scope) {
            case "messages.send" -> api.send(HI);
            case "messages.read" -> api.get("/v1/apps/demo/users/alice/messages/4294967297");
            case "messages.recall" -> api.post("/v1/apps/demo/users/alice/messages/4294967297:recall", "{}");
            case "users.read" -> api.get("/v1/apps/demo/users/alice");
            case "users.manage" -> api.post("/v1/apps/demo/users/alice:kick", "{}");
            case "bans.write" -> api.post("/v1/apps/demo/bans", "{\"user\": \"mallory\"}");
            case "bans.read" -> api.get("/v1/apps/demo/bans");
            default -> api.post("/v1/apps/demo/tokens:issue", "{\"user\": \"alice\"}");
        };
    }
}
