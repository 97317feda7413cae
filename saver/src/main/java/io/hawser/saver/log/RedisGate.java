package io.hawser.saver.log;

import io.hawser.saver.memory.MemoryCopy;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.redis.RedisPipe;
import io.hawser.saver.redis.RedisSettings;
import io.hawser.saver.redis.RefusingRedisException;
import io.hawser.saver.redis.UnfitRedisException;
import io.hawser.saver.redis.WorkingCopy;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's way to its working copy: one pipe to Redis while there is one, and the attempts to get another. Where Redis
 * is away for longer than a moment, memory stands in for it, and MySQL alone serves; until Redis has answered for a
 * while. Owned by the lane.
 */
final class RedisGate {
    private static final Logger LOG = LoggerFactory.getLogger(RedisGate.class);
    /** Redis is asked so often whether it is there, and still what it was. */
    static final long PING_NANOS = 1_000_000_000L;

    /** Hears of working copies: of a new one before anything is sent to it. */
    interface Listener {
        void connected(WorkingCopy copy);

        /** There is none. */
        void lost();
    }

    private final RedisSettings settings;
    private final RedisConnector redis;
    private final Function<String, MemoryCopy> standIns;
    private final RedisOutages report;
    private final Executor lane;
    private final Listener listener;
    private final Probation probation;
    private @Nullable RedisPipe pipe;
    /** Stands in for Redis; null: nothing does. */
    private @Nullable MemoryCopy memory;

    private int outages;
    /** What the log was last told about an outage; empty: there is none that it knows of. */
    private String toldWhyAway = "";

    private boolean connecting;
    private boolean attempted;
    /** Redis answers, and must not be used: that is for people to mend. */
    private boolean unfit;
    /** In a row. Ticks stand in the same queue as answers: a lane that was held up does not take that for silence. */
    private int silentTicks;

    private boolean closed;
    private long nextAttemptNanos = System.nanoTime();
    private long connectedNanos = nextAttemptNanos;
    private long pingedNanos = nextAttemptNanos;

    /** @param standIns makes what takes Redis's place, by its name */
    RedisGate(
            RedisSettings settings,
            RedisConnector redis,
            Function<String, MemoryCopy> standIns,
            RedisOutages report,
            Executor lane,
            Listener listener) {
        this.settings = settings;
        this.redis = redis;
        this.standIns = standIns;
        this.report = report;
        this.lane = lane;
        this.listener = listener;
        this.probation = new Probation(settings.backAfter());
    }

    /** Returns where logs are worked on; null: Redis is away, and nothing stands in for it yet. */
    @Nullable
    WorkingCopy copy() {
        return memory == null ? pipe : memory;
    }

    /** Whether so many commands are on their way that no more should be sent. */
    boolean full() {
        RedisPipe present = pipe;
        return memory == null && present != null && present.inFlight() >= settings.maxQueuedCommands();
    }

    void flush() {
        if (pipe != null) {
            pipe.flush();
        }
    }

    /** Connects where there is no pipe, gives up one that does not answer, and decides what is worked on. */
    void tick() {
        long nowNanos = System.nanoTime();
        if (memory != null) {
            memory.tick();
        }
        RedisPipe present = pipe;
        silentTicks = present == null || present.quiet() ? silentTicks + 1 : 0;
        if (present == null) {
            connect(nowNanos);
            if (mayStandIn() && silentTicks >= ticks(settings.awayAfter().toMillis())) {
                standIn(nowNanos, "away for " + settings.awayAfter());
            }
        } else if (silentTicks == ticks(settings.commandTimeout().toMillis())) {
            LOG.warn("Redis has not answered for {}: connecting again", settings.commandTimeout());
            var _ = present.close();
        } else {
            ping(present, nowNanos);
            if (memory != null && silentTicks == 0 && nowNanos - connectedNanos >= probation.nanos()) {
                comeBack(present, nowNanos);
            }
        }
    }

    void close() {
        closed = true;
        if (pipe != null) {
            var _ = pipe.close();
        }
        if (memory != null) {
            memory = null;
            report.ended();
        }
    }

    private void connect(long nowNanos) {
        if (!connecting && !closed && nowNanos - nextAttemptNanos >= 0) {
            connecting = true;
            var _ = redis.connect(lane).whenComplete((made, failure) -> lane.execute(() -> connected(made, failure)));
        }
    }

    /** The first attempt is waited for, however long it takes. */
    private boolean mayStandIn() {
        return memory == null && attempted && !unfit && !closed;
    }

    private void connected(@Nullable RedisPipe made, @Nullable Throwable failure) {
        connecting = false;
        attempted = true;
        unfit = isUnfit(failure);
        if (made == null) {
            tellOnce(String.valueOf(failure));
            attemptLater(RefusingRedisException.isCauseOf(failure));
        } else if (closed) {
            var _ = made.close();
        } else {
            pipe = made;
            silentTicks = 0;
            connectedNanos = System.nanoTime();
            made.onLost(() -> lost(made));
            if (memory == null) {
                use(made);
            }
        }
    }

    private void use(RedisPipe present) {
        if (!toldWhyAway.isEmpty()) {
            LOG.info("Redis is reached again");
            toldWhyAway = "";
        }
        listener.connected(present);
    }

    private void standIn(long nowNanos, String why) {
        LOG.warn("Redis is {}: MySQL alone serves", why);
        probation.failed(nowNanos);
        MemoryCopy standIn = standIns.apply("memory-" + ++outages);
        memory = standIn;
        report.began();
        listener.connected(standIn);
    }

    /** Redis is back, and has shown that it stays. */
    private void comeBack(RedisPipe present, long nowNanos) {
        probation.passed(nowNanos);
        memory = null;
        report.ended();
        use(present);
    }

    private void ping(RedisPipe present, long nowNanos) {
        if (nowNanos - pingedNanos >= PING_NANOS) {
            pingedNanos = nowNanos;
            present.ping();
        }
    }

    private void lost(RedisPipe gone) {
        if (gone.equals(pipe)) {
            pipe = null;
            tellOnce("the connection was lost");
            // Commands that were queued and not written would wait for ever.
            var _ = gone.close();
            if (memory == null) {
                listener.lost();
            }
            if (gone.refusesWrites() && mayStandIn()) {
                // Another connection would be refused the same.
                standIn(System.nanoTime(), "there, and refuses to write");
            }
            attemptLater(gone.refusesWrites());
        }
    }

    /**
     * One that refuses may do so for hours, and each attempt is work: once something stands in for it, it is asked as often as one
     * that does not.
     */
    private void attemptLater(boolean refused) {
        long delayNanos = settings.reconnectDelay().toNanos();
        nextAttemptNanos =
                System.nanoTime() + (refused && memory != null ? Math.max(delayNanos, PING_NANOS) : delayNanos);
    }

    /** An outage is told when it begins and when its cause changes: attempts follow each other many times a second. */
    private void tellOnce(String why) {
        if (!closed && !why.equals(toldWhyAway)) {
            toldWhyAway = why;
            LOG.warn("Redis is away: {}", why);
        }
    }

    private static boolean isUnfit(@Nullable Throwable failure) {
        return (failure instanceof CompletionException ? failure.getCause() : failure) instanceof UnfitRedisException;
    }

    private static int ticks(long millis) {
        return Math.max(1, Math.toIntExact(millis / LaneCore.TICK_MILLIS));
    }
}
