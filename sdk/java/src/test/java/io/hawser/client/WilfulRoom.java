package io.hawser.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.AskDispatcher;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Groups;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.Pulled;
import io.hawser.wire.v1.Qos;
import io.hawser.wire.v1.SendDiagnostics;
import io.hawser.wire.v1.SetHeartbeat;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.Throttle;
import io.hawser.wire.v1.TokenExpiring;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.UplinkAck;
import io.hawser.wire.v1.Welcome;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/** What a room says that is broken, or means ill: sound frames as a rule, some with values that none means, some damaged. */
final class WilfulRoom {
    private static final List<Integer> TYPES = List.of(
            FrameType.MESSAGE,
            FrameType.MESSAGE,
            FrameType.MESSAGE,
            FrameType.BROADCAST,
            FrameType.BROADCAST,
            FrameType.SYNC,
            FrameType.UPLINK_ACK,
            FrameType.UPLINK_ACK,
            FrameType.GROUPS,
            FrameType.PULLED,
            FrameType.COMMAND,
            FrameType.COMMAND,
            FrameType.COMMAND,
            FrameType.TOKEN_EXPIRING,
            FrameType.PING,
            FrameType.PONG,
            FrameType.ERROR,
            FrameType.UNBOUND,
            FrameType.KICKED,
            FrameType.BOUND,
            FrameType.WELCOME);
    private static final List<String> ADDRESSES =
            List.of("127.0.0.1:1", "", ":", "[::1]:99999", "a:b:c", "\u0000:1", "[:1", "x".repeat(500));

    private final Choices choices;
    private final ByteArrayOutputStream speech = new ByteArrayOutputStream();
    private long seq;
    private long bseq;
    /** What is asked for from now on may wait: it is not asked for as often. */
    private boolean throttled;

    private WilfulRoom(Choices choices) {
        this.choices = choices;
    }

    /** All that it says on one connection. */
    static byte[] speech(Choices choices) {
        WilfulRoom room = new WilfulRoom(choices);
        room.begin();
        while (!choices.isOver()) {
            room.say();
        }
        return room.speech.toByteArray();
    }

    /** Most of what is worth hearing comes to those who are bound. */
    private void begin() {
        if (!choices.seldom(16)) {
            add(Frames.encode(FrameType.WELCOME, welcome(!choices.seldom(4))));
            if (!choices.seldom(16)) {
                add(Frames.encode(FrameType.BOUND, bound(!choices.seldom(4))));
            }
        }
    }

    private void say() {
        int type = choices.seldom(32) ? choices.below(256) : choices.of(TYPES);
        byte[] frame = Frames.encode(type, body(type).toByteArray());
        int times = choices.seldom(16) && !throttled ? 4 * choices.below(256) : 1;
        for (int i = 0; i < times; i++) {
            add(choices.seldom(32) ? damaged(frame) : frame);
        }
    }

    private void add(byte[] frame) {
        speech.writeBytes(frame);
    }

    private byte[] damaged(byte[] frame) {
        byte[] changed = frame.clone();
        switch (choices.below(3)) {
            case 0 -> changed[choices.below(changed.length)] ^= (byte) (1 << choices.below(Byte.SIZE));
            case 1 -> changed = Arrays.copyOf(changed, choices.below(changed.length + 1));
            default -> changed = choices.bytes(64);
        }
        return changed;
    }

    private MessageLite body(int type) {
        return switch (type) {
            case FrameType.WELCOME -> welcome(false);
            case FrameType.BOUND -> bound(false);
            case FrameType.MESSAGE -> message();
            case FrameType.BROADCAST -> broadcast();
            case FrameType.SYNC ->
                Sync.newBuilder().setBinding(binding()).setCursor(cursor()).build();
            case FrameType.UPLINK_ACK -> uplinkAck();
            case FrameType.GROUPS ->
                Groups.newBuilder()
                        .setBinding(binding())
                        .setRequest(choices.below(3))
                        .setCode(code())
                        .addGroups("g")
                        .addGroups("g")
                        .build();
            case FrameType.PULLED ->
                Pulled.newBuilder()
                        .setKey("k")
                        .setTotal(choices.number())
                        .setOffset(choices.number())
                        .setVersion(choices.number())
                        .setCode(code())
                        .setData(ByteString.copyFrom(choices.bytes(16)))
                        .build();
            case FrameType.COMMAND -> command();
            case FrameType.TOKEN_EXPIRING ->
                TokenExpiring.newBuilder().setBinding(binding()).build();
            case FrameType.ERROR ->
                io.hawser.wire.v1.Error.newBuilder()
                        .setCode((int) choices.number())
                        .setCloses(choices.seldom(4))
                        .build();
            case FrameType.UNBOUND ->
                Unbound.newBuilder().setBinding(rarelyOurs()).setCode(code()).build();
            case FrameType.KICKED ->
                Kicked.newBuilder()
                        .setBinding(rarelyOurs())
                        .setReasonValue((int) choices.number())
                        .setRetryAfterMs((int) choices.number())
                        .build();
            default -> Unbound.getDefaultInstance();
        };
    }

    private Welcome welcome(boolean sound) {
        Welcome.Builder welcome = Welcome.newBuilder().setVersion(1).setResumeToken(ByteString.copyFromUtf8("token"));
        return sound
                ? welcome.setHeartbeatSeconds(30).build()
                : welcome.setVersion(choices.seldom(4) ? (int) choices.number() : 1)
                        .setHeartbeatSeconds((int) choices.number())
                        .setMaxFrameBytes((int) choices.number())
                        .setMaxFrameBytesUnbound((int) choices.number())
                        .setResumed(choices.seldom(2))
                        .setResumeToken(ByteString.copyFrom(new byte[20 * choices.below(256)]))
                        .build();
    }

    private Bound bound(boolean sound) {
        Bound.Builder bound = Bound.newBuilder().setBinding(Session.BINDING).setWindow(8);
        if (!sound) {
            bound.setBinding(binding())
                    .setPosition(choices.number())
                    .setHead(choices.number())
                    .setReset(choices.seldom(2))
                    .setWindow((int) choices.number())
                    .setCursor(cursor())
                    .setBroadcastsLostTo(choices.number());
        }
        seq = bound.getPosition();
        return bound.build();
    }

    private Message message() {
        long prev = seq;
        seq = choices.seldom(8) ? choices.number() : seq + 1;
        return Message.newBuilder()
                .setBinding(binding())
                .setPrev(choices.seldom(16) ? choices.number() : prev)
                .setSeq(seq)
                .setQos(choices.of(List.of(Qos.DURABLE, Qos.TRANSIENT, Qos.NOTIFY)))
                .setKey("k")
                .setPullWithinMs((int) choices.number())
                .setExpiresMs(choices.number())
                .putHeaders(Requests.IN_REPLY_TO, "nobody")
                .setBody(ByteString.copyFrom(choices.bytes(20)))
                .build();
    }

    private Broadcast broadcast() {
        bseq = choices.seldom(8) ? choices.number() : bseq + 1;
        return Broadcast.newBuilder()
                .setApp(choices.seldom(8) ? "" : "demo")
                .setBseq(bseq)
                .setQos(choices.of(List.of(Qos.DURABLE, Qos.TRANSIENT, Qos.NOTIFY)))
                .setBody(ByteString.copyFrom(choices.bytes(20)))
                .build();
    }

    private BroadcastCursor cursor() {
        BroadcastCursor.Builder cursor = BroadcastCursor.newBuilder();
        if (choices.seldom(2)) {
            cursor.setLow(choices.number());
            for (int i = choices.below(200); i > 0; i--) {
                cursor.addSeen(choices.seldom(4) ? choices.number() : cursor.getLow() + i);
            }
        }
        return cursor.build();
    }

    private UplinkAck uplinkAck() {
        return UplinkAck.newBuilder()
                .setBinding(binding())
                .setNumber(choices.number())
                .setStored(choices.number())
                .setCode(code())
                .setRetryAfterMs((int) choices.number())
                .build();
    }

    private Command command() {
        Command.Builder command = Command.newBuilder();
        switch (choices.below(6)) {
            case 0 -> command.setMove(move());
            case 1 -> command.setAskDispatcher(AskDispatcher.getDefaultInstance());
            case 2 -> command.setSetHeartbeat(SetHeartbeat.newBuilder().setHeartbeatSeconds((int) choices.number()));
            case 3 -> {
                throttled = true;
                command.setThrottle(Throttle.newBuilder()
                        .setFramesPerSecond((int) choices.number())
                        .setDurationMs((int) choices.number()));
            }
            case 4 ->
                command.setSendDiagnostics(SendDiagnostics.newBuilder().setRequest("r".repeat(choices.below(256))));
            default -> {
                // One of a later release.
            }
        }
        return command.build();
    }

    /** Not at once, as a rule: it would be over. */
    private Move move() {
        Move.Builder move = Move.newBuilder().setWithinMs(choices.seldom(8) ? (int) choices.number() : 1_000_000_000);
        for (int i = choices.below(40); i > 0; i--) {
            move.addAddresses(choices.of(ADDRESSES));
        }
        return move.build();
    }

    private int binding() {
        return choices.seldom(16) ? (int) choices.number() : Session.BINDING;
    }

    private int rarelyOurs() {
        return choices.seldom(8) ? Session.BINDING : 2;
    }

    private int code() {
        return choices.seldom(2) ? choices.of(List.of(ErrorCode.values())).number() : 0;
    }
}
