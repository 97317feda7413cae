package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.room.fuzz.Choices;
import io.hawser.room.gateway.Door;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.Frames;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Arrays;

/**
 * A fuzzer's bytes as what comes to a port that wants a proxy's header, WebSocket, or both, before frames: sound as a rule,
 * and damaged. Whatever it is, no exception escapes, no buffer is larger than a frame, little is kept, and nothing of it
 * once the channel is closed; and where all was sound, the client is greeted.
 */
final class EntrancePlay {
    private static final String PATH = "/v1/connect";
    /** As much as a room reads at once. */
    private static final int READ_BYTES = 2_048;
    /** Of what came and is not whole: a head of HTTP or a message, and as much again while it is put together. */
    private static final int MOST_KEPT_BYTES = 2 * (FrameLimits.MAX_FRAME_BYTES + FrameLimits.MAX_PREFIX_BYTES);
    /** Netty's decoder of WebSocket doubles a buffer that is too small. */
    private static final int LARGEST_BUFFER_BYTES = 2 * FrameLimits.MAX_FRAME_BYTES;

    private final FuzzedRoom room = new FuzzedRoom(ConnectionConfig.defaults());
    private final PatientChannel channel = new PatientChannel();
    private final Connection connection;
    private final WilfulClient client = new WilfulClient(FuzzedRoom.START.plus(Duration.ofHours(1)));
    private final Choices choices;
    private final boolean webSocket;
    private final Speech speech;
    private boolean greeted;

    private EntrancePlay(Choices choices) {
        this.choices = choices;
        this.speech = new Speech(choices);
        boolean proxied = choices.yes();
        this.webSocket = !proxied || choices.yes();
        boolean deflates = choices.yes();
        connection = room.letIn(channel, new Door(proxied, webSocket ? PATH : "", deflates));
        if (proxied) {
            receive(speech.proxyHeader());
        }
        if (webSocket) {
            receive(speech.request(PATH, deflates));
        }
    }

    /**
     * Returns whether the client was greeted.
     *
     * @throws AssertionError where something did not hold
     */
    static boolean play(byte[] bytes) {
        EntrancePlay play = new EntrancePlay(new Choices(bytes));
        play.run();
        return play.greeted;
    }

    private void run() {
        boolean sound = speech.isSound();
        say(WilfulClient.hello());
        greeted = connection.phase() == Lifecycle.Phase.READY;
        if (sound && speech.isSound()) {
            assertThat(greeted).as("greeted").isTrue();
        }
        say(client.bindOf("alice"));
        room.neighbours.answerAllRightly();
        while (!choices.isOver() && channel.isOpen()) {
            step();
        }
        end();
    }

    private void step() {
        switch (choices.below(8)) {
            case 0 -> receive(choices.bytes(64));
            case 1 -> receive(speech.run());
            case 2 -> pass(Duration.ofMillis(500));
            case 3 -> pass(Duration.ofSeconds(choices.below(100)));
            case 4 -> room.neighbours.answerAllRightly();
            default -> say(client.frame(choices));
        }
        settle();
    }

    private void say(Frame frame) {
        byte[] bytes = Frames.encode(frame.type(), frame.body());
        receive(webSocket ? speech.message(bytes) : bytes);
    }

    /** In two pieces, now and then. */
    private void receive(byte[] bytes) {
        int cut = choices.below(4) == 3 ? choices.below(256) % (bytes.length + 1) : bytes.length;
        receivePiece(Arrays.copyOf(bytes, cut));
        receivePiece(Arrays.copyOfRange(bytes, cut, bytes.length));
    }

    private void receivePiece(byte[] piece) {
        for (int at = 0; at < piece.length && channel.isOpen(); at += READ_BYTES) {
            byte[] read = Arrays.copyOfRange(piece, at, Math.min(piece.length, at + READ_BYTES));
            channel.writeInbound(room.memory.buffer(read.length).writeBytes(read));
            settle();
        }
    }

    private void pass(Duration time) {
        room.pass(time);
        settle();
    }

    private void settle() {
        channel.turn();
        room.turn();
        channel.turn();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            out.release();
        }
        channel.checkException();
        room.holds(MOST_KEPT_BYTES, LARGEST_BUFFER_BYTES);
    }

    private void end() {
        var _ = channel.close();
        settle();
        for (int i = 0; i < 5; i++) {
            room.neighbours.failAll();
            pass(Duration.ofSeconds(20));
        }
        assertThat(channel.isOpen()).isFalse();
        room.isEmpty();
    }
}
