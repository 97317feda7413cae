package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.Durability;
import io.hawser.saver.redis.RedisServers;
import io.hawser.saver.redis.RedisServers.Server;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that three masters of a Redis Cluster share; the first one has a replica. */
final class LogRedisClusterTest {
    private static final String PHONE = "class:phone";
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private static Path home;

    private static RedisServers redis;
    private static List<Server> nodes;
    private static LogCluster cluster;

    @BeforeAll
    static void startStores() throws Exception {
        redis = new RedisServers(home);
        nodes = redis.startCluster(3, 1);
        // One of those that are named need not be there.
        cluster = LogCluster.servingOn("redis-cluster://127.0.0.1:1,"
                + nodes.get(0).address() + "," + nodes.get(1).address());
    }

    @AfterAll
    static void stopStores() {
        cluster.close();
        redis.close();
    }

    @Test
    void eachMasterHasSomeOfTheLogs() {
        List<LogCalls> logs = logs("shared");
        logs.forEach(log -> {
            log.open(PHONE);
            assertThat(log.insist("one").getDurability()).isEqualTo(Durability.STRICT);
        });
        logs.forEach(log -> assertThat(log.texts(PHONE)).containsExactly("one"));
        assertThat(nodes.subList(0, 3)).allMatch(node -> node.ask(RedisCommands::dbsize) > 0);
    }

    @Test
    void whileANodeIsAwayMySqlAloneServesAndNothingIsMissingAfterwards() throws Exception {
        List<LogCalls> logs = logs("away");
        logs.forEach(log -> log.open(PHONE));
        logs.forEach(log -> log.append("before"));
        nodes.get(2).kill();
        cluster.awaitOutage();
        logs.forEach(log -> log.insist("meanwhile"));
        nodes.get(2).startAgain();
        cluster.awaitRedis();
        // For a moment nodes say that the cluster is down, though it is not.
        logs.forEach(log -> log.insist("after"));
        cluster.awaitRedis();
        assertThat(logs.getFirst().insist("with Redis").getDurability()).isEqualTo(Durability.STRICT);
        logs.forEach(log -> assertThat(log.texts(PHONE)).startsWith("before", "meanwhile", "after"));
    }

    @Test
    void aReplicaThatTakesOverIsFollowedAndOthersSlotsKeepTheirGeneration() {
        List<LogCalls> logs = logs("followed");
        logs.forEach(log -> log.open(PHONE));
        logs.forEach(log -> log.append("before"));
        Server replica = nodes.stream()
                .filter(node -> node.ask(RedisCommands::info).contains("role:slave"))
                .findFirst()
                .orElseThrow();
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() ->
                        replica.ask(commands -> commands.clusterFailover(false)).equals("OK"));
        replica.awaitInfo("role:master");
        logs.forEach(log -> log.insist("after"));
        cluster.awaitRedis();
        logs.forEach(log -> assertThat(log.texts(PHONE)).containsExactly("before", "after"));
    }

    private static List<LogCalls> logs(String name) {
        return IntStream.range(0, 20)
                .mapToObj(i -> new LogCalls(cluster, name + "-" + i))
                .toList();
    }
}
