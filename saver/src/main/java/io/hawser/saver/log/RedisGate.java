package io.hawser.saver.log;

import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.redis.RedisPipe;
import io.hawser.saver.redis.RedisSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lane's way to Redis: one pipe while there is one, and the attempts to get another. Owned by the lane. */
final class RedisGate {
    private static final Logger LOG = LoggerFactory.getLogger(RedisGate.class);

    /** Hears of pipes: of a new one before anything is sent through it. */
    interface Listener {
        /** @param sameRedis it leads to the process that the one before led to */
        void connected(boolean sameRedis);

        /** There is none. */
        void lost();
    }

    private final RedisConnector connector;
    private final RedisSettings settings;
    private final LaneThread lane;
    private final Listener listener;
    private @Nullable RedisPipe pipe;
    /** The process that the lane's slots are marked in; empty before the first connection. */
    private String runId = "";
    /** What the log was last told about an outage; empty: there is none that it knows of. */
    private String toldWhyAway = "";

    private boolean connecting;
    private int quietTicks;
    private boolean closed;
    private long nextAttemptNanos = System.nanoTime();

    RedisGate(RedisConnector connector, RedisSettings settings, LaneThread lane, Listener listener) {
        this.connector = connector;
        this.settings = settings;
        this.lane = lane;
        this.listener = listener;
    }

    /** Returns the pipe; null: Redis is away. */
    @Nullable
    RedisPipe pipe() {
        return pipe;
    }

    /** Whether so many commands are on their way that no more should be sent. */
    boolean full() {
        RedisPipe present = pipe;
        return present != null && present.inFlight() >= settings.maxQueuedCommands();
    }

    void flush() {
        if (pipe != null) {
            pipe.flush();
        }
    }

    /** Connects where there is no pipe, and gives up one that does not answer. */
    void tick() {
        RedisPipe present = pipe;
        // Ticks stand in the same queue as answers: a lane that was held up does not take that for Redis's silence.
        quietTicks = present != null && present.quiet() ? quietTicks + 1 : 0;
        if (present != null
                && quietTicks * LaneCore.TICK_MILLIS
                        >= settings.commandTimeout().toMillis()) {
            quietTicks = 0;
            LOG.warn("Redis has not answered for {}: connecting again", settings.commandTimeout());
            var _ = present.close();
        }
        if (present == null && !connecting && !closed && System.nanoTime() - nextAttemptNanos >= 0) {
            connecting = true;
            var _ = connector
                    .connect(lane)
                    .whenComplete((made, failure) -> lane.execute(() -> connected(made, failure)));
        }
    }

    void close() {
        closed = true;
        if (pipe != null) {
            var _ = pipe.close();
        }
    }

    private void connected(@Nullable RedisPipe made, @Nullable Throwable failure) {
        connecting = false;
        if (made == null) {
            tellOnce(String.valueOf(failure));
            nextAttemptNanos = System.nanoTime() + settings.reconnectDelay().toNanos();
        } else if (closed) {
            var _ = made.close();
        } else {
            pipe = made;
            boolean same = made.runId().equals(runId);
            runId = made.runId();
            if (!toldWhyAway.isEmpty()) {
                LOG.info("Redis is reached again: {}", same ? "the same process" : "another process");
                toldWhyAway = "";
            }
            made.onLost(() -> lost(made));
            listener.connected(same);
        }
    }

    private void lost(RedisPipe gone) {
        if (pipe == gone) {
            pipe = null;
            tellOnce("the connection was lost");
            // Commands that were queued and not written would wait for ever.
            var _ = gone.close();
            nextAttemptNanos = System.nanoTime() + settings.reconnectDelay().toNanos();
            listener.lost();
        }
    }

    /** An outage is told when it begins and when its cause changes: attempts follow each other many times a second. */
    private void tellOnce(String why) {
        if (!closed && !why.equals(toldWhyAway)) {
            toldWhyAway = why;
            LOG.warn("Redis is away: {}", why);
        }
    }
}
