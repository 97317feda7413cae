package io.hawser.saver.log;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The logs whose newest message is not known to have been pushed: whoever appended it may have died (R1). What stays
 * here for long, the saver pushes itself. Owned by the lane.
 */
final class OwedLogs {
    private static final int MAX_BACKOFF = 5;

    private final Executor lane;
    private final LaneSettings settings;
    private final Pusher pusher;
    private final OwnedLogs owned;
    private final RandomGenerator chance;
    private final LongSupplier nanoTime;
    private final LaneMeters meters;
    private final Consumer<UserLog> ended;
    private final Map<UserLog, Due> owing = new LinkedHashMap<>();
    private int pushing;
    private @Nullable Long hurriedNanos;

    /** @param atNanos not to be pushed before */
    private record Due(long atNanos, int attempts) {}

    /**
     * @param nanoTime as {@link System#nanoTime()}
     * @param ended hears of a log that may have changed
     */
    OwedLogs(
            Executor lane,
            LaneSettings settings,
            Pusher pusher,
            OwnedLogs owned,
            RandomGenerator chance,
            LongSupplier nanoTime,
            LaneMeters meters,
            Consumer<UserLog> ended) {
        this.lane = lane;
        this.settings = settings;
        this.pusher = pusher;
        this.owned = owned;
        this.chance = chance;
        this.nanoTime = nanoTime;
        this.meters = meters;
        this.ended = ended;
    }

    /** A message of that seq is to be pushed; by its sender first. */
    void owe(UserLog log, long seq) {
        log.owedSeq = Math.max(log.owedSeq, seq);
        owing.putIfAbsent(
                log, new Due(nanoTime.getAsLong() + settings.repushAfter().toNanos(), 0));
    }

    int count() {
        return owing.size();
    }

    void abandon() {
        owing.clear();
    }

    /** To be called after anything that may have settled a log. */
    void touched(UserLog log) {
        if (log.owedSeq == 0) {
            owing.remove(log);
        }
    }

    /** Pushes what has waited long enough, the oldest first. */
    void run() {
        long nowNanos = nanoTime.getAsLong();
        List<UserLog> due = new ArrayList<>();
        for (Map.Entry<UserLog, Due> each : owing.entrySet()) {
            if (due.size() + pushing >= settings.maxRepushes()) {
                break;
            }
            if (nowNanos - each.getValue().atNanos >= 0) {
                due.add(each.getKey());
            } else if (each.getValue().attempts == 0) {
                // Those that were never tried stand in the order of their age.
                break;
            }
        }
        due.forEach(log -> push(log, nowNanos));
    }

    private void push(UserLog log, long nowNanos) {
        Due before = owing.remove(log);
        if (before == null || log.owedSeq == 0 || owned.known(log.id) != log) {
            return;
        }
        int attempts = before.attempts + 1;
        owing.put(log, new Due(nowNanos + backoffNanos(attempts), attempts));
        long seq = log.owedSeq;
        pushing++;
        meters.repushed.increment();
        pusher.push(log.id.app(), log.id.user(), seq)
                .whenComplete((told, failure) -> lane.execute(() -> pushed(log, seq, attempts, told)));
    }

    private void pushed(UserLog log, long seq, int attempts, @Nullable Boolean told) {
        pushing--;
        if (told != null && told) {
            log.settle(seq);
            ended.accept(log);
            if (attempts > 1) {
                hurry();
            }
        }
    }

    /**
     * What failed before goes through: what stood in its way may have stood in others', and is gone. They are tried soon,
     * which they else would be in up to a minute and a half; once in {@link LaneSettings#repushAfter} at most.
     */
    private void hurry() {
        long nowNanos = nanoTime.getAsLong();
        long soonNanos = settings.repushAfter().toNanos();
        if (hurriedNanos != null && nowNanos - hurriedNanos < soonNanos) {
            return;
        }
        hurriedNanos = nowNanos;
        for (Map.Entry<UserLog, Due> each : owing.entrySet()) {
            Due due = each.getValue();
            if (due.attempts > 0 && due.atNanos - nowNanos > soonNanos) {
                each.setValue(new Due(nowNanos + chance.nextLong(soonNanos), due.attempts));
            }
        }
    }

    /** Doubles with each attempt, and is spread: a room that comes back is not asked by all at once. */
    private long backoffNanos(int attempts) {
        long base = settings.repushAfter().toNanos() << Math.min(attempts, MAX_BACKOFF);
        return base / 2 + chance.nextLong(base);
    }
}
