package io.hawser.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Encoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed bodies come out as they went in, or are refused; the seed is in each test's name. */
class CompressedBodyTest {
    private static final int MAX_BYTES = FrameLimits.MAX_MESSAGE_BODY_BYTES;

    private final BodyDeflater deflater = new BodyDeflater();

    @AfterEach
    void close() {
        deflater.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void bodiesComeOutAsTheyWentIn(long seed) {
        Random random = new Random(seed);
        int compressed = 0;
        for (int i = 0; i < 100; i++) {
            ByteString body = randomBody(random);
            ByteString deflated = deflater.deflate(body);
            if (deflated != null) {
                compressed++;
                assertThat(deflated.size()).isLessThanOrEqualTo(body.size() - body.size() / 8);
                assertThat(BodyInflater.inflate(deflated, body.size())).isEqualTo(body);
            }
        }
        assertThat(compressed).isGreaterThan(25);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void whatIsCutOrFollowedOrSaysAnotherLengthIsRefused(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            ByteString body = compressibleBody(random, 1 + random.nextInt(2_000));
            ByteString deflated = deflated(body);
            assertRefused(deflated.substring(0, random.nextInt(deflated.size())), body.size());
            assertRefused(deflated.concat(ByteString.copyFrom(new byte[1 + random.nextInt(9)])), body.size());
            assertRefused(deflated, body.size() - 1 - random.nextInt(body.size()));
            assertRefused(deflated, body.size() + 1 + random.nextInt(100));
        }
    }

    /**
     * A bit in nobody's way, between the last symbol and the check sum, changes nothing; and a check sum of 32 bits that is
     * quick to reckon misses one change in thousands. What passes has the length that was stated, in any case.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23, 24})
    void whatIsGarbledIsRefusedNearlyAlways(long seed) {
        Random random = new Random(seed);
        int missed = 0;
        for (int i = 0; i < 500; i++) {
            ByteString body = compressibleBody(random, 1 + random.nextInt(2_000));
            byte[] garbled = deflated(body).toByteArray();
            garbled[random.nextInt(garbled.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            ByteString inflated = inflatedOrRefused(ByteString.copyFrom(garbled), body.size());
            if (inflated != null) {
                assertThat(inflated.size()).isEqualTo(body.size());
                missed += inflated.equals(body) ? 0 : 1;
            }
        }
        assertThat(missed).isLessThan(10);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32})
    void garbageIsRefused(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] garbage = new byte[random.nextInt(300)];
            random.nextBytes(garbage);
            assertRefused(ByteString.copyFrom(garbage), 1 + random.nextInt(MAX_BYTES));
        }
    }

    @Test
    void lengthsThatNoBodyHasAreRefusedBeforeAnythingIsInflated() {
        ByteString deflated = deflated(ByteString.copyFromUtf8("x"));
        for (int bytes : new int[] {0, -1, Integer.MIN_VALUE, MAX_BYTES + 1, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> BodyInflater.inflate(deflated, bytes))
                    .hasMessageContaining("body_bytes: " + Integer.toUnsignedString(bytes));
        }
    }

    @Test
    void aBombEndsAtTheLengthThatItSays() {
        ByteString bomb = deflated(ByteString.copyFrom(new byte[1 << 20]));
        assertRefused(bomb, MAX_BYTES);
        assertRefused(bomb, 1_000);
    }

    @Test
    void whatHardlyGetsShorterStaysAsItIs() {
        byte[] noise = new byte[4_096];
        new Random(1).nextBytes(noise);
        assertThat(deflater.deflate(ByteString.copyFrom(noise))).isNull();
        assertThat(deflater.deflate(ByteString.EMPTY)).isNull();
        assertThat(deflater.deflate(ByteString.copyFromUtf8("short"))).isNull();
        assertThat(deflater.deflate(ByteString.copyFrom(new byte[MAX_BYTES + 1])))
                .isNull();
        assertThat(deflater.deflate(ByteString.copyFrom(new byte[MAX_BYTES]))).isNotNull();
    }

    @Test
    void aBroadcastIsRestoredAndOneAsItWasSentIsLeftAlone() {
        ByteString body = ByteString.copyFromUtf8("hello ".repeat(100));
        Broadcast plain = Broadcast.newBuilder()
                .setApp("demo")
                .setBseq(9)
                .setBody(body)
                .setText(true)
                .build();
        Broadcast compressed = plain.toBuilder()
                .setBody(deflated(body))
                .setEncoding(Encoding.DEFLATE)
                .setBodyBytes(body.size())
                .build();
        assertThat(BodyInflater.restored(compressed)).isEqualTo(plain);
        assertThat(BodyInflater.restored(plain)).isSameAs(plain);
        assertThatThrownBy(() -> BodyInflater.restored(
                        plain.toBuilder().setEncodingValue(7).build()))
                .hasMessageContaining("encoding: 7");
    }

    private ByteString randomBody(Random random) {
        int bytes = random.nextInt(10) == 0 ? random.nextInt(MAX_BYTES + 1) : random.nextInt(3_000);
        if (random.nextBoolean()) {
            return compressibleBody(random, bytes);
        }
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return ByteString.copyFrom(noise);
    }

    /** Of few letters. */
    private static ByteString compressibleBody(Random random, int bytes) {
        int letters = 1 + random.nextInt(20);
        byte[] body = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            body[i] = (byte) ('a' + random.nextInt(letters));
        }
        return ByteString.copyFrom(body);
    }

    /** Whether it gets shorter or not. */
    private static ByteString deflated(ByteString body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            body.writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }

    private static void assertRefused(ByteString deflated, int bodyBytes) {
        assertThatExceptionOfType(HawserException.class)
                .isThrownBy(() -> BodyInflater.inflate(deflated, bodyBytes))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
    }

    private static @Nullable ByteString inflatedOrRefused(ByteString deflated, int bodyBytes) {
        try {
            return BodyInflater.inflate(deflated, bodyBytes);
        } catch (HawserException refusal) {
            assertThat(refusal.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
            return null;
        }
    }
}
