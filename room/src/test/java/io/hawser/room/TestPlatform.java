package io.hawser.room;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.keeper.Service;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.room.connection.ConnectionConfig;
import io.hawser.room.connection.Heartbeat;
import io.hawser.room.gateway.GatewayConfig;
import io.hawser.room.overload.Limits;
import io.hawser.room.overload.OverloadConfig;
import io.hawser.room.tls.TlsConfig;
import io.hawser.room.websocket.WebSocketConfig;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.EndBindingReply;
import io.hawser.rpc.v1.GiveCommandReply;
import io.hawser.rpc.v1.GiveCommandRequest;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.PaceGrant;
import io.hawser.rpc.v1.PaceReport;
import io.hawser.rpc.v1.PushBroadcastReply;
import io.hawser.rpc.v1.PushBroadcastRequest;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.RoomTotalsReply;
import io.hawser.rpc.v1.RoomTotalsRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A real room between a register and a saver of the test's own, all on real sockets. */
final class TestPlatform implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int NEVER_MS = 3_600_000;

    final StubRegister register = new StubRegister("register-1");
    final StubSaver saver = new StubSaver();
    final TestContext context;
    private final Service room;
    private final LinkClient rooms;

    TestPlatform() {
        this(RoomConfig.defaults());
    }

    TestPlatform(RoomConfig config) {
        context = new TestContext(config);
        saver.apps.put("demo", Tokens.app("demo"));
        context.membership("register").set(register.peer(1));
        context.membership("saver").set(saver.peer());
        room = Room.start(context);
        SettableMembership roomMembers = new SettableMembership();
        roomMembers.set(
                new Peer("room", "room-1", "127.0.0.1", context.advertised().port(), context.incarnation(), ""));
        rooms = new LinkClient("center/test", "room", roomMembers, LinkSettings.defaults(), new SimpleMeterRegistry());
        await().atMost(PATIENCE).until(context::isReady);
        await().atMost(PATIENCE).until(() -> register.complete.size() == 4096);
    }

    /** Looks into mailboxes often, where no register knows the binding. */
    static RoomConfig impatient() {
        Heartbeat heartbeat = ConnectionConfig.defaults().heartbeat();
        return with(connections(heartbeat, Duration.ofMillis(300)));
    }

    /** Wants to hear clients this often. */
    static RoomConfig withHeartbeat(Duration interval) {
        Heartbeat d = ConnectionConfig.defaults().heartbeat();
        Heartbeat heartbeat =
                new Heartbeat(interval, interval, interval, Map.of(), Map.of(), d.probeAfter(), d.probeWithin());
        return with(connections(heartbeat, ConnectionConfig.defaults().detachedPoll()));
    }

    /** Has clients say HELLO within this time. */
    static RoomConfig withHelloWithin(Duration time) {
        ConnectionConfig c = ConnectionConfig.defaults();
        return with(connections(time, c.heartbeat(), c.detachedPoll()));
    }

    private static ConnectionConfig connections(Heartbeat heartbeat, Duration detachedPoll) {
        return connections(ConnectionConfig.defaults().helloWithin(), heartbeat, detachedPoll);
    }

    private static ConnectionConfig connections(Duration helloWithin, Heartbeat heartbeat, Duration detachedPoll) {
        ConnectionConfig c = ConnectionConfig.defaults();
        return new ConnectionConfig(
                helloWithin,
                c.bindWithin(),
                c.closeWithin(),
                heartbeat,
                c.maxUnboundFrame(),
                c.maxFrame(),
                c.writeBuffer(),
                c.maxBindings(),
                c.maxBindsInFlight(),
                c.window(),
                c.acknowledgeWithin(),
                c.fruitlessAfter(),
                c.loads(),
                c.openAttempts(),
                c.firstBackoff(),
                c.maxBackoff(),
                detachedPoll,
                c.seenEvery(),
                c.tokenWarning(),
                c.tokenGrace(),
                c.parking());
    }

    private static RoomConfig with(ConnectionConfig connections) {
        RoomConfig defaults = RoomConfig.defaults();
        return with(defaults, defaults.gateway(), connections);
    }

    /** The defaults, but for so many connections. */
    static RoomConfig configWithRoomFor(int connections) {
        RoomConfig defaults = RoomConfig.defaults();
        GatewayConfig gateway = new GatewayConfig(
                defaults.gateway().listeners(),
                2,
                128,
                connections,
                connections,
                TlsConfig.defaults(),
                WebSocketConfig.defaults());
        return with(defaults, gateway, defaults.connections());
    }

    /** The defaults, but for what these say. */
    static RoomConfig config(String... yamls) {
        ConfigTree tree = new ConfigTree();
        for (String yaml : yamls) {
            tree.overlayYaml("test", yaml);
        }
        return tree.bind(RoomConfig.class);
    }

    static RoomConfig with(RoomConfig defaults, GatewayConfig gateway, ConnectionConfig connections) {
        return new RoomConfig(
                defaults.zone(),
                defaults.link(),
                defaults.admin(),
                defaults.links(),
                defaults.linkServer(),
                gateway,
                defaults.access(),
                connections,
                defaults.directory(),
                defaults.pour(),
                defaults.redelivery(),
                defaults.uplinks(),
                defaults.events(),
                defaults.bans(),
                defaults.pulls(),
                defaults.broadcasts(),
                unhurried(defaults.overload()),
                defaults.drain(),
                Duration.ofMillis(200),
                defaults.saverTimeout(),
                defaults.reportInterval());
    }

    /** How late loops are is the machine's affair here, and nobody is sent away for it. */
    private static OverloadConfig unhurried(OverloadConfig defaults) {
        return new OverloadConfig(
                defaults.checkEvery(),
                new Limits(NEVER_MS, NEVER_MS, NEVER_MS),
                defaults.heapPercent(),
                defaults.directPercent(),
                defaults.calmFor(),
                defaults.retryAfter(),
                defaults.shedPerSecond());
    }

    List<String> addresses() {
        return List.of(
                context.advertised().attributes().getOrDefault("addresses", "").split(","));
    }

    /** The first address of this transport. */
    String address(String transport) {
        return context.advertised().attributes().getOrDefault("addresses." + transport, "");
    }

    TestClient connect() {
        return TestClient.connect(addresses().getFirst());
    }

    Service room() {
        return room;
    }

    /** Pushes with content to where the register says the user is. */
    PushOutcome push(String user, long prev, long seq, String text) {
        return push(pushTo(user)
                .setPrev(prev)
                .setSeq(seq)
                .setContent(StubSaver.content(text))
                .build());
    }

    PushOutcome hint(String user, long seq) {
        return push(pushTo(user)
                .setPrev(seq)
                .setSeq(seq)
                .setContent(ByteString.EMPTY)
                .build());
    }

    PushRequest.Builder pushTo(String user) {
        return PushRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox("user")
                .setLocation(register.session(user).getLocation());
    }

    PushOutcome push(PushRequest push) {
        return pushAsync(push).join().getOutcome();
    }

    CompletableFuture<PushReply> pushAsync(PushRequest push) {
        return rooms.call(Route.peer("room-1"), RoomGrpc.getPushMethod(), push, "demo", PATIENCE);
    }

    EndBindingReply end(Kick kick) {
        return rooms.call(Route.peer("room-1"), RoomGrpc.getEndBindingMethod(), kick, "demo", PATIENCE)
                .join();
    }

    GiveCommandReply give(GiveCommandRequest request) {
        return rooms.call(Route.peer("room-1"), RoomGrpc.getGiveCommandMethod(), request, "", PATIENCE)
                .join();
    }

    PaceReport grant(long bseq, int membersPerSecond) {
        PaceGrant grant = PaceGrant.newBuilder()
                .setApp("demo")
                .setBseq(bseq)
                .setMembersPerSecond(membersPerSecond)
                .setValidMs(5_000)
                .build();
        return rooms.call(Route.peer("room-1"), RoomGrpc.getGrantPaceMethod(), grant, "demo", PATIENCE)
                .join();
    }

    PushBroadcastReply broadcast(PushBroadcastRequest broadcast) {
        return rooms.call(Route.peer("room-1"), RoomGrpc.getPushBroadcastMethod(), broadcast, "demo", PATIENCE)
                .join();
    }

    RoomTotalsReply totals() {
        return rooms.call(
                        Route.peer("room-1"),
                        RoomGrpc.getRoomTotalsMethod(),
                        RoomTotalsRequest.getDefaultInstance(),
                        "",
                        PATIENCE)
                .join();
    }

    Location location(String user) {
        return register.session(user).getLocation();
    }

    @Override
    public void close() {
        room.close();
        rooms.close();
        register.close();
        saver.close();
    }
}
