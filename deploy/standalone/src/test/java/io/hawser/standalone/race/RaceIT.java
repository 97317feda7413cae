package io.hawser.standalone.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.coordinator.Coordinator;
import io.hawser.coordinator.CoordinatorConfig;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.register.Register;
import io.hawser.register.RegisterConfig;
import io.hawser.room.Room;
import io.hawser.room.RoomConfig;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.SessionPolicy;
import io.hawser.rpc.v1.UserKey;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.standalone.race.Racer.Came;
import io.hawser.standalone.up.ServiceSettings;
import io.hawser.stores.EmbeddedZooKeeper;
import io.hawser.stores.Ports;
import io.hawser.wire.FrameType;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two devices bind at the same moment, on two rooms: where the session policy has one place for both, one has it in the end,
 * else both are there; and nobody is in doubt.
 */
final class RaceIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int LANES = 20;
    private static final int RACES_A_LANE = 50;
    private static final int MOST_SPINS = 20_000;

    private final List<Integer> ports = Ports.free(2);
    private final EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.temporary();
    private final CompletableFuture<ServiceContext<Nothing>> saverContext = new CompletableFuture<>();
    private final ServiceHost<Nothing> saver = ServiceHost.start(settings("saver-1"), Nothing.class, context -> {
        saverContext.complete(context);
        return EmptySaver.start(context);
    });
    private final ServiceHost<RegisterConfig> register =
            ServiceHost.start(settings("register-1"), RegisterConfig.class, Register::start);
    private final ServiceHost<CoordinatorConfig> coordinator =
            ServiceHost.start(settings("coordinator-1"), CoordinatorConfig.class, Coordinator::start);
    private final List<ServiceHost<RoomConfig>> rooms = List.of(room("room-1", 0), room("room-2", 1));
    private final LinkClient registers = new LinkClient(
            "center/test",
            "register",
            saverContext.join().members("register"),
            LinkSettings.defaults(),
            new SimpleMeterRegistry());
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger kicksExpected = new AtomicInteger();
    private final long seed = Long.getLong("hawser.race.seed", new Random().nextLong());

    /** A service that has nothing to configure. */
    record Nothing() {
        static Nothing defaults() {
            return new Nothing();
        }
    }

    private HostSettings settings(String name) {
        return HostSettings.of(name.substring(0, name.indexOf('-')), zooKeeper.connectString())
                .withName(name)
                .withDrainTimeout(Duration.ofMillis(100));
    }

    private ServiceHost<RoomConfig> room(String name, int place) {
        HostSettings settings = settings(name).withOverrides(ServiceSettings.ofRoom(ports.get(place)));
        return ServiceHost.start(settings, RoomConfig.class, Room::start);
    }

    @AfterEach
    void stopAll() {
        http.close();
        registers.close();
        rooms.forEach(ServiceHost::close);
        coordinator.close();
        register.close();
        saver.close();
        zooKeeper.close();
    }

    @Test
    void eachPlaceIsOneDevicesEachTime() throws Exception {
        awaitKnown();
        List<Future<?>> lanes = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int lane = 0; lane < LANES; lane++) {
                int number = lane;
                lanes.add(threads.submit(() -> {
                    race(number);
                    return number;
                }));
            }
            for (Future<?> lane : lanes) {
                lane.get();
            }
        }
        assertThat(kicks())
                .as("seed %d: kicks, one for each race of two for one place", seed)
                .isEqualTo(kicksExpected.get());
        await("seed " + seed + ": no session is left").atMost(SOON).until(() -> sessions() == 0);
    }

    /** Both rooms have told the register all, and a user who is nowhere is offline. */
    private void awaitKnown() {
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> {
            Whereabouts nowhere = whereabouts(EmptySaver.appOf(SessionPolicy.ONE_PER_USER), "nobody");
            assertThat(nowhere.getNotOwner()).isFalse();
            assertThat(nowhere.getUnknownRoomsList()).isEmpty();
            assertThat(registers.membership().view().peers()).isNotEmpty();
        });
        await().atMost(SOON).ignoreExceptions().until(() -> rooms.stream().allMatch(this::isReady));
    }

    private boolean isReady(ServiceHost<?> host) {
        URI page = URI.create("http://" + Ports.HOST + ":" + host.adminPort() + "/readyz");
        HttpRequest question = HttpRequest.newBuilder(page).build();
        return http.sendAsync(question, BodyHandlers.discarding()).join().statusCode() == 200;
    }

    private Whereabouts whereabouts(String app, String user) {
        LookupRequest request = LookupRequest.newBuilder()
                .addUsers(UserKey.newBuilder().setApp(app).setUser(user))
                .build();
        return registers
                .call(
                        Route.slot(Slot.of(app, user)),
                        RegisterGrpc.getLookupMethod(),
                        request,
                        app,
                        Duration.ofSeconds(5))
                .join()
                .getUsers(0);
    }

    private double sessions() {
        return register.meters().find("hawser.register.sessions").gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    private double kicks() {
        return rooms.stream()
                .mapToDouble(room -> room.meters()
                        .get("hawser.room.kicks")
                        .tag("cause", "kick_replaced")
                        .counter()
                        .count())
                .sum();
    }

    /** Two connections, and one race after the other, under one policy. */
    private void race(int lane) throws IOException, InterruptedException {
        Random random = new Random(seed + lane);
        SessionPolicy policy = EmptySaver.POLICIES.get(lane % EmptySaver.POLICIES.size());
        BlockingQueue<Came> came = new LinkedBlockingQueue<>();
        try (Racer one = Racer.connect("room-1", ports.get(0), "phone", came);
                Racer other = Racer.connect("room-2", ports.get(1), random.nextBoolean() ? "phone" : "pc", came)) {
            boolean oneIsKicked = policy == SessionPolicy.ONE_PER_USER || one.isLike(other);
            for (int i = 0; i < RACES_A_LANE; i++) {
                String app = EmptySaver.appOf(policy);
                String user = "user-" + lane + "-" + i;
                start(random, one, other, app, user);
                Set<Racer> survivors =
                        oneIsKicked ? Set.of(survivor(came, one, other, user)) : bothBound(came, one, other, app, user);
                assertThat(whereabouts(app, user).getSessionsList())
                        .as("seed %d: who is there of %s by %s", seed, user, policy)
                        .extracting((Session session) -> session.getLocation().getRoom())
                        .containsExactlyInAnyOrderElementsOf(
                                survivors.stream().map(racer -> racer.room).toList());
                for (Racer survivor : survivors) {
                    leave(survivor, came, user);
                }
                kicksExpected.addAndGet(oneIsKicked ? 1 : 0);
            }
            assertThat(came).as("seed %d: came after all", seed).isEmpty();
        }
    }

    private void leave(Racer survivor, BlockingQueue<Came> came, String user) throws IOException, InterruptedException {
        survivor.unbind();
        Came last = next(came, user);
        assertThat(last.to()).as("seed %d: %s: who left", seed, user).isEqualTo(survivor);
        assertThat(last.frame().type()).as("seed %d: %s: %s", seed, user, last).isEqualTo(FrameType.UNBOUND);
    }

    private static void start(Random random, Racer one, Racer other, String app, String user) throws IOException {
        boolean turned = random.nextBoolean();
        (turned ? other : one).bind(app, user);
        for (int spins = random.nextInt(MOST_SPINS); spins > 0; spins--) {
            Thread.onSpinWait();
        }
        (turned ? one : other).bind(app, user);
    }

    /** Nobody is in another's way. */
    private Set<Racer> bothBound(BlockingQueue<Came> came, Racer one, Racer other, String app, String user)
            throws InterruptedException {
        Set<Racer> bound = new HashSet<>();
        while (bound.size() < 2) {
            Came next = next(came, user + ": bound " + bound);
            assertThat(next.frame().type())
                    .as("seed %d: %s: %s", seed, user, next)
                    .isEqualTo(FrameType.BOUND);
            bound.add(next.to());
        }
        assertThat(bound).containsExactlyInAnyOrder(one, other);
        // A room does not have its client wait for a register that is slow.
        await("seed " + seed + ": " + user + " has two")
                .atMost(SOON)
                .until(() -> whereabouts(app, user).getSessionsCount() == 2);
        return bound;
    }

    /** Each is bound, or kicked before it was; one is kicked, the other is not. */
    private Racer survivor(BlockingQueue<Came> came, Racer one, Racer other, String user) throws InterruptedException {
        Racer kicked = null;
        Set<Racer> bound = new HashSet<>();
        while (kicked == null || !bound.contains(kicked.equals(one) ? other : one)) {
            Came next = next(came, user + ": bound " + bound + ", kicked " + kicked);
            switch (next.frame().type()) {
                case FrameType.KICKED -> {
                    assertThat(kicked)
                            .as("seed %d: %s: kicked before %s", seed, user, next)
                            .isNull();
                    kicked = next.to();
                }
                case FrameType.BOUND -> bound.add(next.to());
                default -> throw new AssertionError("seed " + seed + ": " + user + ": came " + next);
            }
        }
        return kicked.equals(one) ? other : one;
    }

    private Came next(BlockingQueue<Came> came, String user) throws InterruptedException {
        Came next = came.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("seed " + seed + ": " + user + ": nothing more comes");
        }
        return next;
    }
}
