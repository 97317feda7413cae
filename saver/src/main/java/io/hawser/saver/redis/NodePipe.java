package io.hawser.saver.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one Redis. Commands are written when {@link #flush} is called, and answered in the order of their
 * writing.
 */
final class NodePipe implements RedisPipe {
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final Executor lane;
    private final String runId;
    private final WriteProbe probe;
    private final ArrayDeque<Callback> inFlight = new ArrayDeque<>();
    private @Nullable CompletableFuture<Void> closed;
    private boolean unflushed;
    private boolean answered;
    private boolean refusesWrites;

    NodePipe(StatefulRedisConnection<byte[], byte[]> connection, String runId, WriteProbe probe, Executor lane) {
        this.connection = connection;
        this.commands = connection.async();
        this.runId = runId;
        this.probe = probe;
        this.lane = lane;
        connection.setAutoFlushCommands(false);
    }

    String runId() {
        return runId;
    }

    @Override
    public String runId(int slot) {
        return runId;
    }

    @Override
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

    @Override
    public void run(Script script, byte[][] keys, byte[][] arguments, Callback callback) {
        inFlight.add(callback);
        unflushed = true;
        commands.<List<Object>>evalsha(script.digest(), ScriptOutputType.MULTI, keys, arguments)
                .whenComplete((values, failure) -> lane.execute(() -> answered(callback, values, failure)));
    }

    @Override
    public void flush() {
        if (unflushed) {
            unflushed = false;
            connection.flushCommands();
        }
    }

    @Override
    public void ping() {
        Callback pinged = (reply, failure) -> {
            if (failure != null) {
                refusesWrites |= RefusingRedisException.isCauseOf(failure);
                var _ = close();
            }
        };
        inFlight.add(pinged);
        probe.identity(commands)
                .thenAccept(this::requireSame)
                .whenComplete((same, failure) -> lane.execute(() -> {
                    done(pinged);
                    pinged.answered(null, failure);
                }));
        connection.flushCommands();
    }

    private void requireSame(String identity) {
        if (!identity.equals(runId)) {
            throw new IllegalStateException("Redis: was a replica in between, or has new ones");
        }
    }

    @Override
    public int inFlight() {
        return inFlight.size();
    }

    @Override
    public boolean quiet() {
        boolean quiet = !inFlight.isEmpty() && !answered;
        answered = false;
        return quiet;
    }

    @Override
    public boolean refusesWrites() {
        return refusesWrites;
    }

    @Override
    public CompletableFuture<Void> close() {
        CompletableFuture<Void> ending = closed;
        if (ending == null) {
            ending = connection.closeAsync();
            closed = ending;
        }
        return ending;
    }

    private void answered(Callback callback, @Nullable List<Object> values, @Nullable Throwable failure) {
        done(callback);
        if (values != null) {
            callback.answered(new Reply(values), null);
            return;
        }
        refusesWrites |= ServerErrors.isRefusal(failure);
        if (ServerErrors.endsConnection(failure)) {
            var _ = close();
        }
        callback.answered(null, failure == null ? new IllegalStateException("empty answer") : failure);
    }

    /** Answers keep the order of the commands, so this is the head but where a lost connection fails all at once. */
    private void done(Callback callback) {
        inFlight.remove(callback);
        answered = true;
    }
}
