package io.hawser.room.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.hawser.room.Tokens;
import io.hawser.rpc.id.Endpoint;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.TokenAlgorithm;
import io.hawser.rpc.v1.TokenKey;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import org.junit.jupiter.api.Test;

final class TokenVerifierTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final App APP = Tokens.app("demo");
    private static final Endpoint ALICE = Endpoint.of("demo", "alice", "d1");

    private final TokenVerifier verifier = new TokenVerifier(Clock.fixed(NOW, ZoneOffset.UTC));

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .subject("alice")
                .claim("app", "demo")
                .expirationTime(Date.from(NOW.plusSeconds(60)));
    }

    private void isRefused(String token, ErrorCode code) {
        assertThatThrownBy(() -> verifier.verify(APP, ALICE, token))
                .isInstanceOfSatisfying(
                        HawserException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void aGoodTokenTellsWhenItEnds() {
        assertThat(verifier.verify(APP, ALICE, Tokens.signed(claims().build())).expiresMs())
                .isEqualTo(NOW.plusSeconds(60).toEpochMilli());
    }

    @Test
    void aMinuteOfLeewayIsGivenAndNoMore() {
        Date justNow = Date.from(NOW.minus(Duration.ofSeconds(59)));
        verifier.verify(
                APP, ALICE, Tokens.signed(claims().expirationTime(justNow).build()));
        Date longAgo = Date.from(NOW.minus(Duration.ofSeconds(60)));
        isRefused(Tokens.signed(claims().expirationTime(longAgo).build()), ErrorCode.TOKEN_EXPIRED);
    }

    @Test
    void aTokenOfTheFutureIsRefused() {
        Date soon = Date.from(NOW.plusSeconds(59));
        verifier.verify(APP, ALICE, Tokens.signed(claims().notBeforeTime(soon).build()));
        Date later = Date.from(NOW.plusSeconds(61));
        isRefused(Tokens.signed(claims().notBeforeTime(later).build()), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void aTokenWithoutAnEndIsRefused() {
        isRefused(Tokens.signed(claims().expirationTime(null).build()), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void aTokenForSomebodyElseIsRefused() {
        isRefused(Tokens.signed(claims().subject("bob").build()), ErrorCode.TOKEN_MISMATCH);
        isRefused(Tokens.signed(claims().claim("app", "other").build()), ErrorCode.TOKEN_MISMATCH);
        isRefused(Tokens.signed(claims().claim("dev", "d2").build()), ErrorCode.TOKEN_MISMATCH);
        isRefused(Tokens.signed(claims().claim("dev", 7).build()), ErrorCode.TOKEN_MISMATCH);
        verifier.verify(APP, ALICE, Tokens.signed(claims().claim("dev", "d1").build()));
    }

    @Test
    void aTokenThatIsNotSignedOrWasChangedIsRefused() {
        isRefused(new PlainJWT(claims().build()).serialize(), ErrorCode.TOKEN_INVALID);
        String good = Tokens.signed(claims().build());
        String mallory = Tokens.signed(claims().subject("mallory").build());
        String forged = mallory.substring(0, mallory.lastIndexOf('.')) + good.substring(good.lastIndexOf('.'));
        isRefused(forged, ErrorCode.TOKEN_INVALID);
        isRefused("a.b.c", ErrorCode.TOKEN_INVALID);
        isRefused("", ErrorCode.UNAUTHENTICATED);
    }

    /** It was a fault of the room's, and ended the connection: of one who knew the name of such a key. */
    @Test
    void aKeyThatIsNoneFitsNoToken() throws Exception {
        for (TokenAlgorithm algorithm : new TokenAlgorithm[] {TokenAlgorithm.HS256, TokenAlgorithm.ES256}) {
            App app = APP.toBuilder()
                    .addTokenKeys(TokenKey.newBuilder()
                            .setId("broken")
                            .setAlgorithm(algorithm)
                            .setMaterial(ByteString.copyFromUtf8("no key")))
                    .build();
            String token = header("{\"alg\":\"" + algorithm + "\",\"kid\":\"broken\"}") + ".e30.AAAA";
            assertThatThrownBy(() -> verifier.verify(app, ALICE, token))
                    .isInstanceOfSatisfying(
                            HawserException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.TOKEN_INVALID));
        }
    }

    /** Halves of characters no frame can hold: each was logged, with where it came from. */
    @Test
    void whatATokenSaysIsToldBackInPartAndInWholeCharacters() {
        String token = header("{\"alg\":\"HS256\",\"kid\":\"\\ud800" + "x".repeat(10_000) + "\"}") + ".e30.AAAA";
        assertThatThrownBy(() -> verifier.verify(APP, ALICE, token))
                .isInstanceOf(HawserException.class)
                .message()
                .startsWith("token: kid: ?xxx")
                .hasSizeLessThan(200);
    }

    private static String header(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aKeyOfTheEllipticKindWorksAndItsPublicPartIsNoSecret() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        App app = APP.toBuilder()
                .addTokenKeys(TokenKey.newBuilder()
                        .setId("ec")
                        .setAlgorithm(TokenAlgorithm.ES256)
                        .setMaterial(ByteString.copyFrom(pair.getPublic().getEncoded())))
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build(), claims().build());
        token.sign(new ECDSASigner((ECPrivateKey) pair.getPrivate()));
        verifier.verify(app, ALICE, token.serialize());

        SignedJWT confused = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("ec").build(), claims().build());
        confused.sign(new MACSigner(pair.getPublic().getEncoded()));
        assertThatThrownBy(() -> verifier.verify(app, ALICE, confused.serialize()))
                .isInstanceOf(HawserException.class)
                .hasMessageContaining("alg");
    }
}
