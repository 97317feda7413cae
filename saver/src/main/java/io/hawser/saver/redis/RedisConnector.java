package io.hawser.saver.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections to Redis: to one server, to the master that sentinels name, or to all masters of a cluster.
 *
 * <p>Nothing is ever sent again by itself, and no connection is made again by itself: what was in flight on a lost one
 * has an unknown outcome, and only the lane knows what follows from that. Nor does a command time out by itself, which
 * would be taken for an answer, and comes to pass later: whole connections do that are silent.
 */
public final class RedisConnector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisConnector.class);
    /**
     * What goes besides a lane's operations: two markers of each of 4,096 slots, steps of the logs that are being
     * restored, scripts. The client refuses what is beyond, as a last resort: nobody knows then what it was that failed.
     */
    private static final int BESIDES = 16_384;

    private final ClientResources resources;
    private final RedisClient client;
    private final RedisAddress address;
    private final RedisSettings settings;
    /** Of the cluster's nodes, the one asked next where the others are. */
    private final AtomicInteger nextSeed = new AtomicInteger();

    /** Codes of errors that kept a server from being asked whether it writes: of each one is told. */
    private final Set<String> toldCodes = ConcurrentHashMap.newKeySet();

    private final Consumer<String> log;

    public RedisConnector(RedisSettings settings) {
        this(settings, LOG::warn);
    }

    /** @param log takes what is told to operators */
    RedisConnector(RedisSettings settings, Consumer<String> log) {
        this.settings = settings;
        this.log = log;
        this.address = RedisAddress.of(settings);
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(settings.maxQueuedCommands() + BESIDES)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.connectTimeout())
                        .tcpNoDelay(true)
                        .build())
                .build());
    }

    /**
     * A connection with the scripts loaded. Fails where Redis is away, is a replica, refuses whatever is to be written, or
     * may forget by itself (evicts).
     */
    public CompletableFuture<RedisPipe> connect(Executor lane) {
        try {
            return address.isCluster()
                    ? connectCluster(lane)
                    : connectNode(address.server(), LogKeys.probe(0), lane).thenApply(node -> node);
        } catch (RuntimeException e) {
            // Of a client that is closed, for one: whoever connects hears of it as of any failure, and tries again.
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void close() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** @param key one of nothing, that the server has */
    private CompletableFuture<NodePipe> connectNode(RedisURI uri, byte[] key, Executor lane) {
        WriteProbe probe = new WriteProbe(key, this::tellOnce);
        return open(uri)
                .thenCompose(connection -> orClose(connection, prepare(connection, probe))
                        .thenApply(identity -> new NodePipe(connection, identity, probe, lane)));
    }

    private CompletableFuture<RedisPipe> connectCluster(Executor lane) {
        List<RedisURI> seeds = address.seeds();
        RedisURI seed = seeds.get(Math.floorMod(nextSeed.getAndIncrement(), seeds.size()));
        return readSlots(seed).thenCompose(slots -> connectMasters(slots, lane));
    }

    private CompletableFuture<ClusterSlots> readSlots(RedisURI seed) {
        return open(seed)
                .thenCompose(connection -> connection
                        .async()
                        .clusterSlots()
                        .toCompletableFuture()
                        .orTimeout(settings.commandTimeout().toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete((slots, failure) -> {
                            var _ = connection.closeAsync();
                        })
                        .thenApply(slots -> ClusterSlots.of(slots, seed.getHost())));
    }

    private CompletableFuture<RedisPipe> connectMasters(ClusterSlots slots, Executor lane) {
        Map<ClusterSlots.Node, CompletableFuture<NodePipe>> nodes = new LinkedHashMap<>();
        slots.masters()
                .forEach(node -> nodes.put(
                        node, connectNode(address.node(node.host(), node.port()), slots.probeOf(node), lane)));
        return CompletableFuture.allOf(nodes.values().toArray(CompletableFuture[]::new))
                .<RedisPipe>thenApply(all -> clusterPipe(slots, nodes))
                .whenComplete((pipe, failure) -> {
                    if (failure != null) {
                        closeAll(nodes.values());
                    }
                });
    }

    private static ClusterPipe clusterPipe(
            ClusterSlots slots, Map<ClusterSlots.Node, CompletableFuture<NodePipe>> nodes) {
        NodePipe[] byHashSlot = new NodePipe[SlotHash.SLOT_COUNT];
        for (ClusterSlots.Range range : slots.ranges()) {
            NodePipe pipe = Objects.requireNonNull(nodes.get(range.master())).join();
            for (int slot = range.first(); slot <= range.last(); slot++) {
                byHashSlot[slot] = pipe;
            }
        }
        return new ClusterPipe(
                nodes.values().stream().map(CompletableFuture::join).toList(), byHashSlot);
    }

    private static void closeAll(Collection<CompletableFuture<NodePipe>> nodes) {
        for (CompletableFuture<NodePipe> node : nodes) {
            var _ = node.thenAccept(made -> {
                var _ = made.close();
            });
        }
    }

    private CompletableFuture<StatefulRedisConnection<byte[], byte[]>> open(RedisURI uri) {
        return client.connectAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture();
    }

    private static <T> CompletableFuture<T> orClose(
            StatefulRedisConnection<byte[], byte[]> connection, CompletableFuture<T> step) {
        return step.whenComplete((done, failure) -> {
            if (failure != null) {
                var _ = connection.closeAsync();
            }
        });
    }

    /** Returns what the server is, once it has the scripts. Fails where it is none to work on, which is asked first. */
    private CompletableFuture<String> prepare(StatefulRedisConnection<byte[], byte[]> connection, WriteProbe probe) {
        RedisAsyncCommands<byte[], byte[]> commands = connection.async();
        return probe.load(commands)
                .thenCompose(loaded -> probe.identity(commands))
                .thenCompose(identity -> loadScripts(commands).thenApply(loaded -> identity))
                .toCompletableFuture()
                .orTimeout(settings.commandTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** It is asked once a second. */
    private void tellOnce(String error) {
        int end = error.indexOf(' ');
        if (toldCodes.add(end < 0 ? error : error.substring(0, end))) {
            log.accept("Redis cannot be asked whether it writes: " + error);
        }
    }

    private static CompletableFuture<Void> loadScripts(RedisAsyncCommands<byte[], byte[]> commands) {
        return CompletableFuture.allOf(Stream.of(Script.values())
                .map(script -> commands.scriptLoad(script.text()).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }
}
