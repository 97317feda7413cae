package io.hawser.register;

import static io.hawser.register.Registry.bind;
import static io.hawser.register.Registry.room;
import static io.hawser.register.Registry.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.ListToldOnlineReply;
import io.hawser.rpc.v1.ListToldOnlineRequest;
import io.hawser.rpc.v1.PourRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.ToldOnline;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lane that compares the slots it took over with who was told online, page by page. */
final class ComparisonTest {
    private static final String USER = "alice";
    private static final int SLOT = Slot.of("demo", USER);

    private final HeldEvents events = new HeldEvents();
    private final Map<Integer, NavigableMap<String, ToldOnline>> told = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile PresenceSettings settings = settings(10_000);
    private final Lanes lanes = lanes();

    private static PresenceSettings settings(int maxTold) {
        return new PresenceSettings(100, maxTold, Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofSeconds(1));
    }

    private Lanes lanes() {
        events.wanted.addAll(List.of(EventKind.EVENT_ONLINE, EventKind.EVENT_OFFLINE));
        SessionLimits limits =
                new SessionLimits(1, 10_000, 10_000, 64, 100, 16, Duration.ofSeconds(30), 100, Duration.ofMillis(20));
        Membership.View me = new Membership.View(1, List.of(Registry.register(Registry.ME, 1)));
        Views views = new Views(Ownership.of(Registry.ME, 1, me), limits);
        views.rooms(new Membership.View(1, List.of(room("room-1", 1))));
        PresenceFeed feed = new PresenceFeed(
                events, this::list, () -> Duration.ZERO, () -> settings, Clock.fixed(HeldEvents.NOW, ZoneOffset.UTC));
        return Lanes.start(views, kick -> {}, feed, System::nanoTime, new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        lanes.close();
    }

    private CompletableFuture<ListToldOnlineReply> list(ListToldOnlineRequest request) {
        asked.incrementAndGet();
        if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            return CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.UNAVAILABLE, "away"));
        }
        return CompletableFuture.completedFuture(ListToldOnlineReply.newBuilder()
                .addAllEndpoints(told
                        .getOrDefault(request.getSlots(0), new ConcurrentSkipListMap<>())
                        .tailMap(request.getAfter().getDevice(), false)
                        .values()
                        .stream()
                        .limit(request.getMaxEntries())
                        .toList())
                .build());
    }

    private void wasTold(int device) {
        ToldOnline online = ToldOnline.newBuilder()
                .setApp("demo")
                .setUser(USER)
                .setDevice("d%05d".formatted(device))
                .setStamp(Stamp.newBuilder().setMembershipVersion(1).setCounter(device))
                .build();
        told.computeIfAbsent(SLOT, slot -> new ConcurrentSkipListMap<>()).put(online.getDevice(), online);
    }

    private void pour(Session... sessions) {
        PourPart part = new PourPart(
                0,
                PourRequest.newBuilder()
                        .setRoom("room-1")
                        .setRoomIncarnation(1)
                        .setMembershipVersion(1)
                        .build());
        List.of(sessions).forEach(session -> part.add(slot(session), session));
        IntStream.range(0, Slot.COUNT).forEach(part::addComplete);
        assertThat(lanes.lane(0)
                        .ask(held -> {
                            held.pours().pour(part);
                            return true;
                        })
                        .join())
                .isTrue();
    }

    private List<String> devices(EventKind kind) {
        return lanes.lane(0)
                .ask(held -> events.ofKind(kind).map(StateEvent::getDevice).toList())
                .join();
    }

    private void awaitCompared() {
        await().until(() -> asked.get() >= Slot.COUNT);
        await().until(() -> {
            int before = asked.get();
            lanes.lane(0).ask(held -> true).join();
            lanes.lane(0).ask(held -> true).join();
            return asked.get() == before;
        });
    }

    @Test
    void whoWasToldOnlineAndIsNotHereIsToldOfflineAndTheOtherWayRound() {
        IntStream.range(0, 2_500).forEach(this::wasTold);
        Session here = bind(USER, "user", room("room-1", 1), 1).toBuilder()
                .setDevice("d00007")
                .setStamp(Stamp.newBuilder().setMembershipVersion(1).setCounter(7))
                .build();
        Session untold = bind("bob", "user", room("room-1", 1), 2);
        pour(here, untold);

        await().untilAsserted(() -> assertThat(devices(EventKind.EVENT_OFFLINE)).hasSize(2_499));
        await().untilAsserted(() -> assertThat(devices(EventKind.EVENT_ONLINE)).containsExactly("device-2"));
        assertThat(devices(EventKind.EVENT_OFFLINE)).doesNotContain("d00007").doesNotHaveDuplicates();
    }

    @Test
    void whatCannotBeAskedIsAskedAgain() {
        wasTold(1);
        failures.set(3);
        pour();
        await().untilAsserted(() -> assertThat(devices(EventKind.EVENT_OFFLINE)).containsExactly("d00001"));
        awaitCompared();
        assertThat(devices(EventKind.EVENT_OFFLINE)).containsExactly("d00001");
    }

    @Test
    void whatMayBeLostIsAskedForAgain() {
        pour();
        awaitCompared();
        wasTold(1);
        lanes.lane(0).ask(held -> events.missed++).join();
        await().untilAsserted(() -> assertThat(devices(EventKind.EVENT_OFFLINE)).containsExactly("d00001"));
    }

    @Test
    void ofMoreThanCanBeComparedThoseThatWereNeverToldAreNotFound() {
        settings = settings(1_000);
        IntStream.range(0, 1_500).forEach(this::wasTold);
        pour(bind(USER, "user", room("room-1", 1), 1));
        awaitCompared();
        assertThat(devices(EventKind.EVENT_OFFLINE)).hasSize(1_000);
        assertThat(devices(EventKind.EVENT_ONLINE)).isEmpty();
    }
}
