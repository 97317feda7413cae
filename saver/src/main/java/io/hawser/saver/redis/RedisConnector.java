package io.hawser.saver.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Makes connections to Redis. Nothing is ever sent again by itself, and no connection is made again by itself: what
 * was in flight on a lost one has an unknown outcome, and only the lane knows what follows from that.
 */
public final class RedisConnector implements AutoCloseable {
    private final ClientResources resources;
    private final RedisClient client;
    private final RedisURI uri;

    public RedisConnector(RedisSettings settings) {
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        this.client = RedisClient.create(resources);
        this.uri = uri(settings);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(settings.maxQueuedCommands() + Script.values().length)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.connectTimeout())
                        .tcpNoDelay(true)
                        .build())
                .build());
    }

    /** A connection with the scripts loaded. Fails where Redis is away, or may forget by itself (evicts). */
    public CompletableFuture<RedisPipe> connect(Executor lane) {
        return client.connectAsync(ByteArrayCodec.INSTANCE, uri)
                .toCompletableFuture()
                .thenCompose(connection -> prepare(connection)
                        .thenApply(runId -> new RedisPipe(connection, runId, lane))
                        .whenComplete((pipe, failure) -> {
                            if (failure != null) {
                                var _ = connection.closeAsync();
                            }
                        }));
    }

    @Override
    public void close() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static CompletableFuture<String> prepare(StatefulRedisConnection<byte[], byte[]> connection) {
        RedisAsyncCommands<byte[], byte[]> commands = connection.async();
        List<CompletionStage<?>> loads = new ArrayList<>();
        for (Script script : Script.values()) {
            loads.add(commands.scriptLoad(script.text()));
        }
        CompletionStage<String> info = commands.info();
        CompletableFuture<?>[] all =
                loads.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all)
                .thenCompose(done -> info.toCompletableFuture())
                .thenApply(RedisConnector::accept);
    }

    /** Returns the run id of a Redis that keeps what it is given. */
    private static String accept(String info) {
        String policy = value(info, "maxmemory_policy:");
        if (!policy.equals("noeviction")) {
            throw new IllegalStateException("maxmemory-policy of Redis: " + policy + " (expected: noeviction)");
        }
        return value(info, "run_id:");
    }

    private static String value(String info, String prefix) {
        return info.lines()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .map(line -> line.substring(prefix.length()).trim())
                .orElseThrow(() -> new IllegalStateException("INFO of Redis: no " + prefix));
    }

    private static RedisURI uri(RedisSettings settings) {
        RedisURI uri = RedisURI.create(settings.uri());
        uri.setTimeout(settings.commandTimeout());
        if (!settings.password().isEmpty()) {
            String username = settings.username().isEmpty() ? "default" : settings.username();
            uri.setCredentialsProvider(new StaticCredentialsProvider(
                    username, settings.password().reveal().toCharArray()));
        }
        return uri;
    }
}
