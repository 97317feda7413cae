package io.hawser.center.user;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.hawser.rpc.id.Endpoint;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.TokenAlgorithm;
import io.hawser.rpc.v1.TokenKey;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Signs tokens for clients with their app's key: JSON Web Tokens (RFC 7519), HS256. */
final class TokenIssuer {
    private TokenIssuer() {}

    /**
     * Signs a token for a user of the app.
     *
     * @param device the only one it is good for; null: any of the user's
     * @param groups that the client may join by itself; the claim is left out where there are none
     * @throws HawserException FAILED_PRECONDITION where the app has no key that signs
     */
    static String sign(
            App app, UserKey user, @Nullable Endpoint device, List<String> groups, Instant now, Instant expires) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject(user.user().value())
                .claim("app", user.app().value())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(expires));
        if (device != null) {
            claims.claim("dev", device.device().value());
        }
        if (!groups.isEmpty()) {
            claims.claim("groups", groups);
        }
        TokenKey key = signingKey(app);
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getId()).build(), claims.build());
        try {
            token.sign(new MACSigner(key.getMaterial().toByteArray()));
        } catch (JOSEException e) {
            throw new HawserException(ErrorCode.INTERNAL, "token: cannot be signed", e);
        }
        return token.serialize();
    }

    private static TokenKey signingKey(App app) {
        return app.getTokenKeysList().stream()
                .filter(key -> key.getSigns() && key.getAlgorithm() == TokenAlgorithm.HS256)
                .findFirst()
                .orElseThrow(() -> HawserException.refusal(
                        ErrorCode.FAILED_PRECONDITION,
                        "app: " + app.getId() + " has no key that signs (expected: an HS256 key)"));
    }
}
