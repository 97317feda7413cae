package io.hawser.bench;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.Callback;
import io.hawser.api.v1.CallbacksGrpc;
import io.hawser.api.v1.CreateCallbackRequest;
import io.hawser.api.v1.DeleteCallbackRequest;
import io.hawser.api.v1.IssueTokenRequest;
import io.hawser.api.v1.IssueTokenResponse;
import io.hawser.api.v1.IssuedCallback;
import io.hawser.api.v1.MessagesGrpc;
import io.hawser.api.v1.SendRequest;
import io.hawser.api.v1.SendResponse;
import io.hawser.api.v1.UsersGrpc;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.PushBroadcastReply;
import io.hawser.rpc.v1.PushBroadcastRequest;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Whereabouts;
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
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import io.hawser.wire.v1.Welcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A center, a register, a dispatcher and a room in one, that keep nothing: what the bench talks to in its own tests. */
public final class SmallPlatform implements AutoCloseable {
    private final ServerSocket room = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Map<String, Binding> bindings = new ConcurrentHashMap<>();
    private final Map<String, URI> backEnds = new ConcurrentHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong seqs = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Server center = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new Messages())
            .addService(new Users())
            .addService(new Callbacks())
            .build()
            .start();

    private final LinkServer links = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
            .handle(RoomGrpc.getPushBroadcastMethod(), (request, caller) -> blocking(() -> broadcast(request)))
            .handle(RoomGrpc.getPushMethod(), (request, caller) -> blocking(() -> push(request)))
            .handle(RegisterGrpc.getLookupMethod(), (request, caller) -> blocking(() -> lookup(request)))
            .start("127.0.0.1", 0);
    private final HttpServer dispatcher = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);

    public SmallPlatform() throws IOException {
        Thread.ofVirtual().start(this::accept);
        dispatcher.createContext("/v1/addresses", this::addresses);
        dispatcher.start();
    }

    /** Writes what 'cluster up' writes, and returns the file that '--against' takes. */
    public Path describe(Path directory) throws IOException {
        Files.writeString(
                directory.resolve("cluster.json"),
                "{\"ports\":{\"room-1/link\":%1$d,\"register-1/link\":%1$d}}".formatted(links.port()));
        return Files.writeString(
                directory.resolve("up.json"),
                "{\"center\":\"%s\",\"app\":\"demo\",\"apiKey\":\"hk_x\",\"rooms\":[\"%s\"],\"dispatcher\":\"%s\"}"
                        .formatted(center(), room(), dispatcher()));
    }

    public String dispatcher() {
        return "http://127.0.0.1:" + dispatcher.getAddress().getPort();
    }

    /** Cuts all clients off. */
    public void hangUp() {
        for (Binding binding : List.copyOf(bindings.values())) {
            binding.hangUp();
        }
    }

    public String center() {
        return "http://127.0.0.1:" + center.getPort();
    }

    public String room() {
        return "127.0.0.1:" + room.getLocalPort();
    }

    public long highestAcknowledged() {
        return acknowledged.get();
    }

    @Override
    public void close() throws IOException {
        center.shutdownNow();
        links.close();
        http.close();
        dispatcher.stop(0);
        room.close();
        hangUp();
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
        Binding binding = new Binding(client);
        try (client) {
            FrameReader frames = new FrameReader(client.getInputStream(), FrameLimits.MAX_FRAME_BYTES);
            for (Frame frame = frames.read(); frame != null; frame = frames.read()) {
                answer(frame, binding);
            }
        } catch (IOException gone) {
            binding.hangUp();
        } finally {
            bindings.values().remove(binding);
        }
    }

    private void addresses(HttpExchange exchange) throws IOException {
        byte[] answer = ("{\"rooms\":[\"" + room() + "\"]}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static <T> CompletableFuture<T> blocking(Callable<T> answer) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            done.complete(answer.call());
        } catch (Exception e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    private PushBroadcastReply broadcast(PushBroadcastRequest request) throws IOException {
        Broadcast frame = Broadcast.parseFrom(request.getContent()).toBuilder()
                .setApp(request.getApp())
                .build();
        for (Binding binding : bindings.values()) {
            binding.write(Frames.encode(FrameType.BROADCAST, frame));
        }
        return PushBroadcastReply.newBuilder().setWritten(bindings.size()).build();
    }

    private PushReply push(PushRequest push) throws IOException {
        Binding binding = bindings.get(push.getUser());
        if (binding == null) {
            return PushReply.newBuilder().setOutcome(PushOutcome.NOT_HERE).build();
        }
        binding.write(MessageFrame.encode(
                1, push.getPrev(), push.getSeq(), false, push.getContent().toByteArray()));
        return PushReply.newBuilder().setOutcome(PushOutcome.WRITTEN).build();
    }

    private LookupReply lookup(LookupRequest request) {
        LookupReply.Builder reply = LookupReply.newBuilder();
        request.getUsersList()
                .forEach(user -> reply.addUsers(Whereabouts.newBuilder()
                        .addSessions(Session.newBuilder()
                                .setUser(user.getUser())
                                .setMailbox("user")
                                .setLocation(Location.newBuilder().setRoom("room-1")))));
        return reply.build();
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
                binding.user = Frames.parse(Bind.parser(), frame.body()).getUser();
                bindings.put(binding.user, binding);
                binding.write(Frames.encode(
                        FrameType.BOUND, Bound.newBuilder().setBinding(1).build()));
            }
            case FrameType.UPLINK -> carry(Frames.parse(Uplink.parser(), frame.body()), binding);
            case FrameType.ACK ->
                acknowledged.accumulateAndGet(
                        Frames.parse(Ack.parser(), frame.body()).getSeq(), Math::max);
            default -> binding.write(Frames.pong());
        }
    }

    /** To the back end first, and the answer then: nothing is stored here. */
    private void carry(Uplink uplink, Binding binding) throws IOException {
        String webhook = "{\"type\":\"uplink\",\"data\":{\"user\":\"%s\",\"number\":%d,\"data\":\"%s\"}}"
                .formatted(
                        binding.user,
                        uplink.getNumber(),
                        Base64.getEncoder().encodeToString(uplink.getBody().toByteArray()));
        HttpRequest request = HttpRequest.newBuilder(requireNonNull(backEnds.get(uplink.getRoute())))
                .POST(HttpRequest.BodyPublishers.ofString(webhook))
                .build();
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding()).join();
        binding.write(Frames.encode(
                FrameType.UPLINK_ACK,
                UplinkAck.newBuilder()
                        .setBinding(1)
                        .setNumber(uplink.getNumber())
                        .build()));
    }

    private static final class Binding {
        private final Socket client;
        private volatile String user = "";
        private long last;

        Binding(Socket client) {
            this.client = client;
        }

        synchronized void write(byte[] frame) throws IOException {
            client.getOutputStream().write(frame);
        }

        void hangUp() {
            try {
                client.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
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

    private final class Callbacks extends CallbacksGrpc.CallbacksImplBase {
        @Override
        public void createCallback(CreateCallbackRequest request, StreamObserver<IssuedCallback> reply) {
            backEnds.put(
                    request.getCallback().getRoutes(0),
                    URI.create(request.getCallback().getUrls(0)));
            reply.onNext(IssuedCallback.getDefaultInstance());
            reply.onCompleted();
        }

        @Override
        public void deleteCallback(DeleteCallbackRequest request, StreamObserver<Callback> reply) {
            reply.onNext(Callback.getDefaultInstance());
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
