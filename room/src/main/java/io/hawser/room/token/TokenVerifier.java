package io.hawser.room.token;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.hawser.rpc.id.Endpoint;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.TokenKey;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Checks client tokens (RFC 7519, signed with HS256 or ES256) against an app's keys. The signature is checked before
 * anything the token says is believed, and the algorithm is the key's, never the token's choice. May be used by any thread.
 */
public final class TokenVerifier {
    /** Clocks of back ends differ by as much. */
    private static final Duration LEEWAY = Duration.ofSeconds(60);

    private static final int KEYS_KEPT = 10_000;
    /** Of what a token says that is told back. */
    private static final int MAX_TOLD_CHARS = 64;

    private final Clock clock;
    private final LoadingCache<TokenKey, JWSVerifier> verifiers =
            Caffeine.newBuilder().maximumSize(KEYS_KEPT).executor(Runnable::run).build(TokenVerifier::verifierOf);

    public TokenVerifier(Clock clock) {
        this.clock = clock;
    }

    /**
     * Returns what the token permits.
     *
     * @throws HawserException UNAUTHENTICATED without a token, TOKEN_INVALID, TOKEN_EXPIRED, or TOKEN_MISMATCH where it
     *     is for somebody else
     */
    public Permit verify(App app, Endpoint endpoint, String token) {
        if (token.isEmpty()) {
            throw HawserException.refusal(ErrorCode.UNAUTHENTICATED, "token: none (expected: a JSON Web Token)");
        }
        JWTClaimsSet claims = verified(app, token);
        long expiresMs = checkTime(claims);
        match("sub", claims.getSubject(), endpoint.user().value());
        match("app", claim(claims, "app"), endpoint.app().value());
        if (claims.getClaim("dev") != null) {
            match("dev", claim(claims, "dev"), endpoint.device().value());
        }
        return new Permit(expiresMs, groups(claims));
    }

    private static List<String> groups(JWTClaimsSet claims) {
        try {
            List<String> patterns = claims.getStringListClaim("groups");
            return patterns == null ? List.of() : List.copyOf(patterns);
        } catch (ParseException | NullPointerException e) {
            throw invalid("groups: " + told(claims.getClaim("groups")) + " (expected: a list of patterns)");
        }
    }

    private JWTClaimsSet verified(App app, String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            TokenKey key = key(app, jwt.getHeader().getKeyID());
            if (!algorithm(key).equals(jwt.getHeader().getAlgorithm())) {
                throw invalid("alg: " + told(jwt.getHeader().getAlgorithm()) + " (expected: " + algorithm(key) + ")");
            }
            if (!jwt.verify(verifier(key))) {
                throw invalid("signature: wrong");
            }
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            if (claims == null) {
                throw invalid("claims: none");
            }
            return claims;
        } catch (ParseException | JOSEException e) {
            throw invalid("malformed");
        }
    }

    private static TokenKey key(App app, @Nullable String id) {
        for (TokenKey key : app.getTokenKeysList()) {
            if (key.getId().equals(id)) {
                return key;
            }
        }
        throw invalid("kid: " + told(id) + " (expected: one of the app's keys)");
    }

    /** A key that is none fits no token: for this app alone, and until it has another. */
    private JWSVerifier verifier(TokenKey key) {
        try {
            return verifiers.get(key);
        } catch (CompletionException malformed) {
            throw invalid("kid: " + told(key.getId()) + " (expected: a key that can be used)");
        }
    }

    private static JWSAlgorithm algorithm(TokenKey key) {
        return switch (key.getAlgorithm()) {
            case HS256 -> JWSAlgorithm.HS256;
            case ES256 -> JWSAlgorithm.ES256;
            case TOKEN_ALGORITHM_UNSPECIFIED, UNRECOGNIZED -> throw invalid("kid: a key of no known algorithm");
        };
    }

    private static JWSVerifier verifierOf(TokenKey key) throws JOSEException, GeneralSecurityException {
        byte[] material = key.getMaterial().toByteArray();
        if (algorithm(key).equals(JWSAlgorithm.HS256)) {
            return new MACVerifier(material);
        }
        var publicKey = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(material));
        return new ECDSAVerifier(publicKey);
    }

    private long checkTime(JWTClaimsSet claims) {
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        if (expires == null) {
            throw invalid("exp: none (expected: when it ends)");
        }
        if (!expires.toInstant().plus(LEEWAY).isAfter(now)) {
            throw HawserException.refusal(ErrorCode.TOKEN_EXPIRED, "token: ended at " + expires.toInstant());
        }
        Date notBefore = claims.getNotBeforeTime();
        if (notBefore != null && notBefore.toInstant().minus(LEEWAY).isAfter(now)) {
            throw invalid("nbf: " + notBefore.toInstant() + " (expected: not later than now)");
        }
        return expires.toInstant().toEpochMilli();
    }

    private static String claim(JWTClaimsSet claims, String name) {
        return claims.getClaim(name) instanceof String text ? text : "";
    }

    private static void match(String name, @Nullable String said, String meant) {
        if (!meant.equals(said)) {
            throw HawserException.refusal(
                    ErrorCode.TOKEN_MISMATCH, name + ": " + told(said) + " (expected: " + meant + ", as in BIND)");
        }
    }

    /** Whoever made the token wrote it: it may be of any length, and hold halves of characters, which no frame can. */
    private static String told(@Nullable Object said) {
        String text = new String(String.valueOf(said).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        boolean fits = text.length() <= MAX_TOLD_CHARS;
        return fits ? text : text.substring(0, text.offsetByCodePoints(0, MAX_TOLD_CHARS / 2)) + "…";
    }

    private static HawserException invalid(String detail) {
        return HawserException.refusal(ErrorCode.TOKEN_INVALID, "token: " + detail);
    }
}
