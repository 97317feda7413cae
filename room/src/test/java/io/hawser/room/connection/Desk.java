package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.room.Tokens;
import io.hawser.room.access.Access;
import io.hawser.room.access.AccessConfig;
import io.hawser.room.access.Source;
import io.hawser.room.token.TokenVerifier;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.Stamp;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Resume;
import io.hawser.wire.v1.Welcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection on a loop of its own, with time and neighbours in the test's hands. */
final class Desk {
    /** No acknowledgement waits for others. */
    private static final ConnectionConfig AT_ONCE = config("{acknowledgeWithin: 0s}");

    private static final ByteString NONCE = ByteString.copyFromUtf8("01234567");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final MeterRegistry meters = new SimpleMeterRegistry();
    final HeldMailboxes mailboxes;
    final HeldSessions sessions = new HeldSessions();
    final Access access;
    final Admission admission;
    final FewApps apps = new FewApps();
    EmbeddedChannel channel = new EmbeddedChannel();
    private final EmbeddedChannel home = channel;
    final ConnectionLoop loop;
    Connection connection;
    private final Deque<Frame> received = new ArrayDeque<>();
    private ByteString token = ByteString.EMPTY;
    private long nowNanos;

    Desk() {
        this(new Redelivery(RedeliveryConfig.defaults(), System::nanoTime));
    }

    /** In a room that is configured so. */
    Desk(ConnectionConfig config) {
        this(config, new HeldMailboxes(), new Redelivery(RedeliveryConfig.defaults(), System::nanoTime), 1);
    }

    /** The defaults, but for what this says. */
    static ConnectionConfig config(String yaml) {
        ConfigTree tree = new ConfigTree();
        tree.overlayYaml("test", yaml);
        return tree.bind(ConnectionConfig.class);
    }

    /** In a room that remembers. */
    Desk(Redelivery redelivery) {
        this(AT_ONCE, new HeldMailboxes(), redelivery, 1);
    }

    Desk(ConnectionConfig config, HeldMailboxes mailboxes, Redelivery redelivery, long seed) {
        this.mailboxes = mailboxes;
        this.admission = new Admission(new Admission.Limits(100, 100));
        this.access = new Access(AccessConfig.defaults(), () -> nowNanos, new SimpleMeterRegistry());
        InstantSource instants = () -> START.plusNanos(nowNanos);
        Clock wall = instants.withZone(ZoneOffset.UTC);
        Surroundings surroundings = new Surroundings(
                new Identity("room-1", () -> 7),
                apps,
                new TokenVerifier(wall),
                sessions,
                mailboxes,
                redelivery,
                access,
                admission,
                new ConnectionMeters(meters),
                Services.NONE,
                Bans.NONE,
                wall,
                () -> nowNanos,
                () -> new SplittableRandom(seed));
        home.freezeTime();
        loop = new ConnectionLoops(channel.eventLoop(), config, surroundings)
                .all()
                .getFirst();
        connection = accept(loop, channel);
    }

    private static Connection accept(ConnectionLoop loop, EmbeddedChannel channel) {
        Connection accepted = loop.accept(channel, Source.UNCOUNTED, Carrier.TCP);
        if (accepted == null) {
            throw new AssertionError("not let in");
        }
        channel.pipeline().addLast(new Events(accepted));
        return accepted;
    }

    /** The client comes on another channel, whatever became of the one before, and says this. Returns what it is told. */
    Welcome comesAgain(Hello hello) {
        Connection before = connection;
        EmbeddedChannel old = channel;
        channel = new EmbeddedChannel();
        connection = accept(loop, channel);
        send(FrameType.HELLO, hello);
        old.runPendingTasks();
        Welcome welcome = welcomed();
        connection = welcome.getResumed() ? before : connection;
        return welcome;
    }

    private Welcome welcomed() {
        Welcome welcome = next(FrameType.WELCOME, Welcome.parser());
        token = welcome.getResumeToken();
        return welcome;
    }

    /** With the newest token, by the installation that is bound as number 1. */
    Hello.Builder resumes(long position) {
        return hello().setResumeToken(token)
                .addResume(Resume.newBuilder()
                        .setBinding(1)
                        .setInstallationNonce(NONCE)
                        .setPosition(position));
    }

    /** Of a client that would come back. */
    static Hello.Builder hello() {
        return Hello.newBuilder().setMinVersion(1).setMaxVersion(1).setResumable(true);
    }

    /** The parts of the decoder's job that are not bytes. */
    private static final class Events extends ChannelInboundHandlerAdapter {
        private @Nullable Connection served;

        Events(Connection served) {
            this.served = served;
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (served != null) {
                served.onClosed();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (served != null) {
                served.onWritabilityChanged();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            served = ((Served) event).by();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (served != null) {
                served.onFault(cause);
            }
        }
    }

    static final class FewApps implements Apps {
        final Set<String> known = new HashSet<>(Set.of("demo", "shop"));
        int skipAfterHolds;
        /** When the directory is read. */
        CompletableFuture<Void> refreshed = CompletableFuture.completedFuture(null);

        @Override
        public @Nullable App find(String id) {
            return known.contains(id)
                    ? Tokens.app(id).toBuilder()
                            .setSkipAfterHolds(skipAfterHolds)
                            .build()
                    : null;
        }

        @Override
        public CompletableFuture<Void> refresh() {
            return refreshed;
        }
    }

    static Bind bind(int number, String user) {
        return bind(number, "demo", user);
    }

    static Bind bind(int number, String app, String user) {
        return Bind.newBuilder()
                .setBinding(number)
                .setApp(app)
                .setUser(user)
                .setDevice("d1")
                .setInstallationNonce(NONCE)
                .setToken(Tokens.of(app, user, START.plus(Duration.ofHours(1))))
                .build();
    }

    Desk greeted() {
        send(
                FrameType.HELLO,
                Hello.newBuilder().setMinVersion(1).setMaxVersion(1).build());
        next(FrameType.WELCOME);
        return this;
    }

    /** As {@link #bound}, by a client that would come back. */
    Desk boundToReturn(long position, long head) {
        send(FrameType.HELLO, hello().build());
        welcomed();
        return bind(position, head);
    }

    /** Binds number 1 from this position of a mailbox with this head. */
    Desk bound(long position, long head) {
        return greeted().bind(position, head);
    }

    /** Binds number 1 to a user of this app, whose mailbox is empty. */
    void binds(String app, String user) {
        binds(1, app, user);
    }

    void binds(int number, String app, String user) {
        send(FrameType.BIND, bind(number, app, user));
        answerEnter();
        answerOpen(0, 0);
        next(FrameType.BOUND);
    }

    /** What those take who are parked. */
    double parkedBytes() {
        return meters.get("hawser.room.parked.bytes").gauge().value();
    }

    private Desk bind(long position, long head) {
        send(FrameType.BIND, bind(1, "alice").toBuilder().setPosition(position).build());
        answerEnter();
        answerOpen(position, head);
        next(FrameType.BOUND);
        return this;
    }

    void answerEnter() {
        sessions.enters
                .removeFirst()
                .answer()
                .complete(
                        Stamp.newBuilder().setMembershipVersion(1).setCounter(1).build());
        settle();
    }

    void answerOpen(long position, long head) {
        mailboxes
                .opens
                .removeFirst()
                .answer()
                .complete(OpenMailboxReply.newBuilder()
                        .setPosition(position)
                        .setHead(head)
                        .setAcknowledged(position)
                        .build());
        settle();
    }

    Binding binding() {
        Binding binding = connection.binding(1);
        if (binding == null) {
            throw new AssertionError("binding 1 is not there");
        }
        return binding;
    }

    void send(int type, MessageLite body) {
        send(type, body.toByteArray());
    }

    void send(int type, byte[] body) {
        connection.onFrame(type, Unpooled.wrappedBuffer(body));
        connection.onReadComplete();
        settle();
    }

    /** Runs what waits for the loop, and takes what was written. */
    void settle() {
        home.runPendingTasks();
        channel.runPendingTasks();
        loop.flush();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            take(out);
        }
    }

    private void take(ByteBuf out) {
        try (ByteBufInputStream in = new ByteBufInputStream(out, true)) {
            FrameReader frames = new FrameReader(in, FrameLimits.MAX_ROOM_FRAME_BYTES);
            for (Frame frame = frames.read(); frame != null; frame = frames.read()) {
                received.add(frame);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void pass(Duration time) {
        nowNanos += time.toNanos();
        loop.tick();
        settle();
    }

    /** Of the loop's own timers, whose clock stands still in between. */
    void passTimers(Duration time) {
        home.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        settle();
    }

    void writable(boolean writable) {
        var buffer = channel.unsafe().outboundBuffer();
        if (buffer != null) {
            buffer.setUserDefinedWritability(1, writable);
        }
        settle();
    }

    void close() {
        var _ = channel.close();
        settle();
    }

    ByteString token() {
        return token;
    }

    @Nullable
    Frame poll() {
        return received.poll();
    }

    boolean isSilent() {
        return received.isEmpty();
    }

    Frame next(int type) {
        Frame frame = received.poll();
        if (frame == null || frame.type() != type) {
            throw new AssertionError("came: " + frame + " (expected: " + FrameType.nameOf(type) + ")");
        }
        return frame;
    }

    <T extends MessageLite> T next(int type, Parser<T> parser) {
        return Frames.parse(parser, next(type).body());
    }
}
