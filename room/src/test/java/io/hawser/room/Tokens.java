package io.hawser.room;

import com.google.protobuf.ByteString;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.SessionPolicy;
import io.hawser.rpc.v1.TokenAlgorithm;
import io.hawser.rpc.v1.TokenKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** What an app's back end makes, for tests. */
public final class Tokens {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);

    private Tokens() {}

    /** An app whose tokens {@link #of} makes. */
    public static App app(String id) {
        return App.newBuilder()
                .setId(id)
                .setSessionPolicy(SessionPolicy.ONE_PER_USER)
                .addClientGroups("news.*")
                .addTokenKeys(TokenKey.newBuilder()
                        .setId("k1")
                        .setAlgorithm(TokenAlgorithm.HS256)
                        .setMaterial(ByteString.copyFrom(SECRET)))
                .build();
    }

    public static String of(String app, String user) {
        return of(app, user, Instant.now().plus(Duration.ofHours(1)));
    }

    public static String of(String app, String user, Instant expires) {
        return signed(new JWTClaimsSet.Builder()
                .subject(user)
                .claim("app", app)
                .expirationTime(Date.from(expires))
                .build());
    }

    public static String signed(JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), claims);
            token.sign(new MACSigner(SECRET));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
