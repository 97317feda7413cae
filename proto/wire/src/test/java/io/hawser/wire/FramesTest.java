package io.hawser.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Qos;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties of the codec over random frames, splits, cuts and garbage; the seed is in each test's name. */
class FramesTest {
    private static final int LIMIT = FrameLimits.MAX_ROOM_FRAME_BYTES;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void framesComeOutAsTheyWentInHoweverTheStreamIsSplit(long seed) throws IOException {
        Random random = new Random(seed);
        List<Frame> sent = randomFrames(random);

        FrameReader reader = new FrameReader(new SplitStream(onWire(sent), random), LIMIT);

        for (Frame frame : sent) {
            assertThat(reader.read()).usingRecursiveComparison().isEqualTo(frame);
        }
        assertThat(reader.read()).isNull();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void aStreamCutInsideAFrameIsAProtocolError(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] frame = onWire(List.of(randomFrame(random)));
        for (int cut = 1; cut < frame.length; cut += 1 + random.nextInt(Math.max(1, frame.length / 50))) {
            FrameReader reader = new FrameReader(new ByteArrayInputStream(frame, 0, cut), LIMIT);
            assertThatThrownBy(reader::read)
                    .isInstanceOfSatisfying(
                            HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23, 24, 25, 26})
    void garbageIsRefusedWithACodeAndNothingElse(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] garbage = new byte[random.nextInt(300)];
            random.nextBytes(garbage);
            readAll(garbage, FrameLimits.MAX_UNBOUND_FRAME_BYTES, seed);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32, 33})
    void aFrameWithFlippedBitsIsRefusedWithACodeOrReadAsAnother(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = onWire(randomFrames(random));
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            readAll(bytes, LIMIT, seed);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {41, 42, 43})
    void messageHeadsAreWhatProtobufWouldWrite(long seed) throws InvalidProtocolBufferException {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            int binding = random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31);
            long prev = random.nextLong() >>> random.nextInt(64);
            long seq = random.nextLong() >>> random.nextInt(64);
            boolean redelivered = random.nextBoolean();
            byte[] content = randomContent(random).toByteArray();

            byte[] frame = MessageFrame.encode(binding, prev, seq, redelivered, content);

            Message expected = Message.parseFrom(content).toBuilder()
                    .setBinding(binding)
                    .setPrev(prev)
                    .setSeq(seq)
                    .setRedelivered(redelivered)
                    .build();
            assertThat(frame).isEqualTo(Frames.encode(FrameType.MESSAGE, expected));
            assertThat(frame.length - content.length).isLessThanOrEqualTo(MessageFrame.MAX_HEAD_BYTES);
        }
    }

    @Test
    void lengthsAtTheLimitsAreTakenAndOneMoreIsNot() throws IOException {
        for (int limit : new int[] {1, 127, 128, 4096, 16_383, 16_384, 65_536, LIMIT}) {
            byte[] fits = Frames.encode(FrameType.MESSAGE, new byte[limit - 1]);
            byte[] over = Frames.encode(FrameType.MESSAGE, new byte[limit]);

            assertThat(new FrameReader(new ByteArrayInputStream(fits), limit).read())
                    .isNotNull();
            assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(over), limit).read())
                    .hasMessage("frame length: " + (limit + 1) + " (expected: 1 to " + limit + ")");
        }
    }

    @Test
    void theLargestMessageFitsIntoTheLargestFrameOfARoom() {
        Content content = Content.newBuilder()
                .setId("i".repeat(64))
                .setBody(ByteString.copyFrom(new byte[FrameLimits.MAX_MESSAGE_BODY_BYTES]))
                .setCollapseKey("c".repeat(64))
                .putHeaders("k".repeat(1024), "v".repeat(6 * 1024))
                .build();

        byte[] frame = MessageFrame.encode(Integer.MAX_VALUE, -1, -1, true, content.toByteArray());

        assertThat(frame.length - FrameLimits.MAX_PREFIX_BYTES).isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void bodiesAreParsedFromBuffersToo() {
        Bind bind = Bind.newBuilder().setBinding(3).setUser("zoë").build();
        ByteBuffer direct = ByteBuffer.allocateDirect(bind.getSerializedSize());
        direct.put(bind.toByteArray()).flip();

        assertThat(Frames.parse(Bind.parser(), direct)).isEqualTo(bind);
        assertThatThrownBy(() -> Frames.parse(Bind.parser(), ByteBuffer.wrap(new byte[] {8})))
                .isInstanceOf(HawserException.class);
    }

    @Test
    void aCodeThatIsNotKnownIsInternal() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(ErrorCode.ofNumber(code.number())).isEqualTo(code);
        }
        assertThat(ErrorCode.ofNumber(9999)).isEqualTo(ErrorCode.INTERNAL);
    }

    /** Reads until the end or the first refusal; anything else that is thrown fails the test. */
    private static void readAll(byte[] bytes, int limit, long seed) {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(bytes), limit);
        try {
            for (Frame frame = reader.read(); frame != null; frame = reader.read()) {
                Frames.parse(Message.parser(), frame.body());
            }
        } catch (HawserException e) {
            assertThat(e.code()).isIn(ErrorCode.PROTOCOL_ERROR, ErrorCode.FRAME_TOO_LARGE);
        } catch (IOException | RuntimeException e) {
            fail("seed " + seed + ", bytes " + Arrays.toString(bytes), e);
        }
    }

    private static List<Frame> randomFrames(Random random) {
        List<Frame> frames = new ArrayList<>();
        for (int i = random.nextInt(40); i >= 0; i--) {
            frames.add(randomFrame(random));
        }
        return frames;
    }

    private static Frame randomFrame(Random random) {
        int size = random.nextInt(10) == 0 ? random.nextInt(LIMIT) : random.nextInt(200);
        byte[] body = new byte[size];
        random.nextBytes(body);
        return new Frame(random.nextInt(256), body);
    }

    private static Content randomContent(Random random) {
        byte[] body = new byte[random.nextInt(300)];
        random.nextBytes(body);
        return Content.newBuilder()
                .setId(Long.toHexString(random.nextLong()))
                .setQos(Qos.forNumber(random.nextInt(4)))
                .setBody(ByteString.copyFrom(body))
                .setText(random.nextBoolean())
                .setSentMs(random.nextLong() >>> 1)
                .build();
    }

    private static byte[] onWire(List<Frame> frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frames.forEach(frame -> out.writeBytes(Frames.encode(frame.type(), frame.body())));
        return out.toByteArray();
    }

    /** A stream that gives as many bytes at a time as chance has it, as a socket does. */
    private static final class SplitStream extends InputStream {
        private final ByteArrayInputStream in;
        private final Random random;

        SplitStream(byte[] bytes, Random random) {
            this.in = new ByteArrayInputStream(bytes);
            this.random = random;
        }

        @Override
        public int read() {
            return in.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return in.read(target, offset, Math.min(length, 1 + random.nextInt(50)));
        }
    }
}
