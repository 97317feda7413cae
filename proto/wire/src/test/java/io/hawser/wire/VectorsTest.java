package io.hawser.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Content;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The test vectors of docs/protocol.md, which are written down twice: there as bytes, here as messages. */
class VectorsTest {
    static Stream<Arguments> vectors() throws IOException {
        return ProtocolPage.read().tableWithHeader("| name | hex | frame |").stream()
                .map(row -> Arguments.of(row.get(0), row.get(1)));
    }

    static Stream<Arguments> refused() throws IOException {
        return ProtocolPage.read().tableWithHeader("| name | hex | code |").stream()
                .map(row -> Arguments.of(row.get(0), row.get(1), ErrorCode.valueOf(row.get(2))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void bytesAreTheMessage(String name, String hex) throws IOException {
        Frame frame = readOne(hex);
        if (name.equals("unknown-type")) {
            assertThat(FrameType.isKnown(frame.type())).isFalse();
            return;
        }
        if (name.equals("unknown-field")) {
            assertThat(Frames.parse(Ack.parser(), frame.body()).getSeq()).isEqualTo(5);
            return;
        }
        Vectors.Expected expected = Objects.requireNonNull(Vectors.named(name), name);
        assertThat(frame.type()).isEqualTo(expected.type());
        assertThat(Frames.parse(expected.body().getParserForType(), frame.body()))
                .isEqualTo(expected.body());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void theMessageIsTheBytes(String name, String hex) {
        Vectors.Expected expected = Vectors.named(name);
        if (expected != null) {
            assertThat(Vectors.HEX.formatHex(Frames.encode(expected.type(), expected.body())))
                    .isEqualTo(hex);
        }
    }

    @Test
    void aMessageHeadBeforeStoredContentIsTheBytes() throws IOException {
        String hex = hexOf("message");
        assertThat(Vectors.HEX.formatHex(
                        MessageFrame.encode(1, Vectors.SEQ_5, Vectors.SEQ_6, false, Vectors.HI.toByteArray())))
                .isEqualTo(hex);
        assertThat(Frames.parse(Content.parser(), readOne(hex).body()).getBody())
                .isEqualTo(Vectors.HI.getBody());
    }

    @Test
    void aCompressedBodyInflatesToWhatWasSent() throws IOException {
        Broadcast broadcast = Frames.parse(
                Broadcast.parser(), readOne(hexOf("broadcast-deflated")).body());
        assertThat(BodyInflater.restored(broadcast).getBody().toStringUtf8()).isEqualTo(Vectors.REPEATED);
    }

    private static String hexOf(String name) throws IOException {
        return ProtocolPage.read().tableWithHeader("| name | hex | frame |").stream()
                .filter(row -> row.get(0).equals(name))
                .map(row -> row.get(1))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsRefusedHasItsCode(String name, String hex, ErrorCode code) {
        HawserException refusal = catchThrowableOfType(HawserException.class, () -> readAndParse(hex));

        assertThat(refusal).as(name).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
    }

    private static void readAndParse(String hex) throws IOException {
        Frame frame = readOne(hex);
        Parser<? extends MessageLite> parser = frame.type() == FrameType.BIND ? Bind.parser() : Ack.parser();
        Frames.parse(parser, frame.body());
    }

    private static Frame readOne(String hex) throws IOException {
        FrameReader reader = new FrameReader(
                new ByteArrayInputStream(Vectors.HEX.parseHex(hex)), FrameLimits.MAX_UNBOUND_FRAME_BYTES);
        Frame frame = Objects.requireNonNull(reader.read(), hex);
        assertThat(List.of(hex))
                .as("nothing follows")
                .allSatisfy(h -> assertThat(reader.read()).isNull());
        return frame;
    }
}
