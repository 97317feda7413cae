package io.hawser.bench.unicast;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.IssueTokenRequest;
import io.hawser.api.v1.IssueTokenResponse;
import io.hawser.api.v1.MessagesGrpc;
import io.hawser.api.v1.SendRequest;
import io.hawser.api.v1.SendResponse;
import io.hawser.api.v1.UsersGrpc;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Welcome;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A center and a room in one, that keep nothing: what the bench talks to in its own tests. */
final class SmallPlatform implements AutoCloseable {
    private final ServerSocket room = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Map<String, Binding> bindings = new ConcurrentHashMap<>();
    private final AtomicLong seqs = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Server center = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new Messages())
            .addService(new Users())
            .build()
            .start();

    SmallPlatform() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    String center() {
        return "http://127.0.0.1:" + center.getPort();
    }

    String room() {
        return "127.0.0.1:" + room.getLocalPort();
    }

    long highestAcknowledged() {
        return acknowledged.get();
    }

    @Override
    public void close() throws IOException {
        center.shutdownNow();
        room.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = room.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            center.shutdownNow();
        }
    }

    private void serve(Socket client) {
        try (client) {
            Binding binding = new Binding(client.getOutputStream());
            FrameReader frames = new FrameReader(client.getInputStream(), FrameLimits.MAX_FRAME_BYTES);
            for (Frame frame = frames.read(); frame != null; frame = frames.read()) {
                answer(frame, binding);
            }
        } catch (SocketException gone) {
            bindings.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(Frame frame, Binding binding) throws IOException {
        switch (frame.type()) {
            case FrameType.HELLO ->
                binding.write(Frames.encode(
                        FrameType.WELCOME,
                        Welcome.newBuilder()
                                .setVersion(1)
                                .setHeartbeatSeconds(30)
                                .build()));
            case FrameType.BIND -> {
                bindings.put(Frames.parse(Bind.parser(), frame.body()).getUser(), binding);
                binding.write(Frames.encode(
                        FrameType.BOUND, Bound.newBuilder().setBinding(1).build()));
            }
            case FrameType.ACK ->
                acknowledged.accumulateAndGet(
                        Frames.parse(Ack.parser(), frame.body()).getSeq(), Math::max);
            default -> binding.write(Frames.pong());
        }
    }

    private static final class Binding {
        private final OutputStream out;
        private long last;

        Binding(OutputStream out) {
            this.out = out;
        }

        synchronized void write(byte[] frame) throws IOException {
            out.write(frame);
        }

        synchronized void push(long seq, ByteString body) throws IOException {
            Message message = Message.newBuilder()
                    .setBinding(1)
                    .setPrev(last)
                    .setSeq(seq)
                    .setBody(body)
                    .build();
            last = seq;
            write(Frames.encode(FrameType.MESSAGE, message));
        }
    }

    private final class Messages extends MessagesGrpc.MessagesImplBase {
        @Override
        public void send(SendRequest request, StreamObserver<SendResponse> reply) {
            @Nullable Binding binding = bindings.get(request.getTarget().getUser());
            if (binding == null) {
                reply.onError(Status.NOT_FOUND.asRuntimeException());
                return;
            }
            try {
                synchronized (binding) {
                    binding.push(seqs.incrementAndGet(), request.getData());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            reply.onNext(SendResponse.getDefaultInstance());
            reply.onCompleted();
        }
    }

    private static final class Users extends UsersGrpc.UsersImplBase {
        @Override
        public void issueToken(IssueTokenRequest request, StreamObserver<IssueTokenResponse> reply) {
            reply.onNext(IssueTokenResponse.newBuilder().setToken("t").build());
            reply.onCompleted();
        }
    }
}
