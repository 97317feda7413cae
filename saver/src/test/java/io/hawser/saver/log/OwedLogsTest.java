package io.hawser.saver.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.saver.journal.LogId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class OwedLogsTest {
    private static final LaneSettings SETTINGS = LaneSettings.defaults();
    private static final Duration STEP = Duration.ofMillis(100);
    /** Each is tried a seventh time by then, and waits for a minute or so. */
    private static final Duration LONG_OUTAGE = Duration.ofMinutes(4);

    private final OwnedLogs owned = new OwnedLogs();
    private final Rooms rooms = new Rooms();
    private final OwedLogs owed = new OwedLogs(
            Runnable::run,
            SETTINGS,
            rooms,
            owned,
            new Random(1),
            () -> this.nowNanos,
            new LaneMeters(new SimpleMeterRegistry()),
            this::touched);
    private long nowNanos = Long.MAX_VALUE - 1;

    @Test
    void whatFailsIsTriedLessAndLess() {
        owe("alice");
        during(LONG_OUTAGE);
        assertThat(rooms.asked).hasSizeBetween(5, 9);
        assertThat(owed.count()).isEqualTo(1);
    }

    @Test
    void afterALongOutageTheFirstThatGoesThroughCallsTheOthers() {
        List<String> users = users(50);
        users.forEach(this::owe);
        during(LONG_OUTAGE);
        rooms.reached.addAll(users);
        while (owed.count() == users.size()) {
            during(STEP);
        }
        during(SETTINGS.repushAfter().plus(STEP));
        assertThat(owed.count()).isZero();
    }

    @Test
    void whoStaysOutOfReachIsNotTriedForEachWhoIsNot() {
        owe("gone");
        during(LONG_OUTAGE);
        List<String> users = users(1_000);
        users.forEach(this::owe);
        during(SETTINGS.repushAfter().plus(STEP));
        rooms.asked.clear();
        rooms.reached.addAll(users);
        Duration time = SETTINGS.repushAfter().multipliedBy(5);
        during(time);
        assertThat(owed.count()).isEqualTo(1);
        assertThat(rooms.asked.stream().filter("gone"::equals).count()).isBetween(1L, 6L);
    }

    private static List<String> users(int count) {
        return IntStream.range(0, count).mapToObj(i -> "user-" + i).toList();
    }

    private void owe(String user) {
        owed.owe(owned.log(LogId.of("demo", user)), 1);
    }

    private void during(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(STEP)) {
            nowNanos += STEP.toNanos();
            owed.run();
        }
    }

    private void touched(UserLog log) {
        owed.touched(log);
    }

    /** Reach those whom the test says. */
    private static final class Rooms implements Pusher {
        final Set<String> reached = new HashSet<>();
        final List<String> asked = new ArrayList<>();

        @Override
        public CompletionStage<Boolean> push(String app, String user, long seq) {
            asked.add(user);
            return CompletableFuture.completedFuture(reached.contains(user));
        }

        @Override
        public CompletionStage<Set<String>> mailboxesRead(String app, String user) {
            return CompletableFuture.failedFuture(new AssertionError("nobody asks"));
        }
    }
}
