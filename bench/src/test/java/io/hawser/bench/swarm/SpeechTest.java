package io.hawser.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Stamp;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.UplinkAck;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every protocol's messages are counted and timed, wherever the network cuts them. */
final class SpeechTest {
    private static final int MESSAGES = 3;
    private static final byte[] BODY = new Stamp(1, 0).body(300);

    @ParameterizedTest
    @EnumSource
    void messagesAreFoundWhereverTheyAreCut(Ramp.Protocol protocol) {
        byte[] stream = stream(protocol);
        for (int cut = 1; cut < stream.length; cut++) {
            Counts counts = new Counts();
            counts.begin(new Order.Begin(1, 1, true));
            Speech speech = Speech.of(Ramp.to(protocol, List.of(), "bench", 1, true), counts);
            Client client = new Client(0, new Member("user", ""), speech, PlainWire::over, new NobodyAtHome());
            ByteBuffer first = ByteBuffer.wrap(stream, 0, cut).slice();
            speech.hear(client, first);
            ByteBuffer rest = ByteBuffer.allocate(stream.length);
            rest.put(first).put(stream, cut, stream.length - cut).flip();
            speech.hear(client, rest);
            assertThat(rest.hasRemaining()).isFalse();
            assertThat(counts.report().deliveries()).isEqualTo(MESSAGES);
            assertThat(Percentiles.histogram(counts.report().kinds().getFirst().latencies())
                            .getTotalCount())
                    .isEqualTo(MESSAGES);
        }
    }

    private static byte[] stream(Ramp.Protocol protocol) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int i = 0; i < MESSAGES; i++) {
            stream.writeBytes(message(protocol));
        }
        return stream.toByteArray();
    }

    private static byte[] message(Ramp.Protocol protocol) {
        return switch (protocol) {
            case hawser ->
                Frames.encode(
                        FrameType.BROADCAST,
                        Broadcast.newBuilder()
                                .setApp("bench")
                                .addGroups("news")
                                .setBody(ByteString.copyFrom(BODY))
                                .setSentMs(1)
                                .build());
            case mqtt -> MqttPackets.publish("bench", BODY);
            case nats -> {
                ByteArrayOutputStream message = new ByteArrayOutputStream();
                message.writeBytes(("MSG bench 1 " + BODY.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
                message.writeBytes(BODY);
                message.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
                yield message.toByteArray();
            }
        };
    }

    private static final class NobodyAtHome implements Client.Home {
        @Override
        public void up(Client client) {
            throw new AssertionError("nobody came");
        }

        @Override
        public void over(Client client, String why, int retryAfterMs) {
            throw new AssertionError(why);
        }

        @Override
        public void acknowledged(Client client, UplinkAck ack) {
            throw new AssertionError("nothing was sent up");
        }
    }
}
