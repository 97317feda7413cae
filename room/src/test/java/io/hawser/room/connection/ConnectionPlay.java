package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.keeper.config.ByteSize;
import io.hawser.room.fuzz.Choices;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import java.time.Duration;

/**
 * What a fuzzer's bytes make happen to a connection: frames of its client, sound and damaged, in pieces; answers of its
 * neighbours, late, wrong or never; pushes, kicks and bans; time. After each step, and once all are calm, and at last,
 * {@link FuzzedConnection} looks whether all holds that has to.
 */
final class ConnectionPlay {
    private static final ConnectionConfig CONFIG = SmallLimits.with(
            new ByteSize(FrameLimits.MAX_FRAME_BYTES),
            ConnectionConfig.defaults().parking());

    private final FuzzedRoom room = new FuzzedRoom(CONFIG);
    private final FuzzedConnection connection = new FuzzedConnection(room);
    private final WilfulClient client = new WilfulClient(FuzzedRoom.START.plus(Duration.ofHours(1)));
    private final Choices choices;

    private ConnectionPlay(byte[] bytes) {
        this.choices = new Choices(bytes);
    }

    /** @throws AssertionError where something did not hold */
    static void play(byte[] bytes) {
        ConnectionPlay play = new ConnectionPlay(bytes);
        play.begin();
        while (!play.choices.isOver() && play.connection.isHeard()) {
            play.step();
        }
        play.connection.calmDown();
        play.connection.end();
        play.servesTheNext();
    }

    /** Most of what is worth seeing happens to those who are bound. */
    private void begin() {
        int begin = choices.below(4);
        if (begin > 0) {
            connection.send(WilfulClient.helloInflating());
        }
        if (begin > 1) {
            connection.send(client.bindOf("alice"));
            for (int i = 0; i < 3; i++) {
                connection.answerAllRightly();
            }
        }
    }

    private void step() {
        switch (choices.below(24)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> send();
            case 8, 9, 10, 11, 12, 13 -> {
                room.neighbours.answerOne(choices);
                connection.settle();
            }
            case 14 -> connection.pass(Duration.ofMillis(100 * (1L + choices.below(20))));
            case 15 -> connection.pass(Duration.ofSeconds(choices.below(200)));
            case 16 -> connection.reads(choices.yes());
            case 17 -> connection.push(choices);
            case 18 -> append();
            case 19 -> connection.check(choices);
            case 20 -> connection.kick(choices);
            case 21 -> connection.ban(choices.yes());
            case 22 -> seldom();
            default -> raw();
        }
    }

    private void send() {
        if (connection.isRead()) {
            connection.send(client.frame(choices), choices);
        }
    }

    private void raw() {
        if (connection.isRead() && choices.below(8) == 0) {
            connection.sendGarbage(choices.bytes(64));
        }
    }

    private void append() {
        if (choices.yes()) {
            room.neighbours.head += choices.below(4);
        } else {
            String[] groups = choices.yes() ? new String[] {"news.sport"} : new String[0];
            // Every other one is worth compressing.
            int chars = room.neighbours.log.watermark() % 2 == 0 ? 1 : 1_000;
            room.neighbours.log.append("x".repeat(chars), groups);
        }
    }

    private void seldom() {
        switch (choices.below(8)) {
            case 0 -> connection.hangUp();
            case 1 -> connection.unserve("demo");
            case 2 -> connection.move();
            case 3 -> room.neighbours.log.trim(room.neighbours.log.watermark());
            case 4 -> room.neighbours.log.add("alice", "vip");
            case 5 -> connection.askDiagnostics();
            default -> {
                connection.answerAllRightly();
            }
        }
    }

    /** Whatever became of one client, another is bound, and is given a message and a body. */
    private void servesTheNext() {
        FuzzedConnection next = new FuzzedConnection(room);
        room.neighbours.head = Math.max(1, room.neighbours.head);
        next.send(WilfulClient.hello());
        next.send(client.bindOf("carol"));
        for (int i = 0; i < 3; i++) {
            next.answerAllRightly();
        }
        next.send(WilfulClient.pull());
        next.answerAllRightly();
        assertThat(next.came())
                .as("given to the next client")
                .extracting(Frame::type)
                .contains(FrameType.WELCOME, FrameType.BOUND, FrameType.MESSAGE, FrameType.PULLED);
        next.end();
    }
}
