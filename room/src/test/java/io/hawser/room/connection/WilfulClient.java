package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.room.Tokens;
import io.hawser.room.fuzz.Choices;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Diagnostics;
import io.hawser.wire.v1.Encoding;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Join;
import io.hawser.wire.v1.Pull;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.Unbind;
import io.hawser.wire.v1.Uplink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Frames such as clients send: sound ones as a rule, some with values that no client means, some damaged. */
final class WilfulClient {
    private static final List<Integer> TYPES = List.of(
            FrameType.BIND,
            FrameType.BIND,
            FrameType.ACK,
            FrameType.SYNC,
            FrameType.JOIN,
            FrameType.UPLINK,
            FrameType.PULL,
            FrameType.RENEW_TOKEN,
            FrameType.UNBIND,
            FrameType.PING,
            FrameType.DIAGNOSTICS,
            FrameType.HELLO);
    private static final List<String> USERS = List.of("alice", "bob");
    private static final List<String> APPS = List.of("demo", "demo", "demo", "shop", "shut", "none", "");
    private static final List<String> GROUPS = List.of("news.sport", "news.x", "vip", "full", "a*b", "");
    private static final List<String> CLASSES = List.of("", "phone", "pc", "\u0000");
    private static final int UNKNOWN_ENCODING = 77;
    private static final Map<String, String> SIGNED = new ConcurrentHashMap<>();

    private final Instant expires;

    /** @param expires when its tokens do */
    WilfulClient(Instant expires) {
        this.expires = expires;
    }

    /** Of one that is parked where it hangs up. */
    static Frame hello() {
        return new Frame(FrameType.HELLO, greeting().build().toByteArray());
    }

    /** The same, of one that takes compressed bodies. */
    static Frame helloInflating() {
        Hello.Builder hello = greeting().addEncodingsValue(UNKNOWN_ENCODING).addEncodings(Encoding.DEFLATE);
        return new Frame(FrameType.HELLO, hello.build().toByteArray());
    }

    private static Hello.Builder greeting() {
        return Hello.newBuilder().setMinVersion(1).setMaxVersion(1).setResumable(true);
    }

    /** Binds number 1 to the user. */
    Frame bindOf(String user) {
        return bindOf(user, 1);
    }

    Frame bindOf(String user, int number) {
        return new Frame(
                FrameType.BIND, bind("demo", user).setBinding(number).build().toByteArray());
    }

    static Frame pull() {
        return new Frame(
                FrameType.PULL,
                Pull.newBuilder().setBinding(1).setKey("k").build().toByteArray());
    }

    Frame frame(Choices choices) {
        int type = choices.below(16) == 0 ? choices.below(256) : choices.of(TYPES);
        byte[] body = body(type, choices).toByteArray();
        return new Frame(type, choices.below(16) == 0 ? damaged(body, choices) : body);
    }

    private static byte[] damaged(byte[] body, Choices choices) {
        return switch (choices.below(3)) {
            case 0 -> Arrays.copyOf(body, choices.below(body.length + 1));
            case 1 ->
                ByteString.copyFrom(body)
                        .concat(ByteString.copyFrom(choices.bytes(32)))
                        .toByteArray();
            default -> {
                byte[] changed = body.clone();
                if (changed.length > 0) {
                    changed[choices.below(changed.length)] ^= (byte) (1 << choices.below(Byte.SIZE));
                }
                yield changed;
            }
        };
    }

    private MessageLite body(int type, Choices choices) {
        return switch (type) {
            case FrameType.HELLO ->
                Hello.newBuilder()
                        .setMinVersion((int) choices.number())
                        .setMaxVersion((int) choices.number())
                        .setHeartbeatSeconds((int) choices.number())
                        .build();
            case FrameType.BIND -> anyBind(choices);
            case FrameType.ACK ->
                Ack.newBuilder()
                        .setBinding(number(choices))
                        .setSeq(choices.number())
                        .build();
            case FrameType.UNBIND ->
                Unbind.newBuilder()
                        .setBinding(number(choices))
                        .setForget(choices.yes())
                        .build();
            case FrameType.RENEW_TOKEN ->
                RenewToken.newBuilder()
                        .setBinding(number(choices))
                        .setToken(token(choices))
                        .build();
            case FrameType.SYNC ->
                Sync.newBuilder()
                        .setBinding(number(choices))
                        .setCursor(cursor(choices))
                        .build();
            case FrameType.JOIN -> join(choices);
            case FrameType.UPLINK -> uplink(choices);
            case FrameType.PULL ->
                Pull.newBuilder()
                        .setBinding(number(choices))
                        .setKey("k".repeat(choices.below(70)))
                        .setBroadcast(choices.yes())
                        .setOffset(choices.number())
                        .build();
            case FrameType.DIAGNOSTICS ->
                Diagnostics.newBuilder()
                        .setRequest("r".repeat(choices.below(70)))
                        .putFacts("k", "v".repeat(choices.below(256)) + (char) choices.below(256))
                        .build();
            default -> Ack.getDefaultInstance();
        };
    }

    private static int number(Choices choices) {
        int number = choices.below(8);
        return number == 7 ? (int) choices.number() : Math.max(1, number % 4);
    }

    private Bind anyBind(Choices choices) {
        Bind.Builder bind = bind(choices.of(APPS), choices.of(USERS)).setBinding(number(choices));
        switch (choices.below(8)) {
            case 0 -> bind.setToken(token(choices));
            case 1 -> bind.setPosition(choices.number());
            case 2 -> bind.setCursor(cursor(choices));
            case 3 -> bind.addGroups(choices.of(GROUPS)).addGroups(choices.of(GROUPS));
            case 4 -> bind.setDeviceClass(choices.of(CLASSES));
            case 5 -> bind.setInstallationNonce(ByteString.copyFrom(choices.bytes(40)));
            default -> bind.setDevice("d" + choices.below(3));
        }
        return bind.build();
    }

    Bind.Builder bind(String app, String user) {
        return Bind.newBuilder()
                .setApp(app)
                .setUser(user)
                .setDevice("d1")
                .setInstallationNonce(ByteString.copyFromUtf8("01234567"))
                .setToken(signed(app, user));
    }

    private String signed(String app, String user) {
        return SIGNED.computeIfAbsent(app + "/" + user, key -> Tokens.of(app, user, expires));
    }

    private String token(Choices choices) {
        String sound = signed("demo", choices.of(USERS));
        return switch (choices.below(4)) {
            case 0 -> new String(choices.bytes(64), StandardCharsets.ISO_8859_1);
            case 1 -> sound.substring(0, choices.below(sound.length()));
            default -> sound;
        };
    }

    private static BroadcastCursor cursor(Choices choices) {
        BroadcastCursor.Builder cursor = BroadcastCursor.newBuilder().setLow(choices.number());
        for (int i = choices.below(4); i > 0; i--) {
            cursor.addSeen(choices.number());
        }
        for (int i = choices.below(4); i > 0; i--) {
            cursor.addMissing(choices.number());
        }
        return cursor.build();
    }

    private static Join join(Choices choices) {
        Join.Builder join = Join.newBuilder().setBinding(number(choices)).setRequest(1 + choices.below(200));
        for (int i = choices.below(3); i > 0; i--) {
            join.addJoin(choices.of(GROUPS));
        }
        for (int i = choices.below(3); i > 0; i--) {
            join.addLeave(choices.of(GROUPS));
        }
        return join.build();
    }

    /** Some larger than a frame may be. */
    private static byte[] large(Choices choices) {
        return new byte[300 * choices.below(256)];
    }

    private static Uplink uplink(Choices choices) {
        return Uplink.newBuilder()
                .setBinding(number(choices))
                .setNumber(choices.number())
                .setPrev(choices.yes() ? choices.number() : 0)
                .setRoute(choices.below(8) == 0 ? "no route" : "orders")
                .setBody(ByteString.copyFrom(choices.below(16) == 15 ? large(choices) : choices.bytes(16)))
                .setText(choices.yes())
                .setCorrelation("c".repeat(choices.below(70)))
                .build();
    }
}
