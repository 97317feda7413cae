package io.hawser.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hawser.rpc.link.Membership;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final SessionLimits QUEUE_OF_ONE =
            new SessionLimits(1, 1, 1_000, 64, 1_000, 256, Duration.ofSeconds(30), 100, Duration.ofSeconds(1));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Views views =
            new Views(Ownership.of(Registry.ME, 1, new Membership.View(1, List.of())), QUEUE_OF_ONE);
    private final Lane lane = lane();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @AfterEach
    void close() {
        mayEnd.countDown();
        lane.close();
    }

    @Test
    void aFullLaneRefusesAndGoesOnWithWhatItHas() throws Exception {
        CompletableFuture<String> inHand = occupy();
        CompletableFuture<Integer> queued = lane.ask(LaneSessions::size);

        assertThat(codeOf(lane.ask(LaneSessions::size))).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(meters.counter("hawser.register.refused", "reason", "lane_full")
                        .count())
                .isEqualTo(1);

        mayEnd.countDown();
        assertThat(inHand.join()).isEqualTo("done");
        assertThat(queued.join()).isZero();
    }

    @Test
    void aViewThatComesWhileTheLaneIsFullIsTakenBeforeTheNextTask() throws Exception {
        CompletableFuture<String> inHand = occupy();
        CompletableFuture<Integer> queued =
                lane.ask(sessions -> sessions.totals("").getSlotsOwned());

        views.ownership(Ownership.of(
                Registry.ME, 1, new Membership.View(2, List.of(Registry.register(Registry.ME, 1)))));
        lane.lookAround();

        mayEnd.countDown();
        assertThat(inHand.join()).isEqualTo("done");
        assertThat(queued.join()).isEqualTo(4_096);
    }

    @Test
    void aClosedLaneAnswersWhatWaitsAndRefusesTheRest() throws Exception {
        CompletableFuture<String> inHand = occupy();
        CompletableFuture<Integer> queued = lane.ask(LaneSessions::size);

        lane.close();
        mayEnd.countDown();

        assertThat(inHand.join()).isEqualTo("done");
        assertThat(queued.join()).isZero();
        assertThat(codeOf(lane.ask(LaneSessions::size))).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void whatATaskThrowsReachesWhoAsked() {
        CompletableFuture<String> failed = lane.ask(sessions -> {
            throw new IllegalStateException("broken");
        });

        assertThat(catchThrowableOfType(CompletionException.class, failed::join))
                .hasRootCauseMessage("broken");
        assertThat(lane.ask(LaneSessions::size).join()).isZero();
    }

    private CompletableFuture<String> occupy() throws InterruptedException {
        CompletableFuture<String> inHand = lane.ask(sessions -> {
            busy.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "done";
        });
        busy.await();
        return inHand;
    }

    private static ErrorCode codeOf(CompletableFuture<?> refused) {
        CompletionException failure =
                Objects.requireNonNull(catchThrowableOfType(CompletionException.class, refused::join));
        return ((HawserException) Objects.requireNonNull(failure.getCause())).code();
    }

    private Lane lane() {
        RegisterMetrics metrics = new RegisterMetrics(meters);
        StampClock stamps = new StampClock();
        return new Lane(
                0,
                QUEUE_OF_ONE,
                new LaneSessions(
                        0,
                        QUEUE_OF_ONE,
                        kick -> {},
                        new HeldEvents().feed().presence(stamps, System::nanoTime, metrics),
                        stamps,
                        System::nanoTime,
                        metrics),
                views,
                metrics);
    }
}
