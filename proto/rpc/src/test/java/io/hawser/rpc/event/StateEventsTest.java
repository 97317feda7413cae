package io.hawser.rpc.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.WantedEventsOfApp;
import io.hawser.rpc.v1.WantedEventsReply;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StateEventsTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HeldCoordinators coordinators = new HeldCoordinators();
    private EventSettings settings = settings(1_024);
    private final StateEvents events = new StateEvents(coordinators, () -> settings, meters);

    /** Coordinators that answer when the test says so. */
    private static final class HeldCoordinators implements Coordinators {
        record Told(String coordinator, List<StateEvent> events, CompletableFuture<Integer> answer) {}

        final List<Told> told = new CopyOnWriteArrayList<>();
        volatile WantedEventsReply wanted = WantedEventsReply.getDefaultInstance();
        volatile boolean away;
        /** So many calls of each kind fail for a fault, at once. */
        final AtomicInteger faultsOfOwner = new AtomicInteger();

        final AtomicInteger faultsOfTell = new AtomicInteger();
        final AtomicInteger faultsOfWanted = new AtomicInteger();

        @Override
        public String owner(int slot) {
            fault(faultsOfOwner);
            return slot % 2 == 0 ? "even" : "odd";
        }

        @Override
        public CompletableFuture<Integer> tell(String coordinator, List<StateEvent> events, Duration timeout) {
            fault(faultsOfTell);
            Told attempt = new Told(coordinator, events, new CompletableFuture<>());
            told.add(attempt);
            return attempt.answer;
        }

        @Override
        public CompletableFuture<WantedEventsReply> wanted(Duration timeout) {
            fault(faultsOfWanted);
            return away
                    ? CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.UNAVAILABLE, "away"))
                    : CompletableFuture.completedFuture(wanted);
        }

        private static void fault(AtomicInteger left) {
            if (left.getAndUpdate(now -> Math.max(0, now - 1)) > 0) {
                throw new AssertionError("a fault of the test's");
            }
        }

        Told attempt(int number) {
            await().until(() -> told.size() > number);
            return told.get(number);
        }
    }

    private static EventSettings settings(int maxWaiting) {
        return new EventSettings(
                maxWaiting,
                100,
                Duration.ofSeconds(1),
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofMillis(10));
    }

    @AfterEach
    void close() {
        events.close();
    }

    private static StateEvent online(long number) {
        return StateEvent.newBuilder()
                .setKind(EventKind.EVENT_ONLINE)
                .setApp("demo")
                .setUser("alice")
                .setSeq(number)
                .build();
    }

    private static StateEvent delivered(long since, long seq) {
        return StateEvent.newBuilder()
                .setKind(EventKind.EVENT_DELIVERED)
                .setApp("demo")
                .setUser("alice")
                .setMailbox("user")
                .setSince(since)
                .setSeq(seq)
                .build();
    }

    private double count(String outcome) {
        return meters.get("hawser.events").tag("outcome", outcome).counter().count();
    }

    @Test
    void eventsOfAnEndpointArriveInOrderOneBatchAtATime() {
        events.tell(online(1));
        HeldCoordinators.Told first = coordinators.attempt(0);
        events.tell(online(2));
        events.tell(online(3));
        first.answer.complete(0);
        assertThat(coordinators.attempt(1).events).containsExactly(online(2), online(3));
        assertThat(coordinators.told).hasSize(2);
    }

    @Test
    void whatWasNotTakenComesAgainBeforeWhatCameLater() {
        events.tell(online(1));
        HeldCoordinators.Told first = coordinators.attempt(0);
        events.tell(online(2));
        first.answer.completeExceptionally(HawserException.refusal(ErrorCode.UNAVAILABLE, "away"));
        assertThat(coordinators.attempt(1).events).containsExactly(online(1), online(2));
        assertThat(count("repeated")).isEqualTo(1);
    }

    @Test
    void whatACoordinatorWillNeverTakeIsDroppedAndCounted() {
        events.tell(online(1));
        coordinators.attempt(0).answer.completeExceptionally(HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "no"));
        await().until(() -> count("rejected") == 1);
        events.tell(online(2));
        assertThat(coordinators.attempt(1).events).containsExactly(online(2));
    }

    @Test
    void deliveriesThatWaitAreJoined() {
        events.tell(online(1));
        HeldCoordinators.Told first = coordinators.attempt(0);
        events.tell(delivered(0, 1));
        events.tell(delivered(1, 5));
        events.tell(online(2));
        events.tell(delivered(5, 9));
        first.answer.complete(0);
        assertThat(coordinators.attempt(1).events).containsExactly(delivered(0, 9), online(2));
    }

    @Test
    void deliveriesWithAGapBetweenAreNotJoined() {
        events.tell(online(1));
        HeldCoordinators.Told first = coordinators.attempt(0);
        events.tell(delivered(0, 1));
        events.tell(delivered(3, 5));
        first.answer.complete(0);
        assertThat(coordinators.attempt(1).events).containsExactly(delivered(0, 1), delivered(3, 5));
    }

    @Test
    void whereTooManyWaitTheOldestGoes() {
        settings = settings(16 * 3);
        events.tell(online(0));
        HeldCoordinators.Told first = coordinators.attempt(0);
        LongStream.rangeClosed(1, 5).forEach(number -> events.tell(online(number)));
        first.answer.complete(0);
        assertThat(coordinators.attempt(1).events).containsExactly(online(3), online(4), online(5));
        assertThat(count("dropped")).isEqualTo(2);
    }

    @Test
    void whereOnlineOrOfflineMayBeLostItsSlotsHaveMissedSomething() {
        settings = settings(16 * 2);
        int slot = Slot.of("demo", "alice");
        events.tell(delivered(0, 1));
        HeldCoordinators.Told first = coordinators.attempt(0);
        events.tell(delivered(2, 3));
        events.tell(online(1));
        events.tell(online(2));
        assertThat(events.missed(slot)).as("a delivery was dropped").isZero();
        events.tell(online(3));
        assertThat(events.missed(slot)).isEqualTo(1);
        assertThat(events.missed(slot + 1)).as("of another lane").isZero();
        first.answer.complete(1);
        HeldCoordinators.Told second = coordinators.attempt(1);
        assertThat(events.missed(slot)).as("the delivery was refused").isEqualTo(1);
        second.answer.complete(1);
        await().until(() -> events.missed(slot) == 2);
        assertThat(count("refused")).isEqualTo(2);
        assertThat(count("told")).isEqualTo(1);
        events.tell(online(4));
        coordinators.attempt(2).answer.completeExceptionally(HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "no"));
        await().until(() -> events.missed(slot) == 3);
    }

    @Test
    void whatAnAppDidNotWantUntilNowItHasMissed() {
        await().until(events::isAsked);
        assertThat(events.missed(7)).isZero();
        coordinators.wanted = wanted(EventKind.EVENT_OFFLINE);
        await().until(() -> events.missed(7) == 1);
        await().until(events::anyoneWantsPresence);
        coordinators.wanted = wanted(EventKind.EVENT_KICKED);
        await().until(() -> !events.wantsPresence("demo"));
        assertThat(events.anyoneWantsPresence()).isFalse();
        assertThat(events.missed(7)).isEqualTo(1);
        coordinators.wanted = wanted(EventKind.EVENT_ONLINE);
        await().until(() -> events.missed(7) == 2);
    }

    @Test
    void whatAnAppBeginsToWantIsMissedOnlyOnceAllCoordinatorsKnowOfIt() {
        HeldCoordinators one = new HeldCoordinators();
        one.wanted = wanted(EventKind.EVENT_ONLINE);
        EventSettings seldom = new EventSettings(
                1_024, 100, Duration.ofSeconds(1), Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMinutes(1));
        try (StateEvents asking = new StateEvents(one, () -> seldom, new SimpleMeterRegistry())) {
            await().until(asking::isAsked);
            assertThat(asking.wantsPresence("demo")).isTrue();
            assertThat(asking.missed(7)).isZero();
            assertThat(asking.anyoneWantsPresence()).isFalse();
        }
    }

    private static WantedEventsReply wanted(EventKind kind) {
        return WantedEventsReply.newBuilder()
                .addApps(WantedEventsOfApp.newBuilder().setApp("demo").addKinds(kind))
                .build();
    }

    @Test
    void whatWasWantedLastHoldsWhileNoCoordinatorAnswers() {
        assertThat(events.wantsPresence("demo")).isFalse();
        coordinators.wanted = WantedEventsReply.newBuilder()
                .addApps(WantedEventsOfApp.newBuilder().setApp("demo").addKinds(EventKind.EVENT_OFFLINE))
                .build();
        await().until(() -> events.wantsPresence("demo"));
        coordinators.away = true;
        await().until(() -> meters.get("hawser.events.polls.failed").counter().count() > 0);
        assertThat(events.wants("demo", EventKind.EVENT_OFFLINE)).isTrue();
        assertThat(events.wants("demo", EventKind.EVENT_ONLINE)).isFalse();
        assertThat(events.wants("other", EventKind.EVENT_OFFLINE)).isFalse();
    }

    @Test
    void aFaultWhileTellingCostsARepeatAndNotTheLane() {
        coordinators.faultsOfOwner.set(2);
        events.tell(online(1));
        assertThat(coordinators.attempt(0).events).containsExactly(online(1));
        coordinators.faultsOfTell.set(1);
        events.tell(online(2));
        coordinators.told.getFirst().answer.complete(0);
        assertThat(coordinators.attempt(1).events).containsExactly(online(2));
        assertThat(meters.get("hawser.events.faults").counter().count()).isEqualTo(3);
    }

    @Test
    void aFaultWhileAskingWhatIsWantedEndsThatTimeAlone() {
        coordinators.faultsOfWanted.set(2);
        await().until(() -> meters.get("hawser.events.polls.failed").counter().count() >= 2);
        coordinators.wanted = WantedEventsReply.newBuilder()
                .addApps(WantedEventsOfApp.newBuilder().setApp("demo").addKinds(EventKind.EVENT_ONLINE))
                .build();
        await().until(() -> events.wants("demo", EventKind.EVENT_ONLINE));
    }

    @Test
    void aDrainWaitsUntilAllIsTaken() {
        events.tell(online(1));
        HeldCoordinators.Told first = coordinators.attempt(0);
        assertThat(events.drain(Duration.ofMillis(50))).isFalse();
        first.answer.complete(0);
        assertThat(events.drain(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void whatWaitsAtTheEndIsCounted() {
        events.tell(online(1));
        events.tell(online(2));
        coordinators.attempt(0);
        events.close();
        assertThat(count("abandoned")).isEqualTo(2);
    }
}
