package io.hawser.register;

import io.hawser.rpc.link.Membership;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread, its bounded queue, and the sessions that only it may touch. */
final class Lane implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    private final LaneSessions sessions;
    private final Views views;
    private final RegisterMetrics metrics;
    private final ThreadPoolExecutor thread;
    private volatile int size;
    private volatile int parked;
    private volatile List<String> silentRooms = List.of();

    private @Nullable Ownership ownership;
    private Membership.@Nullable View rooms;
    private SessionLimits limits;

    Lane(int number, SessionLimits limits, LaneSessions sessions, Views views, RegisterMetrics metrics) {
        this.sessions = sessions;
        this.views = views;
        this.metrics = metrics;
        this.limits = limits;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(limits.laneQueue()),
                Thread.ofPlatform().name("register-lane-" + number).daemon().factory());
    }

    /**
     * Has {@code question} answered by the lane.
     *
     * @return completes on the lane; fails with RESOURCE_EXHAUSTED where its queue is full, UNAVAILABLE once it is closed
     */
    <T> CompletableFuture<T> ask(Function<LaneSessions, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            thread.execute(() -> answer(question, answer));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(refusal());
        }
        return answer;
    }

    /** Has something done that may as well be left out where the queue is full. */
    void tell(Consumer<LaneSessions> word) {
        tryRun(() -> word.accept(sessions));
    }

    /** Has an idle lane take the newest views; a busy one does before its next task. */
    void lookAround() {
        tryRun(() -> {});
    }

    /** Has sessions of vanished rooms removed, a slice at a time, with what waits in the queue between. */
    void sweep() {
        tryRun(() -> {
            sessions.compared().lookAround();
            sessions.lookForVanishedRooms();
            sessions.census().forgetWhatIsOld();
            silentRooms = sessions.silentRooms();
            sweepSlice();
        });
    }

    /** How many sessions the lane holds, as of its last task. */
    int size() {
        return size;
    }

    /** How many devices wait to count as offline, as of its last task. */
    int parked() {
        return parked;
    }

    /** Names rooms in view that have not told all of the lane's slots, as of its last look around. */
    List<String> silentRooms() {
        return silentRooms;
    }

    /** Answers what is in the queue, and stops. */
    @Override
    public void close() {
        thread.shutdown();
    }

    /** Returns whether the lane has stopped. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return thread.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    private <T> void answer(Function<LaneSessions, T> question, CompletableFuture<T> answer) {
        try {
            takeViews();
            T result = question.apply(sessions);
            size = sessions.size();
            parked = sessions.compared().parked();
            answer.complete(result);
        } catch (RuntimeException | Error e) {
            size = sessions.size();
            answer.completeExceptionally(e);
        }
    }

    private void sweepSlice() {
        if (sessions.sweepSlice()) {
            tryRun(this::sweepSlice);
        }
    }

    /** Runs what may as well wait for the next time where the queue is full. */
    private void tryRun(Runnable task) {
        var _ = ask(_ -> {
                    task.run();
                    return true;
                })
                .exceptionally(failure -> {
                    log.debug("Put off", failure);
                    return false;
                });
    }

    private void takeViews() {
        Ownership newestOwnership = views.ownership();
        if (!newestOwnership.equals(ownership)) {
            sessions.see(newestOwnership);
            ownership = newestOwnership;
        }
        Membership.View newestRooms = views.rooms();
        if (!newestRooms.equals(rooms)) {
            sessions.see(newestRooms);
            rooms = newestRooms;
        }
        SessionLimits newestLimits = views.limits();
        if (!newestLimits.equals(limits)) {
            sessions.limit(newestLimits);
            limits = newestLimits;
        }
    }

    private HawserException refusal() {
        if (thread.isShutdown()) {
            return HawserException.refusal(ErrorCode.UNAVAILABLE, "register: stopped (expected: serving)");
        }
        metrics.laneFull.increment();
        return HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "register: lane full (expected: less load)");
    }
}
