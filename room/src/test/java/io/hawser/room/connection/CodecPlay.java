package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.room.fuzz.Choices;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLength;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Diagnostics;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Join;
import io.hawser.wire.v1.Pull;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.Unbind;
import io.hawser.wire.v1.Uplink;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fuzzer's bytes as a socket might bring them, in pieces of any size: the room takes the same frames of them as one who
 * has them all at once, answers each PING among them, and ends the connection for the same reason, or goes on.
 */
final class CodecPlay {
    private static final Map<Integer, Parser<? extends MessageLite>> OF_CLIENTS = Map.of(
            FrameType.ACK, Ack.parser(),
            FrameType.DIAGNOSTICS, Diagnostics.parser(),
            FrameType.BIND, Bind.parser(),
            FrameType.UNBIND, Unbind.parser(),
            FrameType.RENEW_TOKEN, RenewToken.parser(),
            FrameType.SYNC, Sync.parser(),
            FrameType.JOIN, Join.parser(),
            FrameType.UPLINK, Uplink.parser(),
            FrameType.PULL, Pull.parser());

    private final FuzzedConnection connection = new FuzzedConnection(new FuzzedRoom(ConnectionConfig.defaults()));
    private boolean greeting = true;
    private int limit = 4 * 1024;

    private byte[] bytes = {};
    private int at;
    private int pings;

    private CodecPlay() {}

    /** @throws AssertionError where the room does not agree with this reading of the bytes */
    static void play(byte[] input) {
        new CodecPlay().run(new Choices(input));
    }

    private void run(Choices choices) {
        begin(choices.below(3));
        int piece = 1 + choices.below(64);
        bytes = choices.rest();
        int before = connection.came().size();
        for (int from = 0; from < bytes.length && connection.isHeard(); from += piece) {
            connection.sendGarbage(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece)));
        }
        ErrorCode expected = read();
        assertThat(connection.lastWord()).as("last word").isEqualTo(expected);
        assertThat(connection.came().stream().skip(before).filter(frame -> frame.type() == FrameType.PONG))
                .as("answers to PING")
                .hasSize(pings);
        connection.end();
    }

    private void begin(int begin) {
        if (begin > 0) {
            connection.send(WilfulClient.hello());
            greeting = false;
        }
        if (begin > 1) {
            connection.send(new WilfulClient(FuzzedRoom.START.plus(Duration.ofHours(1))).bindOf("alice"));
            for (int i = 0; i < 3; i++) {
                connection.answerAllRightly();
            }
            limit = 64 * 1024;
        }
    }

    /** Returns why the room has to end the connection; null: it does not. */
    private @Nullable ErrorCode read() {
        try {
            while (readFrame()) {
                // As many as there are.
            }
            return null;
        } catch (HawserException end) {
            return end.code();
        }
    }

    private boolean readFrame() {
        int length = 0;
        for (int i = 0; at + i < bytes.length; i++) {
            length = FrameLength.accumulate(length, i, bytes[at + i]);
            if (FrameLength.isLast(bytes[at + i])) {
                FrameLength.check(length, limit);
                return readBody(at + i + 1, length);
            }
        }
        return false;
    }

    private boolean readBody(int typeAt, int length) {
        if (typeAt >= bytes.length) {
            return false;
        }
        int type = bytes[typeAt] & 0xff;
        if (greeting && type != FrameType.HELLO) {
            throw HawserException.refusal(ErrorCode.PROTOCOL_ERROR, "not greeted");
        }
        if (bytes.length - typeAt < length) {
            return false;
        }
        at = typeAt + length;
        take(new Frame(type, Arrays.copyOfRange(bytes, typeAt + 1, at)));
        return true;
    }

    private void take(Frame frame) {
        if (greeting) {
            greet(Frames.parse(Hello.parser(), frame.body()));
        } else if (frame.type() == FrameType.PING) {
            pings++;
        } else if (OF_CLIENTS.containsKey(frame.type())) {
            var _ = Frames.parse(OF_CLIENTS.get(frame.type()), frame.body());
        } else if (frame.type() != FrameType.PONG && FrameType.isKnown(frame.type())) {
            throw HawserException.refusal(ErrorCode.PROTOCOL_ERROR, "not a client's");
        }
    }

    private void greet(Hello hello) {
        if (Integer.compareUnsigned(hello.getMinVersion(), 1) > 0
                || Integer.compareUnsigned(hello.getMaxVersion(), 1) < 0) {
            throw HawserException.refusal(ErrorCode.VERSION_UNSUPPORTED, "another version");
        }
        greeting = false;
    }
}
