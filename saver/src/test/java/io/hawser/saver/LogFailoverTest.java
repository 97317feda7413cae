package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.Durability;
import io.hawser.saver.redis.RedisServers;
import io.hawser.saver.redis.RedisServers.Server;
import io.lettuce.core.KillArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis with a replica: one that misses something is promoted. */
final class LogFailoverTest {
    private static final String PHONE = "class:phone";

    @TempDir
    private Path home;

    private RedisServers redis;
    private Server master;
    private Server replica;

    @BeforeEach
    void startRedis() throws Exception {
        redis = new RedisServers(home);
        master = redis.start();
        replica = redis.startReplicaOf(master);
    }

    @AfterEach
    void stopRedis() {
        redis.close();
    }

    @Test
    void whatAPromotedReplicaMissesIsThereAndNoNumberIsGivenTwice() throws Exception {
        Server sentinel = redis.startSentinel("hawser", master);
        try (LogCluster cluster = LogCluster.servingOn("redis-sentinel://" + sentinel.address() + "#hawser")) {
            LogCalls log = opened(cluster);
            List<String> texts = List.of("both have it", "the master alone has it", "meanwhile", "on the replica");
            List<Long> seqs = new ArrayList<>();
            seqs.add(log.insist(texts.get(0)).getSeq());
            replica.pause();
            // What is on its way to it would be read when it goes on.
            master.ask(commands -> commands.clientKill(KillArgs.Builder.typeSlave()));
            seqs.add(log.insist(texts.get(1)).getSeq());
            master.kill();
            replica.resume();
            seqs.add(log.insist(texts.get(2)).getSeq());
            replica.awaitInfo("role:master");
            cluster.awaitRedis();
            AppendReply last = log.append(texts.get(3));
            seqs.add(last.getSeq());
            assertThat(last.getDurability()).isEqualTo(Durability.STRICT);
            assertThat(log.texts(PHONE)).isEqualTo(texts);
            assertThat(seqs).isSorted().doesNotHaveDuplicates();
        }
    }

    /** The same process, with data that another gave it. */
    @Test
    void aMasterThatWasAReplicaInBetweenIsNotTakenForTheOneItWas() {
        try (LogCluster cluster = LogCluster.servingOn("redis://" + master.address())) {
            LogCalls log = opened(cluster);
            log.append("before");
            int generation = cluster.generation(log.user);
            replica.ask(RedisCommands::replicaofNoOne);
            master.ask(commands -> commands.replicaof("127.0.0.1", replica.port()));
            master.awaitInfo("master_link_status:up");
            master.ask(RedisCommands::replicaofNoOne);
            await().atMost(Duration.ofSeconds(30)).until(() -> cluster.generation(log.user) > generation);
            log.insist("after");
            assertThat(log.texts(PHONE)).containsExactly("before", "after");
        }
    }

    private static LogCalls opened(LogCluster cluster) {
        LogCalls log = new LogCalls(cluster, "user");
        log.open(PHONE);
        return log;
    }
}
