package io.hawser.saver.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.ListMailboxesReply;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.redis.RedisServers;
import io.hawser.saver.redis.RedisSettings;
import io.hawser.saver.redis.TestRedis;
import io.hawser.saver.redis.WorkingCopy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which order slots are given their next generation, where a Redis that is new has heard of none of them. */
final class RenewalsTest {
    private static final int SLOTS = 2 * Renewals.SLOTS_A_BATCH + 88;
    private static final int LAST = SLOTS - 1;

    @TempDir
    private Path home;

    private final LaneThread lane = new LaneThread("lane");
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final OwnedLogs owned = new OwnedLogs();
    private final BlockingQueue<List<Integer>> batches = new LinkedBlockingQueue<>();
    private final Semaphore permits = new Semaphore(0);
    private volatile boolean refuses;
    private RedisServers servers;
    private RedisConnector connector;
    private RedisGate gate;
    private Renewals renewals;
    private Dispatcher dispatcher;

    @BeforeEach
    void connect() throws Exception {
        servers = new RedisServers(home);
        RedisSettings settings = TestRedis.at(servers.start().address(), Duration.ofSeconds(1));
        connector = new RedisConnector(settings);
        gate = TestGate.of(settings, connector, lane, new AllAnew());
        renewals = new Renewals(
                owned,
                gate,
                this::next,
                lane,
                blocking,
                slot -> {},
                fenced -> {},
                new LaneMeters(new SimpleMeterRegistry()));
        dispatcher = new Dispatcher(
                owned,
                gate,
                Clock.systemUTC(),
                renewals::add,
                renewals::hurry,
                log -> log.parked = new ArrayDeque<>(),
                log -> {});
        renewals.dispatchTo(dispatcher);
        IntStream.range(0, SLOTS).forEach(slot -> owned.add(new SlotState(slot, 1)));
        lane.start(this::afterRun);
        var _ = timer.scheduleWithFixedDelay(
                () -> lane.execute(() -> gate.tick()), 0, LaneCore.TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void close() throws Exception {
        permits.release(SLOTS);
        timer.shutdownNow();
        lane.execute(gate::close);
        lane.close();
        connector.close();
        blocking.close();
        servers.close();
    }

    @Test
    void whoWaitsForASlotIsNotKeptWaitingByAllTheOthers() throws Exception {
        List<Integer> first = batch();
        assertThat(first).hasSize(Renewals.SLOTS_A_BATCH).doesNotContain(LAST);
        var _ = list(LAST);
        permits.release();
        assertThat(batch()).containsExactly(LAST);
        permits.release();
        List<Integer> rest = new ArrayList<>();
        while (rest.size() < SLOTS - first.size() - 1) {
            List<Integer> more = batch();
            assertThat(more).hasSizeLessThanOrEqualTo(Renewals.SLOTS_A_BATCH);
            rest.addAll(more);
            permits.release();
        }
        assertThat(rest).doesNotHaveDuplicates().doesNotContain(LAST).doesNotContainAnyElementsOf(first);
        await().until(() -> onLane(() -> owned.slots().stream().allMatch(RenewalsTest::isGood)));
    }

    @Test
    void callersComeInTheirOrderAndBeforeWhatFoldsRead() throws Exception {
        assertThat(batch()).doesNotContain(LAST - 2, LAST - 1, LAST);
        onLane(() -> {
            dispatcher.begin(new ReadState(log(LAST - 2), 0));
            dispatcher.begin(new ListMailboxes(log(LAST)));
            dispatcher.begin(new ListMailboxes(log(LAST - 1)));
            return true;
        });
        permits.release();
        assertThat(batch()).containsExactly(LAST, LAST - 1);
    }

    /** Not after as many attempts as there are batches. */
    @Test
    void whereMySqlFailsAllWhoWaitAreToldAtOnce() throws Exception {
        assertThat(batch()).doesNotContain(LAST);
        refuses = true;
        CompletableFuture<ListMailboxesReply> waits = list(LAST);
        permits.release();
        assertThat(waits).failsWithin(10, TimeUnit.SECONDS).withThrowableThat().withMessageContaining("MySQL: refused");
    }

    @Test
    void aSlotThatWasGivenAwayTakesNone() throws Exception {
        List<Integer> first = batch();
        onLane(() -> {
            List<SlotState> given = owned.slots().stream()
                    .filter(slot -> slot.slot > first.getLast() && slot.slot != LAST)
                    .toList();
            given.forEach(renewals::remove);
            return owned.remove(given);
        });
        permits.release(SLOTS);
        assertThat(batch()).containsExactly(LAST);
    }

    private void afterRun() {
        renewals.run();
        gate.flush();
    }

    private Map<Integer, Integer> next(List<Integer> slots, String runId) throws SQLException {
        batches.add(slots);
        permits.acquireUninterruptibly();
        if (refuses) {
            throw new SQLException("refused");
        }
        return slots.stream().collect(Collectors.toMap(slot -> slot, slot -> 2));
    }

    private List<Integer> batch() throws InterruptedException {
        return Objects.requireNonNull(batches.poll(10, TimeUnit.SECONDS), "no batch came");
    }

    private CompletableFuture<ListMailboxesReply> list(int slot) {
        ListMailboxes asked = new ListMailboxes(log(slot));
        lane.execute(() -> dispatcher.begin(asked));
        return asked.result;
    }

    private static UserLog log(int slot) {
        return new UserLog(new LogId(slot, "app", "alice"));
    }

    private static boolean isGood(SlotState slot) {
        return slot.generation == 2 && slot.parked == null;
    }

    private <T> T onLane(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, lane).join();
    }

    /** Nothing that any slot's marker was in is there any more. */
    private final class AllAnew implements RedisGate.Listener {
        @Override
        public void connected(WorkingCopy copy) {
            owned.slots().forEach(renewals::add);
        }

        @Override
        public void lost() {
            renewals.redisLost();
        }
    }
}
