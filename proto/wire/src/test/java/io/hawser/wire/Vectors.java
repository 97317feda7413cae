package io.hawser.wire;

import static java.util.Map.entry;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.AskDispatcher;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Diagnostics;
import io.hawser.wire.v1.Encoding;
import io.hawser.wire.v1.Groups;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Join;
import io.hawser.wire.v1.KickReason;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.Pull;
import io.hawser.wire.v1.Pulled;
import io.hawser.wire.v1.Qos;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.Resume;
import io.hawser.wire.v1.SetHeartbeat;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.TokenExpiring;
import io.hawser.wire.v1.TokenRenewed;
import io.hawser.wire.v1.Unbind;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import io.hawser.wire.v1.Welcome;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The messages of the test vectors in docs/protocol.md, by name. */
final class Vectors {
    static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    static final long SEQ_5 = (1L << 32) + 5;
    static final long SEQ_6 = (1L << 32) + 6;
    static final long SEQ_7 = (1L << 32) + 7;
    /** All bits set: 2^32 - 1 or 2^64 - 1 on the wire. */
    private static final int UNSIGNED_MAX = -1;

    private static final ByteString NONCE = ByteString.copyFrom(HEX.parseHex("01 02 03 04 05 06 07 08"));

    static final Content HI = Content.newBuilder()
            .setId("m-1")
            .setQos(Qos.DURABLE)
            .setBody(ByteString.copyFromUtf8("hi"))
            .setText(true)
            .setSentMs(1_700_000_000_000L)
            .build();

    /** What the body of "broadcast-deflated" was. */
    static final String REPEATED = "{\"n\":1}".repeat(8);

    record Expected(int type, MessageLite body) {}

    private static final Map<String, Expected> BY_NAME = Map.ofEntries(
            vector("ping", FrameType.PING, AskDispatcher.getDefaultInstance()),
            vector("pong", FrameType.PONG, AskDispatcher.getDefaultInstance()),
            vector("hello", FrameType.HELLO, hello()),
            vector(
                    "hello-any-version",
                    FrameType.HELLO,
                    Hello.newBuilder()
                            .setMinVersion(1)
                            .setMaxVersion(UNSIGNED_MAX)
                            .build()),
            vector(
                    "hello-resumable",
                    FrameType.HELLO,
                    Hello.newBuilder()
                            .setMinVersion(1)
                            .setMaxVersion(1)
                            .setResumable(true)
                            .build()),
            vector("hello-resume", FrameType.HELLO, helloResume()),
            vector("welcome", FrameType.WELCOME, welcome()),
            vector(
                    "welcome-resumed",
                    FrameType.WELCOME,
                    welcome().toBuilder()
                            .setResumed(true)
                            .setResumeToken(ByteString.copyFrom(new byte[] {12, 13}))
                            .build()),
            vector(
                    "hello-deflate",
                    FrameType.HELLO,
                    Hello.newBuilder()
                            .setMinVersion(1)
                            .setMaxVersion(1)
                            .addEncodings(Encoding.DEFLATE)
                            .build()),
            vector(
                    "welcome-deflate",
                    FrameType.WELCOME,
                    welcome().toBuilder().setEncoding(Encoding.DEFLATE).build()),
            vector("bind", FrameType.BIND, bind().build()),
            vector(
                    "bind-again",
                    FrameType.BIND,
                    bind().setDeviceClass("phone").setPosition(SEQ_5).build()),
            vector(
                    "bind-beyond-53-bits",
                    FrameType.BIND,
                    bind().setPosition(Long.MIN_VALUE + 5).build()),
            vector(
                    "bound",
                    FrameType.BOUND,
                    Bound.newBuilder()
                            .setBinding(1)
                            .setPosition(SEQ_5)
                            .setHead(SEQ_7)
                            .setWindow(100)
                            .setTokenExpiresMs(1_700_000_300_000L)
                            .build()),
            vector(
                    "bound-reset",
                    FrameType.BOUND,
                    Bound.newBuilder()
                            .setBinding(1)
                            .setPosition(3)
                            .setHead(3)
                            .setReset(true)
                            .setWindow(100)
                            .build()),
            vector("message", FrameType.MESSAGE, message(HI).build()),
            vector(
                    "message-again",
                    FrameType.MESSAGE,
                    message(HI).setRedelivered(true).putHeaders("k", "v").build()),
            vector(
                    "message-transient",
                    FrameType.MESSAGE,
                    Message.newBuilder()
                            .setBinding(1)
                            .setQos(Qos.TRANSIENT)
                            .setBody(ByteString.copyFrom(HEX.parseHex("00 ff")))
                            .build()),
            vector(
                    "ack",
                    FrameType.ACK,
                    Ack.newBuilder().setBinding(1).setSeq(SEQ_6).build()),
            vector(
                    "ack-largest",
                    FrameType.ACK,
                    Ack.newBuilder().setBinding(1).setSeq(UNSIGNED_MAX).build()),
            vector("unbind", FrameType.UNBIND, Unbind.newBuilder().setBinding(1).build()),
            vector(
                    "unbound",
                    FrameType.UNBOUND,
                    Unbound.newBuilder()
                            .setBinding(1)
                            .setCode(ErrorCode.TOKEN_EXPIRED.number())
                            .setDetail("exp")
                            .setRetryAfterMs(1500)
                            .build()),
            vector(
                    "renew-token",
                    FrameType.RENEW_TOKEN,
                    RenewToken.newBuilder().setBinding(1).setToken("t2").build()),
            vector(
                    "token-renewed",
                    FrameType.TOKEN_RENEWED,
                    TokenRenewed.newBuilder()
                            .setBinding(1)
                            .setTokenExpiresMs(1_700_000_600_000L)
                            .build()),
            vector(
                    "token-expiring",
                    FrameType.TOKEN_EXPIRING,
                    TokenExpiring.newBuilder()
                            .setBinding(1)
                            .setTokenExpiresMs(1_700_000_300_000L)
                            .build()),
            vector(
                    "command-move",
                    FrameType.COMMAND,
                    Command.newBuilder()
                            .setMove(Move.newBuilder()
                                    .addAddresses("10.0.0.1:9000")
                                    .setWithinMs(5000))
                            .build()),
            vector(
                    "command-ask",
                    FrameType.COMMAND,
                    Command.newBuilder()
                            .setAskDispatcher(AskDispatcher.getDefaultInstance())
                            .build()),
            vector(
                    "command-heartbeat",
                    FrameType.COMMAND,
                    Command.newBuilder()
                            .setSetHeartbeat(SetHeartbeat.newBuilder().setHeartbeatSeconds(60))
                            .build()),
            vector(
                    "kicked",
                    FrameType.KICKED,
                    Kicked.newBuilder()
                            .setBinding(1)
                            .setReason(KickReason.REPLACED)
                            .build()),
            vector(
                    "kicked-may-return",
                    FrameType.KICKED,
                    Kicked.newBuilder()
                            .setBinding(1)
                            .setReason(KickReason.BY_OPERATOR)
                            .setDetail("drill")
                            .setMayReturn(true)
                            .setRetryAfterMs(2000)
                            .build()),
            vector(
                    "error",
                    FrameType.ERROR,
                    io.hawser.wire.v1.Error.newBuilder()
                            .setCode(ErrorCode.ACK_BEYOND_SENT.number())
                            .setDetail("ack")
                            .setBinding(1)
                            .build()),
            vector(
                    "error-closes",
                    FrameType.ERROR,
                    io.hawser.wire.v1.Error.newBuilder()
                            .setCode(ErrorCode.PROTOCOL_ERROR.number())
                            .setCloses(true)
                            .build()),
            vector(
                    "broadcast",
                    FrameType.BROADCAST,
                    Broadcast.newBuilder()
                            .setApp("demo")
                            .setBseq(9)
                            .addGroups("g")
                            .setBody(ByteString.copyFromUtf8("x"))
                            .build()),
            vector(
                    "sync",
                    FrameType.SYNC,
                    Sync.newBuilder()
                            .setBinding(1)
                            .setCursor(BroadcastCursor.newBuilder()
                                    .setLow(7)
                                    .addSeen(9)
                                    .addSeen(11))
                            .build()),
            vector(
                    "uplink",
                    FrameType.UPLINK,
                    Uplink.newBuilder()
                            .setBinding(1)
                            .setNumber(1)
                            .setRoute("r")
                            .setBody(ByteString.copyFromUtf8("x"))
                            .setText(true)
                            .build()),
            vector(
                    "sync-missing",
                    FrameType.SYNC,
                    Sync.newBuilder()
                            .setBinding(1)
                            .setCursor(BroadcastCursor.newBuilder()
                                    .setLow(8)
                                    .addSeen(9)
                                    .addMissing(6))
                            .build()),
            vector(
                    "broadcast-deflated",
                    FrameType.BROADCAST,
                    Broadcast.newBuilder()
                            .setApp("demo")
                            .setBseq(9)
                            .setEncoding(Encoding.DEFLATE)
                            .setBodyBytes(REPEATED.length())
                            .setBody(ByteString.copyFrom(
                                    HEX.parseHex("78 9c ab 56 ca 53 b2 32 ac ad 26 95 02 00 db 7b 10 a9")))
                            .build()),
            vector(
                    "broadcast-notify",
                    FrameType.BROADCAST,
                    Broadcast.newBuilder()
                            .setApp("demo")
                            .setBseq(10)
                            .setId("b-1")
                            .setQos(Qos.NOTIFY)
                            .setBody(ByteString.copyFromUtf8("new"))
                            .setText(true)
                            .setKey("k")
                            .setPullWithinMs(5000)
                            .build()),
            vector(
                    "join",
                    FrameType.JOIN,
                    Join.newBuilder()
                            .setBinding(1)
                            .addJoin("news")
                            .addLeave("old")
                            .setRequest(3)
                            .build()),
            vector(
                    "groups",
                    FrameType.GROUPS,
                    Groups.newBuilder()
                            .setBinding(1)
                            .addGroups("news")
                            .setRequest(3)
                            .build()),
            vector(
                    "groups-refused",
                    FrameType.GROUPS,
                    Groups.newBuilder()
                            .setBinding(1)
                            .setCode(ErrorCode.PERMISSION_DENIED.number())
                            .setDetail("vip")
                            .setRequest(4)
                            .build()),
            vector(
                    "uplink-reply",
                    FrameType.UPLINK,
                    Uplink.newBuilder()
                            .setBinding(1)
                            .setNumber(7)
                            .setRoute("r")
                            .setBody(ByteString.copyFromUtf8("x"))
                            .setText(true)
                            .setCorrelation("c1")
                            .setPrev(5)
                            .build()),
            vector(
                    "uplink-ack-refused",
                    FrameType.UPLINK_ACK,
                    UplinkAck.newBuilder()
                            .setBinding(1)
                            .setNumber(7)
                            .setCode(ErrorCode.UPLINK_OUT_OF_ORDER.number())
                            .setStored(5)
                            .build()),
            vector(
                    "pull",
                    FrameType.PULL,
                    Pull.newBuilder()
                            .setBinding(1)
                            .setKey("k")
                            .setBroadcast(true)
                            .setOffset(32_768)
                            .build()),
            vector(
                    "pulled",
                    FrameType.PULLED,
                    Pulled.newBuilder()
                            .setBinding(1)
                            .setKey("k")
                            .setBroadcast(true)
                            .setOffset(32_768)
                            .setTotal(32_770)
                            .setData(ByteString.copyFromUtf8("hi"))
                            .setText(true)
                            .build()),
            vector(
                    "diagnostics",
                    FrameType.DIAGNOSTICS,
                    Diagnostics.newBuilder().setRequest("r").putFacts("k", "v").build()),
            vector(
                    "uplink-ack",
                    FrameType.UPLINK_ACK,
                    UplinkAck.newBuilder().setBinding(1).setNumber(1).build()));

    private Vectors() {}

    /** Returns the frame, or null for a vector that no message of this version makes. */
    static @Nullable Expected named(String name) {
        return BY_NAME.get(name);
    }

    private static Map.Entry<String, Expected> vector(String name, int type, MessageLite body) {
        return entry(name, new Expected(type, body));
    }

    private static Hello hello() {
        return Hello.newBuilder()
                .setMinVersion(1)
                .setMaxVersion(1)
                .setHeartbeatSeconds(30)
                .setSdk("x/1")
                .setNetwork("wifi")
                .build();
    }

    private static Hello helloResume() {
        return Hello.newBuilder()
                .setMinVersion(1)
                .setMaxVersion(1)
                .setResumeToken(ByteString.copyFrom(new byte[] {10, 11}))
                .addResume(Resume.newBuilder()
                        .setBinding(1)
                        .setInstallationNonce(bind().getInstallationNonce())
                        .setPosition(SEQ_5)
                        .setCursor(BroadcastCursor.newBuilder().setLow(7).addSeen(9)))
                .setResumable(true)
                .build();
    }

    private static Welcome welcome() {
        return Welcome.newBuilder()
                .setVersion(1)
                .setHeartbeatSeconds(30)
                .setMaxFrameBytesUnbound(FrameLimits.MAX_UNBOUND_FRAME_BYTES)
                .setMaxFrameBytes(FrameLimits.MAX_FRAME_BYTES)
                .setMaxBindings(16)
                .setRoom("room-1")
                .setConnection(7)
                .setTimeMs(1_700_000_000_000L)
                .build();
    }

    private static Bind.Builder bind() {
        return Bind.newBuilder()
                .setBinding(1)
                .setApp("demo")
                .setUser("alice")
                .setDevice("d1")
                .setInstallationNonce(NONCE)
                .setToken("t");
    }

    private static Message.Builder message(Content content) {
        return Message.newBuilder()
                .setBinding(1)
                .setPrev(SEQ_5)
                .setSeq(SEQ_6)
                .setId(content.getId())
                .setQos(content.getQos())
                .setBody(content.getBody())
                .setText(content.getText())
                .setSentMs(content.getSentMs());
    }
}
