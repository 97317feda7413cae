package io.hawser.saver.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One connection, used by one lane and on its thread alone. Commands are written when {@link #flush} is called, and
 * answered in the order of their writing; the answers come back on the lane's thread.
 *
 * <p>It lives until it is lost: a new connection is a new pipe, for it may lead to another Redis.
 */
public final class RedisPipe {
    /** Hears of the answer to one command. */
    public interface Callback {
        /** Exactly one of the two is given. */
        void answered(@Nullable Reply reply, @Nullable Throwable failure);
    }

    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final Executor lane;
    private final String runId;
    private final ArrayDeque<Callback> inFlight = new ArrayDeque<>();
    private boolean unflushed;
    private boolean answered;

    RedisPipe(StatefulRedisConnection<byte[], byte[]> connection, String runId, Executor lane) {
        this.connection = connection;
        this.commands = connection.async();
        this.runId = runId;
        this.lane = lane;
        connection.setAutoFlushCommands(false);
    }

    /** Names the Redis process at the other end. */
    public String runId() {
        return runId;
    }

    /** Runs {@code lost} on the lane, once, when the connection has ended; at once where it has already. */
    public void onLost(Runnable lost) {
        connection.addListener(new RedisConnectionStateAdapter() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                lane.execute(lost);
            }
        });
        if (!connection.isOpen()) {
            lane.execute(lost);
        }
    }

    /** Queues a script run. */
    public void run(Script script, byte[][] keys, byte[][] arguments, Callback callback) {
        inFlight.add(callback);
        unflushed = true;
        commands.<List<Object>>evalsha(script.digest(), ScriptOutputType.MULTI, keys, arguments)
                .whenComplete((values, failure) -> lane.execute(() -> answered(callback, values, failure)));
    }

    /** Writes what is queued. */
    public void flush() {
        if (unflushed) {
            unflushed = false;
            connection.flushCommands();
        }
    }

    public int inFlight() {
        return inFlight.size();
    }

    /** Whether commands are on their way and none was answered since this was last asked. */
    public boolean quiet() {
        boolean quiet = !inFlight.isEmpty() && !answered;
        answered = false;
        return quiet;
    }

    /** Ends the connection; what is in flight fails. */
    public CompletableFuture<Void> close() {
        return connection.closeAsync();
    }

    private void answered(Callback callback, @Nullable List<Object> values, @Nullable Throwable failure) {
        // Answers keep the order of the commands, so this is the head but where a lost connection fails all at once.
        inFlight.remove(callback);
        answered = true;
        if (values != null) {
            callback.answered(new Reply(values), null);
            return;
        }
        if (failure instanceof RedisNoScriptException) {
            // SCRIPT FLUSH by somebody: the next connection loads them again.
            var _ = close();
        }
        callback.answered(null, failure == null ? new IllegalStateException("empty answer") : failure);
    }
}
