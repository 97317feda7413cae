package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Diagnostics;
import io.hawser.wire.v1.SendDiagnostics;
import io.hawser.wire.v1.Throttle;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a client does that is told to send less, or how it is. Moves, dispatchers and heartbeats stand elsewhere. */
class CommandTest extends PushClientHarness {
    @Test
    void aThrottledClientSendsLaterWhatItSendsAndAnswersPingsAtOnce() throws Exception {
        PushClient client = start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.command(Command.newBuilder()
                .setThrottle(Throttle.newBuilder().setFramesPerSecond(1).setDurationMs(60_000)));
        line.message(0, 1);
        line.awaitAck(1);
        var first = client.send("orders", "one");
        var second = client.send("orders", "two");
        line.awaitUplink();
        line.send(Frames.ping());
        line.await(FrameType.PONG);
        assertThat(line.awaitUplink().getBody().toStringUtf8()).isEqualTo("two");
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
    }

    @Test
    void itTellsHowItIs() throws Exception {
        start(alice().clientVersion("4.2"));
        FakeRoom.Line line = room.acceptBound(0);
        line.command(Command.newBuilder()
                .setSendDiagnostics(SendDiagnostics.newBuilder().setRequest("case-7")));
        Diagnostics told = Frames.parse(
                Diagnostics.parser(), line.await(FrameType.DIAGNOSTICS).body());
        assertThat(told.getRequest()).isEqualTo("case-7");
        assertThat(told.getFactsMap())
                .containsAllEntriesOf(Map.of(
                        "client_version", "4.2",
                        "address", room.address(),
                        "heartbeat_seconds", "30",
                        "binds", "1"))
                .doesNotContainValue("alice");
        assertThat(told.getSerializedSize()).isLessThan(1_024);
    }
}
