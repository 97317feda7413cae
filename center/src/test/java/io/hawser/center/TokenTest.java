package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tokens for clients. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenTest {
    private static final String ISSUE = "/v1/apps/demo/tokens:issue";
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
    void aTokenIsSignedWithTheAppsKeyForTheUserAndTheDevice() throws Exception {
        Answer answer = platform.api.post(ISSUE, "{\"user\": \"ж\", \"device\": \"phone\", \"ttl\": \"60s\"}");
        SignedJWT token = SignedJWT.parse(answer.json().path("token").asText());
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertThat(token.verify(new MACVerifier(new byte[32]))).isTrue();
        assertThat(token.getHeader().getKeyID()).isEqualTo("k1");
        assertThat(claims.getSubject()).isEqualTo("ж");
        assertThat(claims.getStringClaim("app")).isEqualTo("demo");
        assertThat(claims.getStringClaim("dev")).isEqualTo("phone");
        Instant expires = claims.getExpirationTime().toInstant();
        assertThat(claims.getIssueTime().toInstant().plusSeconds(60)).isEqualTo(expires);
        assertThat(answer.json().path("expires").asText()).isEqualTo(expires.toString());
    }

    @Test
    void aTokenForAnyDeviceNamesNone() throws Exception {
        Answer answer = platform.api.post(ISSUE, "{\"user\": \"alice\"}");
        JWTClaimsSet claims =
                SignedJWT.parse(answer.json().path("token").asText()).getJWTClaimsSet();
        assertThat(claims.getClaim("dev")).isNull();
    }

    @Test
    void aTokenLivesThirtyDaysAtMost() {
        Answer answer = platform.api.post(ISSUE, "{\"user\": \"alice\", \"ttl\": \"2592001s\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.detail()).isEqualTo("ttl: 2592001s (expected: 1s to 2592000s)");
    }
}
