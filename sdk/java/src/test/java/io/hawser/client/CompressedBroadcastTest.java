package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.wire.BodyDeflater;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Encoding;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Qos;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Broadcasts whose bodies come compressed, and such as cannot be restored. */
class CompressedBroadcastTest extends PushClientHarness {
    private static final String TEXT = "maintenance at noon ".repeat(60);

    private static Broadcast.Builder compressed(long bseq) {
        ByteString body = ByteString.copyFromUtf8(TEXT);
        try (BodyDeflater deflater = new BodyDeflater()) {
            return Broadcast.newBuilder()
                    .setApp("demo")
                    .setBseq(bseq)
                    .setId("b-" + bseq)
                    .setQos(Qos.DURABLE)
                    .setText(true)
                    .setEncoding(Encoding.DEFLATE)
                    .setBodyBytes(body.size())
                    .setBody(Objects.requireNonNull(deflater.deflate(body)));
        }
    }

    private static BroadcastCursor cursor(long low, Long... seen) {
        return FakeRoom.Line.cursor(low, List.of(seen), List.of());
    }

    private Hello greet(FakeRoom.Line line) throws IOException {
        Hello hello = line.greet(30);
        line.awaitBind();
        line.bound(cursor(4));
        return hello;
    }

    @Test
    void theListenerGetsTheBodyAsItWasSent() throws Exception {
        PushClient client = start(alice());
        FakeRoom.Line line = room.accept();
        assertThat(greet(line).getEncodingsList()).containsExactly(Encoding.DEFLATE);

        line.send(FrameType.BROADCAST, compressed(5).build());
        line.broadcast(6, "as it is");

        assertThat(listener.awaitTexts(2)).containsExactly(TEXT, "as it is");
        line.awaitSync(cursor(4, 5L, 6L));
        assertThat(client.counters().inflated()).isEqualTo(1);
    }

    @Test
    void aNotificationsHintIsRestoredBeforeItWaitsForItsBody() throws Exception {
        start(alice().bodySource(notification -> notification.hint().getBytes(StandardCharsets.UTF_8)));
        FakeRoom.Line line = room.accept();
        greet(line);

        line.send(
                FrameType.BROADCAST,
                compressed(5)
                        .setQos(Qos.NOTIFY)
                        .setKey("k")
                        .setBodyElsewhere(true)
                        .build());

        PushMessage notification = listener.awaitMessage();
        assertThat(notification.hint()).isEqualTo(TEXT);
        assertThat(notification.text()).isEqualTo(TEXT);
    }

    @Test
    void whatCannotBeRestoredIsToldAndComesAgainAsItIs() throws Exception {
        start(alice());
        FakeRoom.Line line = room.accept();
        greet(line);
        line.broadcast(5, "before");
        line.awaitSync(cursor(4, 5L));

        line.send(
                FrameType.BROADCAST,
                compressed(6).setBodyBytes(TEXT.length() + 1).build());

        line.awaitClosed();
        assertThat(listener.awaitErrors(1).get(0))
                .hasMessageContaining("body: ")
                .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
        assertThat(listener.awaitState(ClientState.WAITING).code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        FakeRoom.Line next = room.accept();
        assertThat(next.greet(30).getEncodingsList()).isEmpty();
        assertThat(next.awaitBind().getCursor()).isEqualTo(cursor(4, 5L));
        next.bound(cursor(4, 5L));
        next.broadcast(6, TEXT);
        assertThat(listener.awaitTexts(2)).containsExactly("before", TEXT);
        next.awaitSync(cursor(4, 5L, 6L));
    }

    @Test
    void aBombIsRefusedByTheLengthThatItSays() throws Exception {
        start(alice());
        FakeRoom.Line line = room.accept();
        greet(line);
        line.send(
                FrameType.BROADCAST,
                compressed(5)
                        .setBodyBytes(FrameLimits.MAX_MESSAGE_BODY_BYTES + 1)
                        .build());
        line.awaitClosed();
        assertThat(listener.awaitErrors(1).get(0)).hasMessageContaining("body_bytes: 65537");
    }

    @Test
    void anAppMayWantNone() throws Exception {
        start(alice().compression(false));
        assertThat(greet(room.accept()).getEncodingsList()).isEmpty();
    }
}
