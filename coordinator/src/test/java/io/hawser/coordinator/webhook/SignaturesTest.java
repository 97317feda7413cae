package io.hawser.coordinator.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignaturesTest {
    private static final ByteString SECRET =
            ByteString.copyFrom(Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

    /** The vector of the specification's own libraries. */
    @Test
    void theVectorOfTheSpecificationIsSignedAsItSays() {
        assertThat(Signatures.of(
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        1614265330,
                        ByteString.copyFromUtf8("{\"test\": 2432232314}"),
                        List.of(SECRET)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void eachSecretSigns() {
        ByteString older = ByteString.copyFromUtf8("a secret of twenty-four!");
        String signatures = Signatures.of("msg_1", 1, ByteString.copyFromUtf8("{}"), List.of(older, SECRET));

        assertThat(signatures.split(" ")).hasSize(2).allMatch(signature -> signature.startsWith("v1,"));
        assertThat(signatures).endsWith(Signatures.of("msg_1", 1, ByteString.copyFromUtf8("{}"), List.of(SECRET)));
        assertThat(MessageDigest.isEqual(
                        signatures.getBytes(StandardCharsets.US_ASCII),
                        Signatures.of("msg_1", 2, ByteString.copyFromUtf8("{}"), List.of(older, SECRET))
                                .getBytes(StandardCharsets.US_ASCII)))
                .as("another timestamp, another signature")
                .isFalse();
    }
}
