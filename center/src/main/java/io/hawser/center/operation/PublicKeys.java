package io.hawser.center.operation;

import com.nimbusds.jose.jwk.Curve;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys as people have them: PEM (RFC 7468) of a SubjectPublicKeyInfo. */
final class PublicKeys {
    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]{1,1024})-----END PUBLIC KEY-----\\s*");

    private PublicKeys() {}

    /**
     * Returns the key's SubjectPublicKeyInfo.
     *
     * @throws HawserException INVALID_ARGUMENT where it is not a public key on P-256. The message repeats nothing: what
     *     was pasted by mistake may be the private one
     */
    static byte[] read(String pem) {
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.matches()) {
            throw invalid();
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
            var key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
            if (!Curve.P_256.equals(Curve.forECParameterSpec(key.getParams()))) {
                throw invalid();
            }
            return key.getEncoded();
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            throw invalid();
        }
    }

    private static HawserException invalid() {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT,
                "public_key: not a key for ES256 (expected: PEM, BEGIN PUBLIC KEY, on curve P-256)");
    }
}
