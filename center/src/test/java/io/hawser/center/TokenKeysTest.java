package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.hawser.center.platform.Api;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.TokenKey;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The keys of an app's client tokens, as operators add and retire them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenKeysTest {
    private static final String NO_BODY = "{}";
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
    void twoKeysAreGoodAtOnceWhileOneTakesOverFromTheOther() throws Exception {
        Api back = newApp("rotating");
        JsonNode added = add("rotating", "{\"displayName\": \"2027\"}").json();
        String id = added.path("key").path("id").asText();
        byte[] secret = added.path("secret").binaryValue();
        assertThat(secret).hasSize(32);
        assertThat(stored("rotating")).extracting(TokenKey::getId).containsExactly("k1", id);
        assertThat(tokenOf(back, "rotating").getHeader().getKeyID()).isEqualTo("k1");

        assertThat(admin.post(keys("rotating") + "/" + id + ":sign", NO_BODY)
                        .json()
                        .path("signs")
                        .asBoolean())
                .isTrue();
        SignedJWT token = tokenOf(back, "rotating");
        assertThat(token.getHeader().getKeyID()).isEqualTo(id);
        assertThat(token.verify(new MACVerifier(secret))).isTrue();

        assertThat(admin.post(keys("rotating") + "/k1:retire", NO_BODY).status())
                .isEqualTo(200);
        assertThat(stored("rotating")).extracting(TokenKey::getId).containsExactly(id);
        assertThat(tokenOf(back, "rotating").getHeader().getKeyID()).isEqualTo(id);
    }

    @Test
    void aSecretIsShownOnceAndStandsNeitherInListsNorInTheAuditLog() {
        newApp("quiet");
        JsonNode added = add("quiet", "{\"displayName\": \"second\"}").json();
        String id = added.path("key").path("id").asText();
        admin.post(keys("quiet") + "/" + id + ":sign", NO_BODY);
        JsonNode listed = admin.get(keys("quiet")).json().path("keys");
        assertThat(StreamSupport.stream(listed.spliterator(), false))
                .extracting(key -> key.path("id").asText())
                .containsExactly("k1", id);
        assertThat(listed.get(1).path("displayName").asText()).isEqualTo("second");
        assertThat(listed.get(1).path("algorithm").asText()).isEqualTo("HS256");
        assertThat(listed.get(1).path("signs").asBoolean()).isTrue();
        for (TokenKey key : stored("quiet")) {
            String secret = Base64.getEncoder().encodeToString(key.getMaterial().toByteArray());
            assertThat(listed.toString()).doesNotContain(secret);
            assertThat(admin.get("/v1/apps/quiet").http().body()).doesNotContain(secret);
            assertThat(admin.get("/v1/audit").http().body()).doesNotContain(secret);
        }
        assertThat(platform.saver.directory.audit())
                .filteredOn(entry -> entry.getObject().startsWith("apps/quiet/tokenKeys"))
                .extracting(AuditEntry::getAct, AuditEntry::getDetail)
                .containsExactly(tuple("AddTokenKey", "token key " + id), tuple("SignWithTokenKey", "signs"));
    }

    @Test
    void ofAnEs256KeyThePublicHalfIsGiven() throws Exception {
        newApp("signing");
        PublicKey key = publicKey("secp256r1");
        Answer added = add("signing", es256(pem(key)));
        assertThat(added.status()).isEqualTo(200);
        assertThat(added.json().path("secret").asText()).isEmpty();
        assertThat(stored("signing").getLast().getMaterial().toByteArray()).isEqualTo(key.getEncoded());
        String id = added.json().path("key").path("id").asText();
        Answer sign = admin.post(keys("signing") + "/" + id + ":sign", NO_BODY);
        assertThat(sign.status()).isEqualTo(412);
        assertThat(sign.detail()).contains("(expected: an HS256 key)");
    }

    @Test
    void whatIsNoPublicKeyOnP256IsRefusedAndNotRepeated() throws Exception {
        newApp("strict");
        String privateKey = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----";
        for (String wrong : List.of("", "c2VjcmV0", privateKey, pem(publicKey("secp384r1")))) {
            Answer answer = add("strict", es256(wrong));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.detail()).startsWith("publicKey: not a key for ES256 (expected: PEM");
        }
        assertThat(admin.get("/v1/audit").http().body()).doesNotContain("MIGHAgEAMBMGByqGSM49");
        Answer drawn = add("strict", "{\"algorithm\": \"HS256\", \"publicKey\": \"mine\"}");
        assertThat(drawn.detail()).startsWith("publicKey: set (expected: none beside HS256");
    }

    @Test
    void anAppHasEightKeysAtMost() {
        newApp("many");
        IntStream.range(1, 8)
                .forEach(n -> assertThat(add("many", NO_BODY).status()).isEqualTo(200));
        Answer ninth = add("many", NO_BODY);
        assertThat(ninth.status()).isEqualTo(412);
        assertThat(ninth.detail()).isEqualTo("token keys: 8 (expected: fewer than 8; retire one first)");
    }

    @Test
    void withoutAKeyThatSignsNoTokenIsIssued() {
        Api back = newApp("elsewhere");
        admin.post(keys("elsewhere") + "/k1:retire", NO_BODY);
        Answer answer = back.post("/v1/apps/elsewhere/tokens:issue", "{\"user\": \"alice\"}");
        assertThat(answer.code()).isEqualTo("FAILED_PRECONDITION");
    }

    @Test
    void aKeyOrAnAppThatNeverWasIsNotFound() {
        assertThat(admin.post(keys("demo") + "/nope:retire", NO_BODY).detail())
                .isEqualTo("token key: nope (expected: one of app demo)");
        assertThat(admin.post(keys("demo") + "/nope:sign", NO_BODY).code()).isEqualTo("NOT_FOUND");
        assertThat(admin.get(keys("nope")).code()).isEqualTo("UNKNOWN_APP");
        assertThat(add("nope", NO_BODY).code()).isEqualTo("UNKNOWN_APP");
    }

    @Test
    void viewersListAndAdminsChange() {
        Api viewer = platform.api.with(platform.operatorKey("viewer"));
        Api operator = platform.api.with(platform.operatorKey("operator"));
        assertThat(viewer.get(keys("demo")).status()).isEqualTo(200);
        assertThat(operator.post(keys("demo"), NO_BODY).status()).isEqualTo(403);
        assertThat(operator.post(keys("demo") + "/k1:sign", NO_BODY).status()).isEqualTo(403);
        assertThat(operator.post(keys("demo") + "/k1:retire", NO_BODY).status()).isEqualTo(403);
        assertThat(platform.api.get(keys("demo")).status()).isEqualTo(403);
    }

    @Test
    void aChangeOfTheSettingsLeavesTheKeysAlone() {
        newApp("kept");
        add("kept", NO_BODY);
        String version = admin.get("/v1/apps/kept").json().path("version").asText();
        admin.put("/v1/apps/kept", "{\"displayName\": \"Kept\", \"version\": \"" + version + "\"}");
        assertThat(stored("kept")).hasSize(2);
    }

    private static String keys(String app) {
        return "/v1/apps/" + app + "/tokenKeys";
    }

    private Api newApp(String id) {
        JsonNode created =
                admin.post("/v1/apps", "{\"app\": {\"id\": \"" + id + "\"}}").json();
        return platform.api.with(created.path("key").path("secret").asText());
    }

    private Answer add(String app, String json) {
        return admin.post(keys(app), json);
    }

    private List<TokenKey> stored(String app) {
        return platform.saver.directory.app(app).getTokenKeysList();
    }

    private static SignedJWT tokenOf(Api back, String app) throws Exception {
        Answer answer = back.post("/v1/apps/" + app + "/tokens:issue", "{\"user\": \"alice\"}");
        return SignedJWT.parse(answer.json().path("token").asText());
    }

    private static String es256(String publicKey) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("algorithm", "ES256")
                .put("publicKey", publicKey)
                .toString();
    }

    private static PublicKey publicKey(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair().getPublic();
    }

    private static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }
}
