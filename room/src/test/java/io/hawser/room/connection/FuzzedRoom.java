package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.keeper.config.ByteSize;
import io.hawser.room.access.Access;
import io.hawser.room.access.AccessConfig;
import io.hawser.room.access.AddressLimits;
import io.hawser.room.access.AppQuotas;
import io.hawser.room.access.FrameRates;
import io.hawser.room.access.Source;
import io.hawser.room.access.Verdict;
import io.hawser.room.broadcast.HandBroadcasts;
import io.hawser.room.gateway.Decoders;
import io.hawser.room.gateway.Door;
import io.hawser.room.pull.PullConfig;
import io.hawser.room.pull.PulledBodies;
import io.hawser.room.token.TokenVerifier;
import io.hawser.room.uplink.BackEnds;
import io.hawser.room.uplink.UplinkConfig;
import io.hawser.wire.FrameLimits;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Event loops with all that serves their clients; clock and neighbours are the test's. */
final class FuzzedRoom {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    /** Of a frame that a room sends, and what stands before it. */
    private static final int LARGEST_SENT_BYTES = FrameLimits.MAX_ROOM_FRAME_BYTES + FrameLimits.MAX_PREFIX_BYTES;

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");

    /** Made once: there are some hundred meters. */
    private static final MeterRegistry REGISTRY = new SimpleMeterRegistry();

    private static final ConnectionMeters METERS = new ConnectionMeters(REGISTRY);
    /** Found once: they are asked after each step, and a registry looks through all that it has. */
    private static final Counter FAULTS = REGISTRY.get("hawser.room.faults").counter();

    private static final Gauge PARKED_BYTES =
            REGISTRY.get("hawser.room.parked.bytes").gauge();

    private static final FrameRates FEW_FRAMES =
            new FrameRates(10, ByteSize.ofKibibytes(16), Duration.ofSeconds(3), Duration.ofSeconds(20));

    final WilfulNeighbours neighbours = new WilfulNeighbours();
    final CountedMemory memory = new CountedMemory();
    /** The first. */
    final ConnectionLoop loop;

    private final ConnectionConfig config;
    private final int clients;
    private final List<EmbeddedChannel> executors;
    private final ConnectionLoops loops;
    private final Access access;
    private final Admission admission;
    private final HandBroadcasts broadcasts;
    private final double faultsBefore = FAULTS.count();
    private final int bindingsBefore = METERS.bindings();
    private final double parkedBytesBefore = PARKED_BYTES.value();
    private long nowNanos;
    private boolean bobIsBanned;

    /** For one client at a time, so that one that is not let go is missed. */
    FuzzedRoom(ConnectionConfig config) {
        this(config, 1, 1, 2, 4);
    }

    private FuzzedRoom(ConnectionConfig config, int loops, int clients, int bindingsOfAnApp, int membersATurn) {
        this.config = config;
        this.clients = clients;
        access = new Access(access(clients, bindingsOfAnApp), this::nanoTime, REGISTRY);
        admission = new Admission(new Admission.Limits(clients, clients));
        broadcasts = new HandBroadcasts(neighbours.log, neighbours, REGISTRY, this::nanoTime, memory, membersATurn);
        executors = Stream.generate(EmbeddedChannel::new).limit(loops).toList();
        executors.forEach(EmbeddedChannel::freezeTime);
        this.loops = new ConnectionLoops(group(executors), config, surroundings());
        loop = this.loops.all().getFirst();
    }

    /** All that is asked of a group of loops is which they are. */
    private static EventLoopGroup group(List<EmbeddedChannel> executors) {
        List<EventLoop> loops = executors.stream().map(Channel::eventLoop).toList();
        return (EventLoopGroup) Proxy.newProxyInstance(
                FuzzedRoom.class.getClassLoader(),
                new Class<?>[] {EventLoopGroup.class},
                (group, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("iterator");
                    return loops.iterator();
                });
    }

    /** For as many as are sent to at once. */
    static FuzzedRoom of(ConnectionConfig config, int clients) {
        return new FuzzedRoom(config, 1, clients, 2 * clients, 256);
    }

    /** Of two loops, for clients that come back to this one or the other: four channels, dead ones too; three bindings. */
    static FuzzedRoom ofTwoLoops(ConnectionConfig config) {
        return new FuzzedRoom(config, 2, 4, 3, 4);
    }

    private Surroundings surroundings() {
        InstantSource instants = () -> START.plusNanos(nowNanos);
        Clock wall = instants.withZone(ZoneOffset.UTC);
        BackEnds backEnds = new BackEnds(
                neighbours,
                neighbours,
                neighbours,
                UplinkConfig::defaults,
                () -> FrameLimits.MAX_FRAME_BYTES,
                REGISTRY);
        PulledBodies bodies = new PulledBodies(neighbours, PullConfig::defaults, REGISTRY);
        return new Surroundings(
                new Identity("room-1", () -> 7),
                neighbours,
                new TokenVerifier(wall),
                neighbours,
                neighbours,
                new Redelivery(RedeliveryConfig.defaults(), this::nanoTime),
                access,
                admission,
                METERS,
                new Services(broadcasts::on, backEnds::of, bodies::of),
                new BobsBan(),
                wall,
                this::nanoTime,
                () -> new SplittableRandom(1));
    }

    /** Small, so that every limit is met: no more connections of an address, two bindings for each. */
    private static AccessConfig access(int clients, int bindingsOfAnApp) {
        AccessConfig defaults = AccessConfig.defaults();
        return new AccessConfig(
                List.of(),
                List.of(),
                new AddressLimits(clients, 1_000, 1_000, 64),
                List.of(),
                10,
                defaults.handshakesPerSecond(),
                defaults.handshakeBurst(),
                List.of(),
                clients > 1 ? defaults.frames() : FEW_FRAMES,
                new AppQuotas(bindingsOfAnApp, Map.of()),
                defaults.retryAfter());
    }

    private long nanoTime() {
        return nowNanos;
    }

    long nowMs() {
        return loop.nowMs();
    }

    /** Lets a client in by the first loop, as a listener does. */
    Connection letIn(Channel channel) {
        return letIn(channel, 0);
    }

    Connection letIn(Channel channel, int on) {
        ConnectionLoop here = loops.all().get(on);
        channel.config().setAllocator(memory);
        Verdict verdict = here.addresses().enter(ADDRESS);
        Connection connection = verdict instanceof Source source ? here.accept(channel, source, Carrier.TCP) : null;
        if (connection == null) {
            throw new AssertionError("not let in, and nobody is there: " + verdict);
        }
        channel.pipeline().addLast(Decoders.of(connection));
        return connection;
    }

    /** Lets a client in that comes this way, or a proxy for it. */
    Connection letIn(Channel channel, Door door) {
        channel.config().setAllocator(memory);
        Verdict verdict = door.isProxied() ? Source.PROXY : loop.addresses().enter(ADDRESS);
        Connection connection = verdict instanceof Source source ? loop.accept(channel, source, door.carrier()) : null;
        if (connection == null) {
            throw new AssertionError("not let in, and nobody is there: " + verdict);
        }
        door.open(channel, connection);
        return connection;
    }

    void ban(boolean begins) {
        bobIsBanned = begins;
    }

    /** Ends whoever is banned now. */
    void endBanned() {
        everyone().forEach(Connection::endBanned);
    }

    private Stream<Connection> everyone() {
        return loops.all().stream().flatMap(each -> each.members().connections().stream());
    }

    /** The user's, of the app that clients bind to as a rule. */
    List<Binding> bindingsOf(String user) {
        List<Binding> found = new ArrayList<>();
        loops.all().forEach(each -> each.members().forEach("demo", user, found::add));
        return found;
    }

    void turn() {
        executors.forEach(EmbeddedChannel::runPendingTasks);
        loops.all().forEach(ConnectionLoop::flush);
    }

    void pass(Duration time) {
        nowNanos += time.toNanos();
        executors.forEach(executor -> executor.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS));
        broadcasts.poll();
        loops.all().forEach(ConnectionLoop::tick);
    }

    /** After each step; bytes of each client. */
    void holds(int keptBytes) {
        holds(keptBytes, LARGEST_SENT_BYTES);
    }

    void holds(int keptBytes, int largestBytes) {
        assertThat(FAULTS.count() - faultsBefore).as("faults").isZero();
        assertThat(memory.largestBytes()).as("largest buffer").isLessThanOrEqualTo(largestBytes);
        assertThat(memory.heldBytes()).as("kept of what came").isLessThanOrEqualTo((long) clients * keptBytes);
        assertThat(PARKED_BYTES.value() - parkedBytesBefore)
                .as("bytes that are parked")
                .isBetween(0.0, (double) config.parking().maxBytes().bytes());
        for (ConnectionLoop each : loops.all()) {
            assertThat(each.members().connections())
                    .as("parked on a loop")
                    .filteredOn(connection -> connection.phase() == Lifecycle.Phase.PARKED)
                    .hasSizeLessThanOrEqualTo(config.parking().maxConnections() / executors.size());
        }
    }

    /** Once the last client is gone: nothing of it is left. */
    void isEmpty() {
        assertThat(admission.connections()).as("connections").isZero();
        assertThat(admission.unauthenticated()).as("unauthenticated").isZero();
        assertThat(METERS.bindings() - bindingsBefore).as("bindings").isZero();
        assertThat(PARKED_BYTES.value() - parkedBytesBefore)
                .as("bytes that are parked")
                .isZero();
        assertThat(everyone()).as("members").isEmpty();
        for (String user : List.of("alice", "bob", "carol")) {
            assertThat(bindingsOf(user)).as("bindings of " + user).isEmpty();
        }
        assertThat(loops.all())
                .as("asked for diagnostics")
                .allMatch(each -> each.diagnoses().asked() == 0);
        assertThat(neighbours.entered).as("left in the register").isEmpty();
        assertThat(broadcasts.followed())
                .as("logs that are followed for nobody")
                .isZero();
        assertThat(memory.heldBytes()).as("bytes that leaked").isZero();
    }

    private final class BobsBan implements Bans {
        private final Banned ban = new Banned("banned", 1_000);

        @Override
        public @Nullable Banned ofPeer(InetAddress peer) {
            return null;
        }

        @Override
        public @Nullable Banned ofEndpoint(String app, String user, String device, @Nullable InetAddress peer) {
            return bobIsBanned && user.equals("bob") ? ban : null;
        }
    }
}
