package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Sync;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A client that hands over and acknowledges what comes, except while it does not read: its socket takes nothing then. */
final class SlowReader {
    private static final int ACKNOWLEDGED_AT_ONCE = 4;

    private final FuzzedRoom room;
    private final StuckChannel channel = new StuckChannel();
    private final Connection connection;
    private final List<Long> messages = new ArrayList<>();
    private final List<Long> broadcasts = new ArrayList<>();
    private BroadcastCursor cursor = BroadcastCursor.getDefaultInstance();
    private boolean bound;
    /** It had broadcasts that the room has not heard of. */
    private boolean unsaid;

    SlowReader(FuzzedRoom room) {
        this.room = room;
        this.connection = room.letIn(channel);
    }

    /** A channel whose socket can be full. */
    private static final class StuckChannel extends PatientChannel {
        private boolean full;

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (!full) {
                super.doWrite(in);
            }
        }
    }

    void bind(String user) {
        send(WilfulClient.hello());
        send(new WilfulClient(FuzzedRoom.START.plus(Duration.ofHours(1))).bindOf(user));
    }

    boolean isBound() {
        return bound;
    }

    void stopReading() {
        channel.full = true;
    }

    void readOn() {
        channel.full = false;
        channel.flush();
    }

    /** Of what was written to it, and waits. */
    long waitingBytes() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    void push(long seq, ByteString content) {
        Binding binding = connection.binding(1);
        if (binding == null) {
            throw new AssertionError("is not bound any more");
        }
        binding.push(seq - 1, seq, content);
    }

    List<Long> messages() {
        return messages;
    }

    List<Long> broadcasts() {
        return broadcasts;
    }

    void hangUp() {
        channel.full = false;
        var _ = channel.close();
    }

    /** Reads what has come, and says how far it is. */
    void take() {
        channel.turn();
        takeAll();
        if (unsaid) {
            unsaid = false;
            send(
                    FrameType.SYNC,
                    Sync.newBuilder().setBinding(1).setCursor(cursor).build());
        }
    }

    private void takeAll() {
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            try (ByteBufInputStream in = new ByteBufInputStream(out, true)) {
                FrameReader frames = new FrameReader(in, FrameLimits.MAX_ROOM_FRAME_BYTES);
                for (Frame frame = frames.read(); frame != null; frame = frames.read()) {
                    take(frame);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void take(Frame frame) {
        switch (frame.type()) {
            case FrameType.WELCOME -> {}
            case FrameType.BOUND -> bound = true;
            case FrameType.MESSAGE ->
                take(Frames.parse(Message.parser(), frame.body()).getSeq());
            case FrameType.BROADCAST ->
                had(Frames.parse(Broadcast.parser(), frame.body()).getBseq());
            case FrameType.SYNC ->
                told(Frames.parse(Sync.parser(), frame.body()).getCursor());
            default -> throw new AssertionError("came: " + frame);
        }
    }

    private void take(long seq) {
        messages.add(seq);
        if (messages.size() % ACKNOWLEDGED_AT_ONCE == 0) {
            send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(seq).build());
        }
    }

    private void had(long bseq) {
        broadcasts.add(bseq);
        cursor = cursor.toBuilder().addSeen(bseq).build();
        unsaid = true;
    }

    private void told(BroadcastCursor next) {
        List<Long> above = cursor.getSeenList().stream()
                .filter(seen -> seen > next.getLow())
                .toList();
        cursor = next.toBuilder().clearSeen().addAllSeen(above).build();
    }

    private void send(int type, MessageLite body) {
        send(new Frame(type, body.toByteArray()));
    }

    private void send(Frame frame) {
        byte[] bytes = Frames.encode(frame.type(), frame.body());
        channel.writeInbound(room.memory.buffer(bytes.length).writeBytes(bytes));
    }
}
