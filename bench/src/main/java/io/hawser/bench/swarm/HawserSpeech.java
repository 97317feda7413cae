package io.hawser.bench.swarm;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Encoding;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Resume;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.Unbind;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.UplinkAck;
import io.hawser.wire.v1.Welcome;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Hawser's own protocol: a client with one binding, which acknowledges once for all that came in one read. */
final class HawserSpeech implements Speech {
    static final int BINDING = 1;

    private static final int NONCE_BYTES = 16;
    private static final int CONTINUES = 0x80;
    private static final int SEVEN_BITS = 0x7f;
    private static final byte[] PING = Frames.ping();
    private static final byte[] PONG = Frames.pong();
    private static final byte[] UNBIND = Frames.encode(
            FrameType.UNBIND, Unbind.newBuilder().setBinding(BINDING).build());

    private final Ramp ramp;
    private final Counts counts;
    private final Hello hello;
    private final byte[] plainHello;
    private final FieldScan fields = new FieldScan();
    private final Inflating inflating = new Inflating();

    HawserSpeech(Ramp ramp, Counts counts) {
        this.ramp = ramp;
        this.counts = counts;
        this.hello = Hello.newBuilder()
                .setMinVersion(1)
                .setMaxVersion(1)
                .setHeartbeatSeconds(ramp.heartbeatSeconds())
                .setSdk("hawser-bench")
                .setResumable(ramp.has(Ramp.Habit.RESUMES))
                .addAllEncodings(ramp.has(Ramp.Habit.INFLATES) ? List.of(Encoding.DEFLATE) : List.of())
                .build();
        this.plainHello = Frames.encode(FrameType.HELLO, hello);
    }

    /** HELLO and BIND go together, as a client that knows the room's version sends them; but not behind a token. */
    @Override
    public byte[] greeting(Client client) {
        ByteString token = client.comeback().say();
        if (!token.isEmpty()) {
            return Frames.encode(FrameType.HELLO, back(client, token));
        }
        if (!ramp.bind()) {
            return plainHello;
        }
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(plainHello);
        both.writeBytes(bind(client));
        return both.toByteArray();
    }

    private Hello back(Client client, ByteString token) {
        return hello.toBuilder()
                .setResumeToken(token)
                .addResume(Resume.newBuilder()
                        .setBinding(BINDING)
                        .setInstallationNonce(nonce(client))
                        .setPosition(client.position())
                        .setCursor(client.cursor().told()))
                .build();
    }

    private byte[] bind(Client client) {
        return Frames.encode(
                FrameType.BIND,
                Bind.newBuilder()
                        .setBinding(BINDING)
                        .setApp(ramp.app())
                        .setUser(client.member().user())
                        .setDevice("bench")
                        .setInstallationNonce(nonce(client))
                        .setToken(client.member().token())
                        .setPosition(client.position())
                        .setCursor(client.cursor().told())
                        .build());
    }

    private static ByteString nonce(Client client) {
        byte[] nonce = new byte[NONCE_BYTES];
        ByteBuffer.wrap(nonce).putInt(client.member().user().hashCode());
        return ByteString.copyFrom(nonce);
    }

    @Override
    public byte[] heartbeat() {
        return PING;
    }

    /** Nobody need keep anything for it. */
    @Override
    public byte[] farewell() {
        return ramp.has(Ramp.Habit.RESUMES) ? UNBIND : Speech.super.farewell();
    }

    @Override
    public void hear(Client client, ByteBuffer in) {
        while (true) {
            int prefixBytes = prefixBytes(in);
            if (prefixBytes == 0) {
                break;
            }
            int typeAt = in.position() + prefixBytes;
            int end = typeAt + length(in, prefixBytes);
            if (end > in.limit()) {
                break;
            }
            take(client, in, typeAt, end);
            in.position(end);
        }
        acknowledge(client);
    }

    private void take(Client client, ByteBuffer in, int typeAt, int end) {
        int bodyAt = typeAt + 1;
        switch (in.get(typeAt)) {
            case FrameType.BROADCAST -> broadcast(client, in, bodyAt, end);
            case FrameType.MESSAGE -> message(client, in, bodyAt, end);
            case FrameType.WELCOME -> welcomed(client, in, bodyAt, end);
            case FrameType.BOUND -> bound(client, parse(Bound.parser(), in, bodyAt, end));
            case FrameType.SYNC -> client.cursor().take(parse(Sync.parser(), in, bodyAt, end));
            case FrameType.UPLINK_ACK -> client.acknowledged(parse(UplinkAck.parser(), in, bodyAt, end));
            case FrameType.PONG -> counts.answered(client.pingedNanos());
            case FrameType.PING -> client.send(PONG);
            case FrameType.UNBOUND -> {
                Unbound unbound = parse(Unbound.parser(), in, bodyAt, end);
                client.refused(unbound.getDetail(), unbound.getRetryAfterMs());
            }
            case FrameType.ERROR -> {
                Error error = parse(Error.parser(), in, bodyAt, end);
                client.refused(error.getDetail(), error.getRetryAfterMs());
            }
            case FrameType.KICKED ->
                client.refused(
                        "kicked: " + parse(Kicked.parser(), in, bodyAt, end).getDetail(), 0);
            default -> {
                // Nothing that a client of the bench has a use for.
            }
        }
    }

    private void welcomed(Client client, ByteBuffer in, int bodyAt, int end) {
        if (!ramp.bind()) {
            client.up();
        } else if (ramp.has(Ramp.Habit.RESUMES)
                && client.comeback().welcomed(parse(Welcome.parser(), in, bodyAt, end))) {
            client.send(bind(client));
        }
    }

    private static void bound(Client client, Bound bound) {
        client.position(bound.getPosition());
        client.cursor().open(bound.getCursor());
        client.comeback().bound();
        client.up();
    }

    /** Who does not read stamps and has nothing to acknowledge looks at no more than the type. */
    private void broadcast(Client client, ByteBuffer in, int bodyAt, int end) {
        if (!counts.isStamped() && !ramp.has(Ramp.Habit.SYNCS)) {
            counts.delivered(in, -1, 0);
            return;
        }
        fields.scan(in, bodyAt, end);
        if (fields.bseq() != 0 && !client.cursor().saw(fields.bseq())) {
            counts.repeated();
            return;
        }
        if (fields.isCompressed() && counts.isStamped()) {
            counts.delivered(inflating.stamp(in, fields.bodyAt(), fields.bodyBytes()), 0, client.awayUntilNanos());
        } else {
            counts.delivered(in, fields.stampAt(), client.awayUntilNanos());
        }
    }

    private void message(Client client, ByteBuffer in, int bodyAt, int end) {
        fields.scan(in, bodyAt, end);
        if (fields.seq() != 0 && fields.seq() <= client.position()) {
            counts.repeated();
            return;
        }
        counts.delivered(in, fields.stampAt(), client.awayUntilNanos());
        int stampAt = fields.stampAt();
        if (stampAt >= 0 && client.tookFirstThatWaited(Counts.dueNanos(in, stampAt))) {
            counts.gotFirstThatWaited(client);
        }
        if (fields.seq() != 0) {
            if (fields.prev() > client.position()) {
                counts.outOfOrder();
            }
            client.position(fields.seq());
        }
    }

    private static void acknowledge(Client client) {
        if (client.owesAck()) {
            client.send(Frames.encode(
                    FrameType.ACK,
                    Ack.newBuilder()
                            .setBinding(BINDING)
                            .setSeq(client.position())
                            .build()));
        }
        if (client.cursor().owesSync()) {
            client.send(Frames.encode(
                    FrameType.SYNC,
                    Sync.newBuilder()
                            .setBinding(BINDING)
                            .setCursor(client.cursor().told())
                            .build()));
        }
    }

    private static <T extends MessageLite> T parse(Parser<T> parser, ByteBuffer in, int bodyAt, int end) {
        return Frames.parse(parser, in.slice(bodyAt, end - bodyAt));
    }

    /** Bytes of the length before a frame; 0: it is not all there. */
    private static int prefixBytes(ByteBuffer in) {
        for (int i = 0; i < FrameLimits.MAX_PREFIX_BYTES && in.position() + i < in.limit(); i++) {
            if ((in.get(in.position() + i) & CONTINUES) == 0) {
                return i + 1;
            }
        }
        return 0;
    }

    private static int length(ByteBuffer in, int prefixBytes) {
        int length = 0;
        for (int i = 0; i < prefixBytes; i++) {
            length |= (in.get(in.position() + i) & SEVEN_BITS) << (7 * i);
        }
        return length;
    }
}
