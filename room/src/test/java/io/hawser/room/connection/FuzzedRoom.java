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
import io.hawser.room.pull.PullConfig;
import io.hawser.room.pull.PulledBodies;
import io.hawser.room.token.TokenVerifier;
import io.hawser.room.uplink.BackEnds;
import io.hawser.room.uplink.UplinkConfig;
import io.hawser.wire.FrameLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** An event loop with all that serves its clients; clock and neighbours are the test's. */
final class FuzzedRoom {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    /** Of a frame that a room sends, and what stands before it. */
    private static final int LARGEST_SENT_BYTES = FrameLimits.MAX_ROOM_FRAME_BYTES + FrameLimits.MAX_PREFIX_BYTES;

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");

    /** Made once: there are some hundred meters. */
    private static final MeterRegistry REGISTRY = new SimpleMeterRegistry();

    private static final ConnectionMeters METERS = new ConnectionMeters(REGISTRY);

    private static final FrameRates FEW_FRAMES =
            new FrameRates(10, ByteSize.ofKibibytes(16), Duration.ofSeconds(3), Duration.ofSeconds(20));

    final WilfulNeighbours neighbours = new WilfulNeighbours();
    final CountedMemory memory = new CountedMemory();
    final ConnectionLoop loop;
    private final EmbeddedChannel executor = new EmbeddedChannel();
    private final Access access;
    private final Admission admission;
    private final HandBroadcasts broadcasts;
    private final double faultsBefore = faults();
    private final int bindingsBefore = METERS.bindings();
    private long nowNanos;
    private boolean bobIsBanned;

    /** For one client at a time, so that one that is not let go is missed. */
    FuzzedRoom(ConnectionConfig config) {
        this(config, 1, 4);
    }

    private FuzzedRoom(ConnectionConfig config, int clients, int membersATurn) {
        access = new Access(access(clients), this::nanoTime, REGISTRY);
        admission = new Admission(new Admission.Limits(clients, clients));
        broadcasts = new HandBroadcasts(neighbours.log, neighbours, REGISTRY, this::nanoTime, memory, membersATurn);
        loop = new ConnectionLoops(executor.eventLoop(), config, surroundings())
                .all()
                .getFirst();
    }

    /** For as many as are sent to at once. */
    static FuzzedRoom of(ConnectionConfig config, int clients) {
        return new FuzzedRoom(config, clients, 256);
    }

    private Surroundings surroundings() {
        Clock wall = new WallClock();
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
    private static AccessConfig access(int clients) {
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
                new AppQuotas(2 * clients, Map.of()),
                defaults.retryAfter());
    }

    private long nanoTime() {
        return nowNanos;
    }

    private static double faults() {
        return REGISTRY.get("hawser.room.faults").counter().count();
    }

    /** Lets a client in, as a listener does. */
    Connection letIn(Channel channel) {
        channel.config().setAllocator(memory);
        Verdict verdict = loop.addresses().enter(ADDRESS);
        Connection connection = verdict instanceof Source source ? loop.accept(channel, source, Carrier.TCP) : null;
        if (connection == null) {
            throw new AssertionError("not let in, and nobody is there: " + verdict);
        }
        channel.pipeline().addLast(Decoders.of(connection));
        return connection;
    }

    void ban(boolean begins) {
        bobIsBanned = begins;
    }

    void turn() {
        executor.runPendingTasks();
        loop.flush();
    }

    void pass(Duration time) {
        nowNanos += time.toNanos();
        broadcasts.poll();
        loop.tick();
    }

    /** After each step. */
    void holds(int keptBytes) {
        assertThat(faults() - faultsBefore).as("faults").isZero();
        assertThat(memory.largestBytes()).as("largest buffer").isLessThanOrEqualTo(LARGEST_SENT_BYTES);
        assertThat(memory.heldBytes()).as("kept of what came").isLessThanOrEqualTo(keptBytes);
    }

    /** Once the last client is gone: nothing of it is left. */
    void isEmpty() {
        assertThat(admission.connections()).as("connections").isZero();
        assertThat(admission.unauthenticated()).as("unauthenticated").isZero();
        assertThat(METERS.bindings() - bindingsBefore).as("bindings").isZero();
        assertThat(loop.members().connections()).as("members").isEmpty();
        for (String user : List.of("alice", "bob", "carol")) {
            loop.forEach("demo", user, left -> {
                throw new AssertionError("still a member: " + left.location());
            });
        }
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

    private final class WallClock extends Clock {
        @Override
        public Instant instant() {
            return START.plusNanos(nowNanos);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
