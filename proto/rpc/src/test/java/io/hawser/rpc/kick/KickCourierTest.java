package io.hawser.rpc.kick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KickCourierTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<CompletableFuture<String>> attempts = new CopyOnWriteArrayList<>();
    /** What each attempt is for. */
    private final List<Kick> kicks = new CopyOnWriteArrayList<>();

    private volatile Membership.View rooms = view(room(7));
    private @Nullable KickCourier courier;

    @AfterEach
    void close() {
        if (courier != null) {
            courier.close();
        }
    }

    @Test
    void aKickIsRepeatedUntilItIsTaken() {
        KickCourier carrying = courier(10, LONG);
        carrying.carry(kick(7, 1));

        fail(0);
        fail(1);
        attempt(2).complete("ended");

        assertThat(carrying.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(attempts).hasSize(3);
        assertThat(count("delivered")).isEqualTo(1);
        assertThat(count("repeated")).isEqualTo(2);
    }

    @Test
    void theSameKickIsCarriedOnce() {
        KickCourier carrying = courier(10, LONG);
        carrying.carry(kick(7, 1));
        carrying.carry(kick(7, 1));
        carrying.carry(kick(7, 2));

        var _ = attempt(1);
        attempts.forEach(attempt -> attempt.complete("ended"));

        assertThat(carrying.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(attempts).hasSize(2);
    }

    /** Registers count stamps by lane, and a connection gives a binding's number to the next one, too. */
    @Test
    void kicksOfTwoUsersAreTwoThoughPlaceAndStampAreTheSame() {
        KickCourier carrying = courier(10, LONG);
        Kick first = kick(7, 1);
        carrying.carry(first);
        carrying.carry(first.toBuilder()
                .setSession(first.getSession().toBuilder().setUser("bob"))
                .build());

        var _ = attempt(1);
        attempts.forEach(attempt -> attempt.complete("ended"));

        assertThat(carrying.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(attempts).hasSize(2);
    }

    @Test
    void whoAsksHearsWhenTheKickWasTaken() {
        KickCourier carrying = courier(10, LONG);
        CompletableFuture<Void> asked = carrying.confirm(kick(7, 1));

        var _ = attempt(0);
        assertThat(asked).isNotDone();
        attempt(0).complete("ended");

        await().untilAsserted(() -> assertThat(asked).isCompleted());
    }

    @Test
    void whoAsksHearsThatAnAttemptFailedAndAgainOfALaterOne() {
        KickCourier carrying = courier(10, LONG);
        CompletableFuture<Void> first = carrying.confirm(kick(7, 1));

        fail(0);
        await().untilAsserted(() -> assertThat(first).isCompletedExceptionally());
        var _ = attempt(1);
        CompletableFuture<Void> second = carrying.confirm(kick(7, 1));
        CompletableFuture<Void> third = carrying.confirm(kick(7, 1));
        await().untilAsserted(() -> assertThat(second).isCompletedExceptionally());
        attempt(1).complete("ended");

        await().untilAsserted(() -> assertThat(third).isCompleted());
        assertThat(attempts).hasSize(2);
    }

    @Test
    void whoAsksHearsThatTheLifeOfTheRoomIsOver() {
        KickCourier carrying = courier(10, LONG);
        CompletableFuture<Void> asked = carrying.confirm(kick(7, 1));
        rooms = view(room(8));

        fail(0);

        await().untilAsserted(() -> assertThat(asked).isCompleted());
    }

    @Test
    void whoAsksHearsThatTheCourierStopped() {
        KickCourier carrying = courier(10, LONG);
        CompletableFuture<Void> asked = carrying.confirm(kick(7, 1));

        carrying.close();

        assertThat(asked).isCompletedExceptionally();
        assertThat(refusal(() -> {
                    var _ = carrying.confirm(kick(7, 2));
                }))
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void aLimitMayBeRaisedWhileItRuns() {
        KickCourier carrying = courier(1, LONG);
        carrying.carry(kick(7, 1));
        assertThat(refusal(() -> carrying.carry(kick(7, 2)))).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);

        carrying.configure(settings(2, LONG));
        carrying.carry(kick(7, 2));

        assertThat(attempt(1)).isNotDone();
    }

    @Test
    void aKickForALifeThatIsOverIsGivenUp() {
        KickCourier carrying = courier(10, LONG);
        carrying.carry(kick(7, 1));
        var _ = attempt(0);
        rooms = view(room(8));

        fail(0);

        assertThat(carrying.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(count("gone")).isEqualTo(1);
    }

    @Test
    void aRoomThatIsNotInViewYetIsNotGone() {
        KickCourier carrying = courier(10, LONG);
        rooms = view();
        carrying.carry(kick(9, 1));

        fail(0);
        attempt(1).complete("ended");

        assertThat(carrying.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(count("delivered")).isEqualTo(1);
    }

    @Test
    void aRoomThatStaysOutOfViewIsGone() {
        KickCourier carrying = courier(10, Duration.ofNanos(1));
        rooms = view();
        carrying.carry(kick(7, 1));

        fail(0);

        assertThat(carrying.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(count("gone")).isEqualTo(1);
    }

    @Test
    void aRoomThatDoesNotAnswerIsAskedByOneKickAndTheOthersGoOnceItDoes() {
        KickCourier carrying = courier(1000, LONG);
        carrying.carry(kick(7, 0));
        fallSilent();
        for (int counter = 1; counter < 600; counter++) {
            carrying.carry(kick(7, counter));
        }

        fail(1);
        fail(2);
        await().untilAsserted(() -> assertThat(count("repeated")).isEqualTo(3));
        assertThat(attempts).hasSizeLessThanOrEqualTo(4);
        await().untilAsserted(() -> {
            attempts.forEach(attempt -> attempt.complete("ended"));
            assertThat(count("delivered")).isEqualTo(600);
        });
        assertThat(carrying.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(attempts).hasSize(603);
    }

    @Test
    void aRoomGetsSoManyKicksAtATime() {
        KickCourier carrying = courier(1000, LONG);
        for (int counter = 0; counter < 300; counter++) {
            carrying.carry(kick(7, counter));
        }

        var _ = attempt(255);
        onCourier(carrying);
        assertThat(attempts).hasSize(256);
        attempts.getFirst().complete("ended");

        var _ = attempt(256);
        onCourier(carrying);
        assertThat(attempts).hasSize(257);
    }

    @Test
    void oneKickThatIsNeverAnsweredHoldsUpNoOther() {
        KickCourier carrying = courier(10, LONG);
        carrying.carry(kick(7, 0));
        carrying.carry(kick(7, 1));

        await().untilAsserted(() -> {
            for (int number = 0; number < attempts.size(); number++) {
                settle(number, kicks.get(number).getSession().getStamp().getCounter() == 1);
            }
            assertThat(count("delivered")).isEqualTo(1);
        });
        assertThat(count("repeated")).isPositive();
    }

    @Test
    void aKickThatTheRoomDoesNotTakeYetRestsAloneAndIsRepeated() {
        KickCourier carrying = courier(10, LONG);
        CompletableFuture<Void> asked = carrying.confirm(kick(7, 0));
        attempt(0).completeExceptionally(notYet());
        await().until(asked::isDone);
        assertThat(codeOf(asked)).isEqualTo(ErrorCode.FAILED_PRECONDITION);

        carrying.carry(kick(7, 1));
        await().until(() ->
                kicks.stream().anyMatch(kick -> kick.getSession().getStamp().getCounter() == 1));
        await().untilAsserted(() -> {
            attempts.forEach(attempt -> attempt.complete("ended"));
            assertThat(count("delivered")).isEqualTo(2);
        });
    }

    /** As a register's courier hands its kicks to a coordinator's. */
    @Test
    void aKickThatIsNeverTakenHoldsUpNoOtherBehindASecondCourier() {
        KickCourier second = courier(2_000, LONG);
        try (KickCourier first =
                new KickCourier(settings(2_000, LONG), (kick, timeout) -> second.confirm(kick), new Rooms(), meters)) {
            for (int counter = 0; counter <= 1_000; counter++) {
                first.carry(kick(7, counter));
            }
            await().untilAsserted(() -> {
                for (int number = 0; number < attempts.size(); number++) {
                    CompletableFuture<String> attempt = attempts.get(number);
                    if (kicks.get(number).getSession().getStamp().getCounter() == 0) {
                        attempt.completeExceptionally(notYet());
                    } else {
                        attempt.complete("ended");
                    }
                }
                // By each of the two.
                assertThat(count("delivered")).isEqualTo(2_000);
            });
            // Of the first there may be an attempt that nobody has answered yet.
            assertThat(kicks.stream()
                            .filter(kick -> kick.getSession().getStamp().getCounter() != 0))
                    .hasSize(1_000);
        }
    }

    @Test
    void whoAsksForTheOneTooManyHearsOfIt() {
        KickCourier carrying = courier(1000, LONG);
        for (int counter = 0; counter < RoomKicks.MAX_UNDER_WAY; counter++) {
            carrying.carry(kick(7, counter));
        }
        CompletableFuture<Void> asked = carrying.confirm(kick(7, 999));
        onCourier(carrying);
        assertThat(asked).isNotDone();

        attempts.getFirst().complete("ended");
        attempt(RoomKicks.MAX_UNDER_WAY).complete("ended");

        await().untilAsserted(() -> assertThat(asked).isCompleted());
    }

    @Test
    void whoAsksWhileTheRoomIsSilentIsToldAtOnce() {
        KickCourier carrying = courier(10, LONG);
        carrying.carry(kick(7, 0));
        fallSilent();
        var _ = attempt(1);

        CompletableFuture<Void> asked = carrying.confirm(kick(7, 1));

        await().until(asked::isDone);
        assertThat(codeOf(asked)).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void aRoomThatIsGoneIsNotAskedByAllOnceMore() {
        KickCourier carrying = courier(1000, Duration.ofMillis(200));
        rooms = view();
        carrying.carry(kick(7, 0));
        fallSilent();
        for (int counter = 1; counter < 600; counter++) {
            carrying.carry(kick(7, counter));
        }

        await().untilAsserted(() -> {
            attempts.forEach(attempt ->
                    attempt.completeExceptionally(HawserException.refusal(ErrorCode.UNAVAILABLE, "room: away")));
            assertThat(count("gone")).isEqualTo(600);
        });
        assertThat(attempts).hasSizeLessThan(300);
    }

    @Test
    void aSilentRoomHoldsUpNoOther() {
        rooms = view(room(7), new Peer("room", "room-2", "127.0.0.1", 1, 7, ""));
        KickCourier carrying = courier(10, LONG);
        carrying.carry(kick(7, 0));
        fallSilent();

        Kick.Builder elsewhere = kick(7, 1).toBuilder();
        elsewhere.getSessionBuilder().getLocationBuilder().setRoom("room-2");
        CompletableFuture<Void> asked = carrying.confirm(elsewhere.build());
        await().until(() -> {
            attempts.stream().skip(1).forEach(attempt -> attempt.complete("ended"));
            return asked.isDone();
        });

        assertThat(asked).isCompleted();
    }

    @Test
    void allThatWaitForALifeThatIsOverAreGivenUp() {
        KickCourier carrying = courier(1000, LONG);
        carrying.carry(kick(7, 0));
        fallSilent();
        for (int counter = 1; counter < 600; counter++) {
            carrying.carry(kick(7, counter));
        }
        rooms = view(room(8));
        await().untilAsserted(() -> {
            attempts.forEach(attempt ->
                    attempt.completeExceptionally(HawserException.refusal(ErrorCode.UNAVAILABLE, "room: away")));
            assertThat(count("gone")).isEqualTo(600);
        });

        assertThat(carrying.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(attempts).hasSizeLessThan(10);
    }

    @Test
    void noMoreAreTakenThanThereAreHandsFor() {
        KickCourier carrying = courier(1, LONG);
        carrying.carry(kick(7, 1));

        assertThat(refusal(() -> carrying.carry(kick(7, 2)))).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        attempt(0).complete("ended");
        await().untilAsserted(() -> carrying.carry(kick(7, 2)));
        assertThat(count("rejected")).isPositive();
    }

    @Test
    void aClosedCourierTakesNothingAndCountsWhatItHad() {
        KickCourier carrying = courier(10, LONG);
        carrying.carry(kick(7, 1));
        var _ = attempt(0);

        carrying.close();

        assertThat(count("abandoned")).isEqualTo(1);
        assertThat(refusal(() -> carrying.carry(kick(7, 2)))).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    private KickCourier courier(int maxInHand, Duration roomGoneAfter) {
        courier = new KickCourier(settings(maxInHand, roomGoneAfter), this::deliver, new Rooms(), meters);
        return courier;
    }

    private static CourierSettings settings(int maxInHand, Duration roomGoneAfter) {
        return new CourierSettings(
                maxInHand, Duration.ofSeconds(1), Duration.ofMillis(2), Duration.ofMillis(4), roomGoneAfter);
    }

    private CompletableFuture<String> deliver(Kick kick, Duration timeout) {
        CompletableFuture<String> attempt = new CompletableFuture<>();
        kicks.add(kick);
        attempts.add(attempt);
        return attempt;
    }

    private CompletableFuture<String> attempt(int number) {
        await().until(() -> attempts.size() > number);
        return attempts.get(number);
    }

    private void fail(int number) {
        attempt(number).completeExceptionally(HawserException.refusal(ErrorCode.UNAVAILABLE, "room: away"));
    }

    /** All that was handed to the courier before is done. */
    private static void onCourier(KickCourier carrying) {
        assertThat(carrying.drain(Duration.ofMillis(50))).isFalse();
    }

    /** The first attempt fails, and the courier has seen it. */
    private void fallSilent() {
        fail(0);
        await().until(() -> count("repeated") == 1);
    }

    private void settle(int number, boolean taken) {
        if (taken) {
            attempt(number).complete("ended");
        } else {
            fail(number);
        }
    }

    private static HawserException notYet() {
        return HawserException.refusal(ErrorCode.FAILED_PRECONDITION, "binding: not known to be registered");
    }

    private static ErrorCode codeOf(CompletableFuture<?> failed) {
        return ((HawserException) failed.exceptionNow()).code();
    }

    private double count(String outcome) {
        return meters.counter("hawser.kicks", "outcome", outcome).count();
    }

    private static ErrorCode refusal(Runnable call) {
        return Objects.requireNonNull(catchThrowableOfType(HawserException.class, call::run))
                .code();
    }

    private static Kick kick(long incarnation, long counter) {
        return Kick.newBuilder()
                .setSession(Session.newBuilder()
                        .setLocation(Location.newBuilder().setRoom("room-1").setRoomIncarnation(incarnation))
                        .setStamp(Stamp.newBuilder().setCounter(counter)))
                .build();
    }

    private static Peer room(long incarnation) {
        return new Peer("room", "room-1", "127.0.0.1", 1, incarnation, "");
    }

    private static Membership.View view(Peer... rooms) {
        return new Membership.View(1, List.of(rooms));
    }

    private final class Rooms implements Membership {
        @Override
        public View view() {
            return rooms;
        }

        @Override
        public AutoCloseable onChange(Consumer<View> listener) {
            throw new UnsupportedOperationException();
        }
    }
}
