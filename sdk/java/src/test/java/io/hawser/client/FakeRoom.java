package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.MessageFrame;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Qos;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import io.hawser.wire.v1.Welcome;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import javax.net.ServerSocketFactory;

/** A room that does what the test says, on a real socket; whoever waits on it gives up after ten seconds. */
final class FakeRoom implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    private final ServerSocket server;

    private FakeRoom(ServerSocket server) {
        this.server = server;
    }

    static FakeRoom open() throws IOException {
        return open(ServerSocketFactory.getDefault());
    }

    /** Opens a room that speaks what the factory's sockets do: TLS, for one. */
    static FakeRoom open(ServerSocketFactory sockets) throws IOException {
        ServerSocket server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MS);
        return new FakeRoom(server);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Returns a client of this room for alice, with what the tests do not care about. */
    PushClientBuilder alice(PushListener listener) {
        return PushClient.builder()
                .rooms(List.of(address()))
                .app("demo")
                .user("alice")
                .device("d1")
                .tokenSource(() -> "token")
                .listener(listener);
    }

    Line accept() throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout(PATIENCE_MS);
        return new Line(socket);
    }

    /** Accepts a client and takes it as far as BOUND. */
    Line acceptBound(long position) throws IOException {
        Line line = accept();
        line.greet(30);
        line.awaitBind();
        line.bound(position);
        return line;
    }

    /** Whether a client is knocking, or comes within the time. */
    boolean isKnockedAt(int withinMs) throws IOException {
        server.setSoTimeout(withinMs);
        try (Socket socket = server.accept()) {
            return socket.isConnected();
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } finally {
            server.setSoTimeout(PATIENCE_MS);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** One client's connection, seen from the room. */
    static final class Line implements AutoCloseable {
        private final Socket socket;
        private final FrameReader reader;

        Line(Socket socket) throws IOException {
            this.socket = socket;
            this.reader = new FrameReader(socket.getInputStream(), FrameLimits.MAX_FRAME_BYTES);
        }

        Hello greet(int heartbeatSeconds) throws IOException {
            return greet(heartbeatSeconds, FrameLimits.MAX_FRAME_BYTES);
        }

        Hello greet(int heartbeatSeconds, int maxFrameBytes) throws IOException {
            Hello hello = Frames.parse(Hello.parser(), await(FrameType.HELLO).body());
            send(
                    FrameType.WELCOME,
                    Welcome.newBuilder()
                            .setVersion(1)
                            .setHeartbeatSeconds(heartbeatSeconds)
                            .setMaxFrameBytesUnbound(FrameLimits.MAX_UNBOUND_FRAME_BYTES)
                            .setMaxFrameBytes(maxFrameBytes)
                            .setMaxBindings(16)
                            .build());
            return hello;
        }

        /** Greets as a room that the client may come back to with this token, or is back at. */
        Hello greet(boolean resumed, String token) throws IOException {
            Hello hello = Frames.parse(Hello.parser(), await(FrameType.HELLO).body());
            send(
                    FrameType.WELCOME,
                    Welcome.newBuilder()
                            .setVersion(1)
                            .setHeartbeatSeconds(30)
                            .setMaxFrameBytes(FrameLimits.MAX_FRAME_BYTES)
                            .setMaxBindings(16)
                            .setResumed(resumed)
                            .setResumeToken(ByteString.copyFromUtf8(token))
                            .build());
            return hello;
        }

        Bind awaitBind() throws IOException {
            return Frames.parse(Bind.parser(), await(FrameType.BIND).body());
        }

        void bound(long position) throws IOException {
            send(FrameType.BOUND, boundAt(position).build());
        }

        void boundReset(long position) throws IOException {
            send(FrameType.BOUND, boundAt(position).setReset(true).build());
        }

        private static Bound.Builder boundAt(long position) {
            return Bound.newBuilder()
                    .setBinding(1)
                    .setPosition(position)
                    .setHead(position)
                    .setWindow(100);
        }

        /** As {@link #bound}, with what the room says of broadcasts and groups. */
        void bound(BroadcastCursor cursor, String... groups) throws IOException {
            send(
                    FrameType.BOUND,
                    boundAt(0).setCursor(cursor).addAllGroups(List.of(groups)).build());
        }

        void broadcast(long bseq, String text, String... groups) throws IOException {
            send(FrameType.BROADCAST, broadcastOf(bseq, text, groups).build());
        }

        static Broadcast.Builder broadcastOf(long bseq, String text, String... groups) {
            return Broadcast.newBuilder()
                    .setApp("demo")
                    .setBseq(bseq)
                    .addAllGroups(List.of(groups))
                    .setId("id-" + text)
                    .setQos(bseq == 0 ? Qos.TRANSIENT : Qos.DURABLE)
                    .setBody(ByteString.copyFromUtf8(text))
                    .setText(true);
        }

        void sync(BroadcastCursor cursor) throws IOException {
            send(
                    FrameType.SYNC,
                    Sync.newBuilder().setBinding(1).setCursor(cursor).build());
        }

        static BroadcastCursor cursor(long low, List<Long> seen, List<Long> missing) {
            return BroadcastCursor.newBuilder()
                    .setLow(low)
                    .addAllSeen(seen)
                    .addAllMissing(missing)
                    .build();
        }

        /** Reads the client's cursors until it is this one. */
        void awaitSync(BroadcastCursor expected) throws IOException {
            BroadcastCursor cursor;
            do {
                cursor = Frames.parse(Sync.parser(), await(FrameType.SYNC).body())
                        .getCursor();
            } while (!cursor.equals(expected));
        }

        Uplink awaitUplink() throws IOException {
            return Frames.parse(Uplink.parser(), await(FrameType.UPLINK).body());
        }

        void uplinkAck(UplinkAck.Builder ack) throws IOException {
            send(FrameType.UPLINK_ACK, ack.setBinding(1).build());
        }

        void message(long prev, long seq) throws IOException {
            send(MessageFrame.encode(1, prev, seq, false, content("m" + seq)));
        }

        void messageAgain(long prev, long seq) throws IOException {
            send(MessageFrame.encode(1, prev, seq, true, content("m" + seq)));
        }

        void transientMessage(String text) throws IOException {
            Content content = Content.newBuilder()
                    .setQos(Qos.TRANSIENT)
                    .setBody(ByteString.copyFromUtf8(text))
                    .setText(true)
                    .build();
            send(MessageFrame.encode(1, 0, 0, false, content.toByteArray()));
        }

        private static byte[] content(String text) {
            return Content.newBuilder()
                    .setId("id-" + text)
                    .setQos(Qos.DURABLE)
                    .setBody(ByteString.copyFromUtf8(text))
                    .setText(true)
                    .build()
                    .toByteArray();
        }

        void unbound(ErrorCode code, int retryAfterMs) throws IOException {
            Unbound unbound = Unbound.newBuilder()
                    .setBinding(1)
                    .setCode(code.number())
                    .setDetail("says the test")
                    .setRetryAfterMs(retryAfterMs)
                    .build();
            send(FrameType.UNBOUND, unbound);
        }

        void error(ErrorCode code, boolean closes) throws IOException {
            io.hawser.wire.v1.Error error = io.hawser.wire.v1.Error.newBuilder()
                    .setCode(code.number())
                    .setDetail("says the test")
                    .setCloses(closes)
                    .build();
            send(FrameType.ERROR, error);
        }

        /** As a room refuses a connection from a network that is banned: it reads nothing, says so and closes. */
        void banned(int retryAfterMs) throws IOException {
            send(
                    FrameType.ERROR,
                    io.hawser.wire.v1.Error.newBuilder()
                            .setCode(ErrorCode.BANNED.number())
                            .setRetryAfterMs(retryAfterMs)
                            .setCloses(true)
                            .build());
            close();
        }

        void kick(Kicked.Builder kicked) throws IOException {
            send(FrameType.KICKED, kicked.setBinding(1).build());
        }

        void command(Command.Builder command) throws IOException {
            send(FrameType.COMMAND, command.build());
        }

        void send(int type, MessageLite body) throws IOException {
            send(Frames.encode(type, body));
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /** Waits until the client has acknowledged this much, and fails on more. */
        void awaitAck(long seq) throws IOException {
            long acknowledged = 0;
            while (acknowledged < seq) {
                acknowledged =
                        Frames.parse(Ack.parser(), await(FrameType.ACK).body()).getSeq();
            }
            assertThat(acknowledged).isEqualTo(seq);
        }

        /** Waits for a frame of the type; PINGs before it are passed over, anything else fails. */
        Frame await(int type) throws IOException {
            Frame frame = awaitAny();
            while (frame.type() == FrameType.PING && type != FrameType.PING) {
                frame = awaitAny();
            }
            assertThat(frame.toString()).startsWith(FrameType.nameOf(type));
            return frame;
        }

        /** Waits for a frame of the type, whatever comes before it. */
        Frame awaitAmong(int type) throws IOException {
            Frame frame = awaitAny();
            while (frame.type() != type) {
                frame = awaitAny();
            }
            return frame;
        }

        /** Reads on until the client has closed, one way or the other. */
        void awaitClosed() {
            try {
                while (reader.read() != null) {
                    // What it still said does not matter here.
                }
            } catch (IOException e) {
                assertThat(e).isNotInstanceOf(java.net.SocketTimeoutException.class);
            }
        }

        private Frame awaitAny() throws IOException {
            Frame frame = reader.read();
            if (frame == null) {
                throw new EOFException("the client closed");
            }
            return frame;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
