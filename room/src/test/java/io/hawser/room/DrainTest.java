package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.RoomLoad;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Welcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A room that is about to stop: where its clients are sent, and what becomes of those that stay, and of new ones. */
final class DrainTest {
    private static final Duration LONG = Duration.ofSeconds(40);

    private final StubDispatcher dispatcher = new StubDispatcher();
    private final TestPlatform platform = new TestPlatform();

    @AfterEach
    void close() {
        platform.close();
        dispatcher.close();
    }

    @Test
    void clientsAreAskedToGoWhereTheDispatcherSaysAndTheDrainEndsWithThem() throws Exception {
        dispatcher.alternatives = List.of("10.0.0.1:443", "10.0.0.2:443");
        platform.context.membership("dispatcher").set(dispatcher.peer());
        TestClient client = platform.connect().bound("alice", 0);
        Thread draining = drain(LONG);
        Command command = client.expect(FrameType.COMMAND, Command.parser());
        assertThat(command.getMove().getAddressesList()).containsExactlyInAnyOrderElementsOf(dispatcher.alternatives);
        assertThat(command.getMove().getWithinMs()).isEqualTo(5_000);
        assertThat(dispatcher.reports).last().matches(RoomLoad::getDraining);
        client.close();
        assertThat(draining.join(LONG)).isTrue();
        assertThat(platform.context.count("hawser.room.commands", "command", "move"))
                .isEqualTo(1);
    }

    @Test
    void eachIsToldOfRoomsThatSpeakAsItDoes() {
        dispatcher.alternatives = List.of("10.0.0.1:443");
        dispatcher.otherAlternatives = Map.of("wss", List.of("10.0.0.2:443"), "ws", List.of("10.0.0.3:80"));
        try (TestPlatform room = new TestPlatform(TestPlatform.config("gateway: {listeners: [{kind: ws}]}"))) {
            room.context.membership("dispatcher").set(dispatcher.peer());
            try (WebSocketClient client = new WebSocketClient("ws://" + room.address("ws") + "/v1/connect")) {
                client.sendRaw(TestClient.helloFrame(), true);
                client.expect(FrameType.WELCOME, Welcome.parser());
                // Its link is there: what is asked at the drain is answered in time.
                await().until(() -> !dispatcher.reports.isEmpty());
                Thread draining = Thread.ofVirtual().start(() -> room.room().drain(Duration.ofMinutes(5)));
                assertThat(client.expect(FrameType.COMMAND, Command.parser())
                                .getMove()
                                .getAddressesList())
                        .containsExactly("10.0.0.3:80");
                draining.interrupt();
            }
        }
    }

    @Test
    void withoutADispatcherTheyAreToAskOneThemselves() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            drain(LONG);
            Command command = client.expect(FrameType.COMMAND, Command.parser());
            assertThat(command.hasMove()).isTrue();
            assertThat(command.getMove().getAddressesList()).isEmpty();
        }
    }

    @Test
    void whoDoesNotGoInTimeIsToldWhyAndClosed() throws Exception {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            Thread draining = drain(Duration.ofSeconds(2));
            client.expect(FrameType.COMMAND, Command.parser());
            Error last = client.error();
            assertThat(last.getCode()).isEqualTo(ErrorCode.DRAINING.number());
            assertThat(last.getCloses()).isTrue();
            assertThat(client.read()).isNull();
            assertThat(draining.join(LONG)).isTrue();
            await().until(() -> platform.context.count("hawser.room.connections.closed", "reason", "drained") == 1);
        }
    }

    @Test
    void whoComesMeanwhileIsToldToComeAgainLater() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            drain(LONG);
            client.expect(FrameType.COMMAND, Command.parser());
            try (TestClient late = platform.connect()) {
                Error error = late.error();
                assertThat(error.getCode()).isEqualTo(ErrorCode.DRAINING.number());
                assertThat(error.getRetryAfterMs()).isBetween(1_000, 3_000);
            }
        }
    }

    private Thread drain(Duration atMost) {
        Thread draining = Thread.ofVirtual().start(() -> platform.room().drain(atMost));
        await().until(() -> platform.context.count("hawser.room.commands", "command", "move") > 0);
        return draining;
    }
}
