package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.MessageFrame;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Pull;
import io.hawser.wire.v1.Pulled;
import io.hawser.wire.v1.Qos;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A notification reaches the listener with its body, and holds nothing up meanwhile. */
class PullTest extends PushClientHarness {
    @Test
    void pullsTheBodyPartByPart() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.send(notification(0, 1, false));
        line.message(1, 2);
        Pull first = awaitPull(line);
        assertThat(first.getKey()).isEqualTo("report");
        assertThat(first.getBroadcast()).isFalse();
        assertThat(listener.awaitMessage().text()).isEqualTo("m2");
        answer(line, first, "the ", 8);
        Pull second = awaitPull(line);
        assertThat(second.getOffset()).isEqualTo(4);
        answer(line, second, "body", 8);

        PushMessage whole = listener.awaitMessage();
        assertThat(whole.text()).isEqualTo("the body");
        assertThat(whole.hint()).isEqualTo("new report");
        assertThat(whole.key()).isEqualTo("report");
        assertThat(whole.isNotification()).isTrue();
    }

    @Test
    void beginsAnewWhereAnotherBodyTookThePlace() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.send(notification(0, 1, false));
        part(line, awaitPull(line), "old ", 8, 1);
        part(line, awaitPull(line), "s", 5, 2);
        Pull anew = awaitPull(line);
        assertThat(anew.getOffset()).isZero();
        part(line, anew, "fresh", 5, 2);
        assertThat(listener.awaitMessage().text()).isEqualTo("fresh");
    }

    @Test
    void isAcknowledgedOnceItIsKeptAndPulledAgainAfterACrash() throws Exception {
        start(alice().storeIn(directory));
        FakeRoom.Line line = room.acceptBound(0);
        line.send(notification(0, 1, false));
        awaitPull(line);
        clients.remove(0).close();
        line.close();

        start(alice().storeIn(directory));
        FakeRoom.Line next = room.accept();
        next.greet(30);
        assertThat(next.awaitBind().getPosition()).isEqualTo(1);
        next.bound(1);
        answer(next, awaitPull(next), "body", 4);
        PushMessage whole = listener.awaitMessage();
        assertThat(whole.text()).isEqualTo("body");
        assertThat(whole.redelivered()).isTrue();
    }

    /** The crash came after it was kept, and before the position said so: the room sends it again. */
    @Test
    void whatWaitsForItsBodyAndComesAgainIsHandedOverOnceAndFlagged() throws Exception {
        start(alice().storeIn(directory));
        FakeRoom.Line line = room.acceptBound(0);
        line.send(notification(0, 1, false));
        awaitPull(line);
        clients.remove(0).close();
        line.close();
        try (PositionStore store = FilePositionStore.open(directory, "demo", "alice", "d1")) {
            store.save(new PositionStore.Position(0, 1));
        }

        start(alice().storeIn(directory));
        FakeRoom.Line next = room.acceptBound(0);
        next.send(notification(0, 1, false));
        next.message(1, 2);
        assertThat(listener.awaitMessage().text()).isEqualTo("m2");
        answer(next, awaitPull(next), "body", 4);
        PushMessage whole = listener.awaitMessage();
        assertThat(whole.text()).isEqualTo("body");
        assertThat(whole.redelivered()).isTrue();
        next.message(2, 3);
        assertThat(listener.awaitMessage().text()).isEqualTo("m3");
    }

    @Test
    void triesAgainWhatFailsForNow() throws Exception {
        start(room.alice(listener).backOff(java.time.Duration.ofMillis(1), java.time.Duration.ofMillis(2)));
        FakeRoom.Line line = room.acceptBound(0);
        line.send(notification(0, 1, false));
        refuse(line, awaitPull(line), ErrorCode.UNAVAILABLE);
        answer(line, awaitPull(line), "body", 4);
        assertThat(listener.awaitMessage().text()).isEqualTo("body");
    }

    @Test
    void aBodyThatIsNoMoreLeavesTheHint() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.send(notification(0, 1, false));
        refuse(line, awaitPull(line), ErrorCode.NOT_FOUND);
        PushMessage bare = listener.awaitMessage();
        assertThat(bare.hasBody()).isFalse();
        assertThat(bare.hint()).isEqualTo("new report");
        assertThat(bare.body()).isEmpty();
    }

    @Test
    void theAppsOwnServerIsAskedThroughItsHook() throws Exception {
        start(alice().bodySource(n -> ("for " + n.key()).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        FakeRoom.Line line = room.acceptBound(0);
        line.send(notification(0, 1, true));
        assertThat(listener.awaitMessage().text()).isEqualTo("for report");
    }

    @Test
    void aHookThatFailsAsNoneShouldIsAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        start(alice().ticker(Ticker.SYSTEM)
                .backOff(Duration.ofMillis(1), Duration.ofMillis(1))
                .bodySource(n -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new StackOverflowError("of the app's");
                    }
                    return new byte[0];
                }));
        FakeRoom.Line line = room.acceptBound(0);
        line.send(notification(0, 1, true));

        assertThat(listener.awaitMessage().seq()).isEqualTo(1);
        assertThat(listener.awaitErrors(1)).singleElement().asString().contains("of the app's");
    }

    @Test
    void aBroadcastsBodyIsPulledAsOne() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.send(
                FrameType.BROADCAST,
                FakeRoom.Line.broadcastOf(3, "new report")
                        .setQos(Qos.NOTIFY)
                        .setKey("report")
                        .build());
        Pull pull = awaitPull(line);
        assertThat(pull.getBroadcast()).isTrue();
        answer(line, pull, "all", 3);
        assertThat(listener.awaitMessage().bseq()).isEqualTo(3);
    }

    private static byte[] notification(long prev, long seq, boolean elsewhere) {
        Content content = Content.newBuilder()
                .setId("n" + seq)
                .setQos(Qos.NOTIFY)
                .setBody(ByteString.copyFromUtf8("new report"))
                .setText(true)
                .setKey("report")
                .setBodyElsewhere(elsewhere)
                .build();
        return MessageFrame.encode(1, prev, seq, false, content.toByteArray());
    }

    /** Acknowledgements and cursors may come between. */
    private static Pull awaitPull(FakeRoom.Line line) throws IOException {
        return Frames.parse(Pull.parser(), line.awaitAmong(FrameType.PULL).body());
    }

    private static void answer(FakeRoom.Line line, Pull pull, String part, int total) throws IOException {
        part(line, pull, part, total, 1);
    }

    private static void part(FakeRoom.Line line, Pull pull, String part, int total, long version) throws IOException {
        line.send(
                FrameType.PULLED,
                Pulled.newBuilder()
                        .setBinding(1)
                        .setKey(pull.getKey())
                        .setBroadcast(pull.getBroadcast())
                        .setOffset(pull.getOffset())
                        .setTotal(total)
                        .setVersion(version)
                        .setData(ByteString.copyFromUtf8(part))
                        .build());
    }

    private static void refuse(FakeRoom.Line line, Pull pull, ErrorCode code) throws IOException {
        line.send(
                FrameType.PULLED,
                Pulled.newBuilder()
                        .setBinding(1)
                        .setKey(pull.getKey())
                        .setCode(code.number())
                        .build());
    }
}
