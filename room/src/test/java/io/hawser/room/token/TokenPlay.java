package io.hawser.room.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.hawser.room.Tokens;
import io.hawser.room.fuzz.Choices;
import io.hawser.rpc.id.Endpoint;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.TokenAlgorithm;
import io.hawser.rpc.v1.TokenKey;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A fuzzer's bytes as a token: text of no form, or a header and claims that are sound but for what the bytes say, signed by
 * a key of the app's, by another or not at all, and damaged on the way. The verifier takes it or refuses it with a code;
 * what it takes one of the app's keys has signed, as {@link TokenSigner} finds without it; and what is wrong with none of
 * that it takes.
 */
final class TokenPlay {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Endpoint ALICE = Endpoint.of("demo", "alice", "d1");
    private static final TokenSigner SIGNER = new TokenSigner();
    private static final App APP = Tokens.app("demo").toBuilder()
            .clearTokenKeys()
            .addTokenKeys(key("k1", TokenAlgorithm.HS256, SIGNER.secret()))
            .addTokenKeys(key("ec", TokenAlgorithm.ES256, SIGNER.publicKey()))
            .addTokenKeys(key("short", TokenAlgorithm.HS256, new byte[] {1, 2, 3}))
            .addTokenKeys(key("broken", TokenAlgorithm.ES256, new byte[] {1, 2, 3}))
            .addTokenKeys(key("strange", TokenAlgorithm.TOKEN_ALGORITHM_UNSPECIFIED, SIGNER.secret()))
            .build();

    private static final TokenVerifier VERIFIER = new TokenVerifier(Clock.fixed(NOW, ZoneOffset.UTC));
    private static final List<ErrorCode> REFUSALS = List.of(
            ErrorCode.UNAUTHENTICATED, ErrorCode.TOKEN_INVALID, ErrorCode.TOKEN_EXPIRED, ErrorCode.TOKEN_MISMATCH);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** For a token of no length, and for each character of one. */
    private static final long ALLOCATED_BYTES = 512 << 10;

    private static final long ALLOCATED_BYTES_A_CHAR = 256;
    /** Two values of one side or the other, and what is said of them. */
    private static final int LONGEST_REFUSAL_CHARS = 256;

    // The first of each is sound, and a few that follow it may be.
    private static final List<String> KIDS = List.of(
            "\"k1\"",
            "\"ec\"",
            "\"short\"",
            "\"broken\"",
            "\"strange\"",
            "\"nobody's\"",
            "\"\\ud800\"",
            "\"" + "\\udc00".repeat(500) + "\"",
            "7",
            "null");
    private static final List<String> ALGORITHMS = List.of(
            "\"HS256\"", "\"ES256\"", "\"none\"", "\"HS512\"", "\"RS256\"", "\"\"", "\"" + "x".repeat(500) + "\"", "7");
    private static final List<String> MORE_OF_A_HEADER = List.of(
            "",
            ",\"typ\":\"JWT\"",
            ",\"b64\":false,\"crit\":[\"b64\"]",
            ",\"crit\":[]",
            ",\"crit\":[\"exp\"],\"exp\":1",
            ",\"zip\":\"DEF\"",
            ",\"jku\":\"\\u0000%\"",
            ",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}",
            ",\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
            ",\"jwk\":{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\"}",
            ",\"jwk\":[]",
            ",\"x5c\":[\"AAAA\",7]",
            ",\"x5t\":7",
            ",\"alg\":\"none\"",
            ",\"kid\":\"k1\"");
    private static final List<String> SUBJECTS = List.of(
            "\"alice\"", "\"mallory\"", "\"\\ud800\"", "[\"alice\"]", "7", "null", "\"" + "m".repeat(500) + "\"");
    private static final List<String> APPS = List.of("\"demo\"", "\"shop\"", "{}", "null", "1e999");
    private static final List<String> EXPIRIES = List.of(
            "1767225660",
            "1767225540",
            "0",
            "-1",
            "9223372036854775807",
            "-9223372036854775808",
            "99999999999999999999",
            "1e400",
            "1.5",
            "\"1767225660\"",
            "\"soon\"",
            "null",
            "[]");
    private static final List<String> MORE_CLAIMS = List.of(
            "",
            ",\"dev\":\"d1\"",
            ",\"groups\":[\"news.*\",\"\"]",
            ",\"dev\":\"d2\"",
            ",\"dev\":7",
            ",\"nbf\":1767225661",
            ",\"nbf\":9223372036854775807",
            ",\"nbf\":\"x\"",
            ",\"groups\":[7]",
            ",\"groups\":[null]",
            ",\"groups\":\"x\"",
            ",\"groups\":{\"a\":[]}",
            ",\"aud\":[null]",
            ",\"iss\":7",
            ",\"sub\":\"alice\"",
            ",\"\":{\"\":[[],{}]}");
    private static final int SOUND_MORE = 3;

    private final Choices choices;
    /** Nothing is wrong so far. */
    private boolean sound = true;

    private TokenPlay(Choices choices) {
        this.choices = choices;
    }

    private static TokenKey key(String id, TokenAlgorithm algorithm, byte[] material) {
        return TokenKey.newBuilder()
                .setId(id)
                .setAlgorithm(algorithm)
                .setMaterial(ByteString.copyFrom(material))
                .build();
    }

    /**
     * Returns whether it was taken.
     *
     * @throws AssertionError where it should not be, or should, or what was thrown is no refusal
     */
    static boolean play(byte[] bytes) {
        TokenPlay play = new TokenPlay(new Choices(bytes));
        String token = play.choices.below(8) == 7 ? play.formless() : play.damaged(play.made());
        boolean taken = isTakenCheaply(token);
        if (taken) {
            assertThat(SIGNER.hasSigned(token))
                    .as("signed by the app: %s", token)
                    .isTrue();
        }
        if (play.sound) {
            assertThat(taken).as("taken: %s", token).isTrue();
        }
        return taken;
    }

    /** What is loaded and compiled the first time is no matter of the token. */
    private static boolean isTakenCheaply(String token) {
        long allowedBytes = ALLOCATED_BYTES + ALLOCATED_BYTES_A_CHAR * token.length();
        long usedBytes = Long.MAX_VALUE;
        boolean taken = false;
        for (int i = 0; i < 2 && usedBytes > allowedBytes; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            taken = isTaken(token);
            usedBytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(usedBytes)
                .as("bytes allocated for %s characters", token.length())
                .isLessThanOrEqualTo(allowedBytes);
        return taken;
    }

    private static boolean isTaken(String token) {
        try {
            Permit permit = VERIFIER.verify(APP, ALICE, token);
            assertThat(permit.expiresMs()).isGreaterThan(NOW.minusSeconds(60).toEpochMilli());
            return true;
        } catch (HawserException refusal) {
            assertThat(refusal.code()).isIn(REFUSALS);
            isFitToBeTold(String.valueOf(refusal.getMessage()));
            return false;
        }
    }

    private static void isFitToBeTold(String message) {
        assertThat(message.length()).as(message).isLessThanOrEqualTo(LONGEST_REFUSAL_CHARS);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(message))
                .as("whole characters in %s", message)
                .isTrue();
    }

    private String formless() {
        sound = false;
        return new String(choices.rest(), StandardCharsets.UTF_8);
    }

    private String made() {
        String kid = any(KIDS);
        boolean elliptic = kid.equals("\"ec\"");
        String algorithm = any(ALGORITHMS);
        sound &= algorithm.equals(elliptic ? "\"ES256\"" : "\"HS256\"") && (elliptic || kid.equals("\"k1\""));
        String header = "{\"alg\":" + algorithm + ",\"kid\":" + kid + of(MORE_OF_A_HEADER, 2) + nested() + "}";
        String claims = "{\"sub\":" + of(SUBJECTS, 1) + ",\"app\":" + of(APPS, 1) + ",\"exp\":" + of(EXPIRIES, 1)
                + of(MORE_CLAIMS, SOUND_MORE) + nested() + "}";
        String signed = base64(damagedText(header)) + "." + base64(damagedText(claims));
        return signed + "." + base64(signature(signed, elliptic));
    }

    private String of(List<String> some, int soundOnes) {
        String one = any(some);
        sound &= some.indexOf(one) < soundOnes;
        return one;
    }

    /** The first, as a rule: where all were as likely, few tokens would be sound. */
    private String any(List<String> some) {
        return choices.below(4) == 3 ? choices.of(some) : some.getFirst();
    }

    private String nested() {
        if (choices.below(16) != 15) {
            return "";
        }
        int depth = 64 * choices.below(256);
        sound = false;
        return ",\"deep\":" + "[".repeat(depth) + "]".repeat(depth);
    }

    private byte[] signature(String signed, boolean elliptic) {
        return switch (choices.below(8)) {
            case 5 -> {
                sound = false;
                yield choices.bytes(70);
            }
            case 6 -> {
                sound = false;
                yield SIGNER.byAnother(signed);
            }
            case 7 -> {
                // Of the right key, by the wrong way: its public half is no secret.
                sound = false;
                yield elliptic ? SIGNER.byPublicKey(signed) : new byte[64];
            }
            default -> elliptic ? SIGNER.elliptic(signed) : SIGNER.symmetric(signed);
        };
    }

    private byte[] damagedText(String json) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        if (choices.below(16) == 15) {
            sound = false;
            text[choices.below(text.length)] = (byte) choices.below(256);
        }
        return text;
    }

    private String damaged(String token) {
        List<String> parts = new ArrayList<>(List.of(token.split("\\.", -1)));
        int how = choices.below(24);
        sound &= how < 16;
        return switch (how) {
            case 16 -> token.substring(0, choices.below(token.length()));
            case 17 -> token + new String(choices.bytes(8), StandardCharsets.ISO_8859_1);
            case 18 -> parts.get(0) + "." + parts.get(1) + ".";
            case 19 -> parts.get(0) + ".." + parts.get(2);
            case 20 -> parts.get(1) + "." + parts.get(0) + "." + parts.get(2);
            case 21 -> " " + token + "\n";
            case 22, 23 -> {
                char[] changed = token.toCharArray();
                changed[choices.below(Math.min(256, changed.length))] ^= (char) (1 << choices.below(8));
                yield new String(changed);
            }
            default -> token;
        };
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
