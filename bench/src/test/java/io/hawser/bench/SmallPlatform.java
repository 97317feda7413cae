package io.hawser.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Encoding;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.Welcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.DeflaterOutputStream;
import javax.net.ServerSocketFactory;

/** A center, a register, a dispatcher and a room in one, that keep nothing: what the bench talks to in its own tests. */
public final class SmallPlatform implements AutoCloseable {
    private final ServerSocket room;
    private final Map<String, Binding> bindings = new ConcurrentHashMap<>();
    /** Who comes back with which token; each serves once. */
    private final Map<ByteString, String> comebacks = new ConcurrentHashMap<>();

    private final AtomicLong tokens = new AtomicLong();
    private final SmallStore store = new SmallStore();
    private final AtomicLong acknowledged = new AtomicLong();
    private final SmallCenter center = new SmallCenter(store);
    private final LinkServer links = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
            .handle(RoomGrpc.getPushBroadcastMethod(), (request, caller) -> blocking(() -> broadcast(request)))
            .handle(RoomGrpc.getPushMethod(), (request, caller) -> blocking(() -> push(request)))
            .handle(RegisterGrpc.getLookupMethod(), (request, caller) -> blocking(() -> lookup(request)))
            .start("127.0.0.1", 0);
    private final HttpServer dispatcher = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);

    public SmallPlatform() throws IOException {
        this(ServerSocketFactory.getDefault());
    }

    /** @param sockets what the room listens by: with TLS, or without */
    public SmallPlatform(ServerSocketFactory sockets) throws IOException {
        room = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        dispatcher.createContext("/v1/addresses", this::addresses);
        dispatcher.start();
    }

    /** Writes what 'cluster up' writes, and returns the file that '--against' takes. */
    public Path describe(Path directory) throws IOException {
        return describe(directory, List.of(this));
    }

    /** The same, with one room more. */
    public Path describeWith(SmallPlatform second, Path directory) throws IOException {
        return describe(directory, List.of(this, second));
    }

    private Path describe(Path directory, List<SmallPlatform> all) throws IOException {
        ObjectNode plan = new ObjectMapper().createObjectNode();
        ObjectNode ports = plan.putObject("ports").put("register-1/link", links.port());
        ObjectNode up = new ObjectMapper()
                .createObjectNode()
                .put("center", center())
                .put("app", "demo")
                .put("apiKey", "hk_x")
                .put("dispatcher", dispatcher());
        ArrayNode rooms = up.putArray("rooms");
        for (SmallPlatform one : all) {
            rooms.add(one.room());
            ports.put("room-" + rooms.size() + "/link", one.links.port());
        }
        Files.writeString(directory.resolve("cluster.json"), plan.toString());
        return Files.writeString(directory.resolve("up.json"), up.toString());
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
        return "http://127.0.0.1:" + center.port();
    }

    public String room() {
        return "127.0.0.1:" + room.getLocalPort();
    }

    public long highestAcknowledged() {
        return acknowledged.get();
    }

    @Override
    public void close() throws IOException {
        center.close();
        links.close();
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
            center.close();
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
            store.leave(binding);
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
        Broadcast compressed = compressed(frame);
        for (Binding binding : bindings.values()) {
            binding.write(Frames.encode(FrameType.BROADCAST, binding.inflates ? compressed : frame));
        }
        return PushBroadcastReply.newBuilder().setWritten(bindings.size()).build();
    }

    private static Broadcast compressed(Broadcast frame) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(body)) {
            deflate.write(frame.getBody().toByteArray());
        }
        return frame.toBuilder()
                .setEncoding(Encoding.DEFLATE)
                .setBodyBytes(frame.getBody().size())
                .setBody(ByteString.copyFrom(body.toByteArray()))
                .build();
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
            case FrameType.HELLO -> welcome(Frames.parse(Hello.parser(), frame.body()), binding);
            case FrameType.BIND -> bind(Frames.parse(Bind.parser(), frame.body()), binding);
            case FrameType.UPLINK ->
                binding.write(Frames.encode(
                        FrameType.UPLINK_ACK, center.carry(binding.user, Frames.parse(Uplink.parser(), frame.body()))));
            case FrameType.ACK ->
                acknowledged.accumulateAndGet(
                        Frames.parse(Ack.parser(), frame.body()).getSeq(), Math::max);
            case FrameType.PING -> binding.write(Frames.pong());
            default -> assertNoAnswerIsOwed(frame);
        }
    }

    private void welcome(Hello hello, Binding binding) throws IOException {
        binding.inflates = hello.getEncodingsList().contains(Encoding.DEFLATE);
        String user = comebacks.remove(hello.getResumeToken());
        Welcome.Builder welcome =
                Welcome.newBuilder().setVersion(1).setHeartbeatSeconds(30).setResumed(user != null);
        if (hello.getResumable()) {
            binding.token = ByteString.copyFromUtf8(room() + "/" + tokens.incrementAndGet());
            welcome.setResumeToken(binding.token);
        }
        binding.write(Frames.encode(FrameType.WELCOME, welcome.build()));
        if (user != null) {
            bind(
                    Bind.newBuilder()
                            .setUser(user)
                            .setPosition(hello.getResume(0).getPosition())
                            .setCursor(hello.getResume(0).getCursor())
                            .build(),
                    binding);
        }
    }

    private void bind(Bind bind, Binding binding) throws IOException {
        binding.user = bind.getUser();
        bindings.put(binding.user, binding);
        if (!binding.token.isEmpty()) {
            comebacks.put(binding.token, binding.user);
        }
        store.bind(bind, binding);
    }

    private static void assertNoAnswerIsOwed(Frame frame) {
        if (frame.type() != FrameType.SYNC && frame.type() != FrameType.PONG && frame.type() != FrameType.UNBIND) {
            throw new AssertionError("a frame of type " + frame.type());
        }
    }

    private static final class Binding implements SmallStore.Link {
        private final Socket client;
        private volatile String user = "";
        private volatile ByteString token = ByteString.EMPTY;
        private volatile boolean inflates;

        Binding(Socket client) {
            this.client = client;
        }

        @Override
        public synchronized void write(byte[] frame) throws IOException {
            client.getOutputStream().write(frame);
        }

        void hangUp() {
            try {
                client.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
