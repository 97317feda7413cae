package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.room.fuzz.Choices;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.wire.BodyInflater;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.SendDiagnostics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection in a {@link FuzzedRoom}, from the decoder on. What comes and what the neighbours answer is the
 * fuzzer's; this class knows what must hold whatever that is.
 */
final class FuzzedConnection {
    private static final int ROUNDS_UNTIL_CALM = 60;
    /** As much as a room reads at once. */
    private static final int READ_BYTES = 2_048;

    private final FuzzedRoom room;
    private final PatientChannel channel = new PatientChannel();
    private final Promises promises = new Promises();
    private final List<Frame> came = new ArrayList<>();
    private final Consumer<Frame> heard;
    /** Whose the channel is; null: nobody's any more. */
    private @Nullable Connection connection;
    /** What was sent cannot be told frame by frame any more: nothing is known of what was promised. */
    private boolean garbled;

    FuzzedConnection(FuzzedRoom room) {
        this(room, 0, frame -> {});
    }

    /**
     * @param loop the one that the client comes to
     * @param heard told each frame of the room's
     */
    FuzzedConnection(FuzzedRoom room, int loop, Consumer<Frame> heard) {
        this.room = room;
        this.heard = heard;
        this.connection = room.letIn(channel, loop);
        channel.pipeline().addFirst(new Following());
    }

    /** Who comes back is served by what served it before; and what is taken for dead is nobody's. */
    private final class Following extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Served served) {
                connection = served.by();
            }
            context.fireUserEventTriggered(event);
        }
    }

    // What a client does.

    boolean isHeard() {
        return connection != null && connection.wantsFrames() && channel.isOpen();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** A client that does not read is not read: what it sends waits in its own socket. */
    boolean isRead() {
        return isHeard() && channel.config().isAutoRead();
    }

    void send(Frame frame) {
        send(frame, new Choices(new byte[0]));
    }

    /** In as many pieces as are chosen: three at most. */
    void send(Frame frame, Choices cuts) {
        promises.sent(frame, this::isLive);
        byte[] bytes = Frames.encode(frame.type(), frame.body());
        int first = cuts.below(4) == 1 ? cuts.below(bytes.length + 1) : bytes.length;
        int second = cuts.below(8) == 1 ? cuts.below(bytes.length + 1) : bytes.length;
        int one = Math.min(first, second);
        int other = Math.max(first, second);
        receive(Arrays.copyOfRange(bytes, 0, one));
        receive(Arrays.copyOfRange(bytes, one, other));
        receive(Arrays.copyOfRange(bytes, other, bytes.length));
    }

    private boolean isLive(int number) {
        Binding binding = connection == null ? null : connection.binding(number);
        return binding != null && binding.isLive();
    }

    void sendGarbage(byte[] bytes) {
        garbled = true;
        receive(bytes);
    }

    private void receive(byte[] piece) {
        for (int at = 0; at < piece.length && channel.isOpen(); at += READ_BYTES) {
            byte[] read = Arrays.copyOfRange(piece, at, Math.min(piece.length, at + READ_BYTES));
            channel.writeInbound(room.memory.buffer(read.length).writeBytes(read));
            settle();
        }
    }

    void reads(boolean does) {
        var buffer = channel.unsafe().outboundBuffer();
        if (buffer != null) {
            buffer.setUserDefinedWritability(1, does);
        }
        settle();
    }

    void hangUp() {
        var _ = channel.close();
        settle();
    }

    // What others do.

    void pass(Duration time) {
        room.pass(time);
        settle();
    }

    void answerAllRightly() {
        room.neighbours.answerAllRightly();
        settle();
    }

    void push(Choices choices) {
        Binding binding = anyBinding(choices);
        if (binding != null) {
            binding.push(choices.number(), choices.number(), ByteString.copyFrom(choices.bytes(20)));
        }
        settle();
    }

    void kick(Choices choices) {
        Binding binding = anyBinding(choices);
        if (binding != null) {
            kick(binding, choices);
        }
        settle();
    }

    static void kick(Binding binding, Choices choices) {
        Kick kick = Kick.newBuilder()
                .setCause(choices.of(List.of(KickCause.KICK_REPLACED, KickCause.KICK_BY_OPERATOR)))
                .setSameInstallation(choices.yes())
                .build();
        binding.connection().kick(binding, kick);
    }

    void ban(boolean begins) {
        room.ban(begins);
        room.endBanned();
        settle();
    }

    void check(Choices choices) {
        Binding binding = anyBinding(choices);
        if (binding != null) {
            binding.checkMailbox();
        }
        settle();
    }

    void unserve(String app) {
        if (connection != null) {
            connection.unbindAll(app, ErrorCode.UNKNOWN_APP, "app: gone");
        }
        settle();
    }

    void move() {
        if (connection != null) {
            connection.command(Replies.move(List.of(), 1_000));
        }
        settle();
    }

    void askDiagnostics() {
        if (connection != null) {
            SendDiagnostics question =
                    SendDiagnostics.newBuilder().setRequest("r").build();
            var _ = connection
                    .loop
                    .diagnoses()
                    .ask(
                            connection,
                            Command.newBuilder().setSendDiagnostics(question).build());
        }
        settle();
    }

    private @Nullable Binding anyBinding(Choices choices) {
        Binding[] bindings = connection == null ? Bindings.NONE : connection.bindings();
        return bindings.length == 0 ? null : bindings[choices.below(bindings.length)];
    }

    // What must hold.

    /** Runs what waits for the loop, and takes what was written. */
    void settle() {
        channel.turn();
        room.turn();
        channel.turn();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            take(out);
        }
        channel.checkException();
        int maxFrameBytes = connection == null ? FrameLimits.MAX_FRAME_BYTES : connection.maxFrameBytes();
        room.holds(maxFrameBytes + FrameLimits.MAX_PREFIX_BYTES);
        if (garbled || !isHeard()) {
            promises.forget();
        }
    }

    private void take(ByteBuf out) {
        try (ByteBufInputStream in = new ByteBufInputStream(out, true)) {
            FrameReader frames = new FrameReader(in, FrameLimits.MAX_ROOM_FRAME_BYTES);
            for (Frame frame = frames.read(); frame != null; frame = frames.read()) {
                came.add(frame);
                promises.came(frame);
                if (frame.type() == FrameType.BROADCAST) {
                    restored(frame);
                }
                heard.accept(frame);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether compressed or not, it comes to a client that offered that, with a body of what was sent. */
    private static void restored(Frame frame) {
        Broadcast broadcast = BodyInflater.restored(Frames.parse(Broadcast.parser(), frame.body()));
        assertThat(broadcast.getBody().toStringUtf8()).matches("x+");
    }

    /** All that the room said. */
    List<Frame> came() {
        return came;
    }

    /** The code of the room's last word; null: it said none. */
    @Nullable
    ErrorCode lastWord() {
        Frame last = came.isEmpty() ? null : came.getLast();
        if (last == null || last.type() != FrameType.ERROR) {
            return null;
        }
        Error error = Frames.parse(Error.parser(), last.body());
        return error.getCloses() ? ErrorCode.ofNumber(error.getCode()) : null;
    }

    /** Promised, and not come yet. */
    List<String> unfulfilled() {
        return promises.unfulfilled();
    }

    /** Everyone does what they should for a while: whatever was promised comes. */
    void calmDown() {
        room.ban(false);
        for (int i = 0; i < ROUNDS_UNTIL_CALM && !unfulfilled().isEmpty(); i++) {
            reads(true);
            answerAllRightly();
            if (isRead()) {
                send(new Frame(FrameType.PING, new byte[0]));
            }
            pass(Duration.ofMillis(500));
        }
        assertThat(unfulfilled()).as("promised, and did not come").isEmpty();
    }

    /** The client is gone, and what its neighbours were asked fails, late. */
    void end() {
        hangUp();
        for (int i = 0; i < 5; i++) {
            room.neighbours.failAll();
            settle();
            pass(Duration.ofSeconds(20));
        }
        assertThat(channel.isOpen()).isFalse();
        room.isEmpty();
    }
}
