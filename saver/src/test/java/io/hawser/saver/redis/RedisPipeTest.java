package io.hawser.saver.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.hawser.saver.redis.RedisServers.Server;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client library does, and does not, with commands that are not answered. */
final class RedisPipeTest {
    private static final int MAX_QUEUED = 10;
    private static final int BESIDES = 16_384;

    @TempDir
    private static Path home;

    private static RedisServers servers;
    private static Server redis;

    private final ExecutorService lane = Executors.newSingleThreadExecutor();
    private RedisConnector connector;

    @BeforeAll
    static void startRedis() throws Exception {
        servers = new RedisServers(home);
        redis = servers.start();
    }

    @AfterAll
    static void stopRedis() {
        servers.close();
    }

    @BeforeEach
    void openConnections() {
        connector = new RedisConnector(TestRedis.with("redis://" + redis.address(), MAX_QUEUED));
    }

    @AfterEach
    void closeConnections() throws Exception {
        redis.resume();
        connector.close();
        lane.shutdown();
    }

    @Test
    void whatWasNotAnsweredOnALostConnectionFailsAndIsNeverSentAgain() {
        RedisPipe first = connector.connect(lane).join();
        CompletableFuture<Reply> unwritten = mark(first, 7, 1);
        redis.ask(commands -> commands.clientKill(KillArgs.Builder.typeNormal().skipme()));
        assertThat(failure(unwritten)).isInstanceOf(RedisException.class);
        RedisPipe second = connector.connect(lane).join();
        CompletableFuture<Reply> later = mark(second, 8, 1);
        lane.execute(second::flush);
        assertThat(later.orTimeout(10, TimeUnit.SECONDS).join().outcome()).isEqualTo(Script.OK);
        assertThat(redis.<String>ask(commands -> commands.get("{7}g"))).isNull();
    }

    /** It would be taken for an answer, and may come to pass all the same. */
    @Test
    void aCommandDoesNotTimeOutByItself() throws Exception {
        RedisPipe pipe = connector.connect(lane).join();
        redis.pause();
        CompletableFuture<Reply> slow = mark(pipe, 9, 1);
        lane.execute(pipe::flush);
        long longerNanos =
                RedisSettings.defaults().commandTimeout().plusMillis(500).toNanos();
        await().pollDelay(longerNanos, TimeUnit.NANOSECONDS).until(() -> !slow.isDone());
        redis.resume();
        assertThat(slow.orTimeout(10, TimeUnit.SECONDS).join().outcome()).isEqualTo(Script.OK);
    }

    @Test
    void aSilentRedisIsGivenNoMoreThanTheQueueTakes() throws Exception {
        RedisPipe pipe = connector.connect(lane).join();
        redis.pause();
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int i = 0; i < MAX_QUEUED + BESIDES + 100; i++) {
            all.add(mark(pipe, i % 4_096, 1));
        }
        CompletableFuture<Reply> tooMany = all.getLast();
        assertThat(failure(tooMany)).hasMessageContaining("size exceeded");
        assertThat(all.getFirst()).isNotDone();
        assertThat(CompletableFuture.supplyAsync(pipe::inFlight, lane).join())
                .isLessThanOrEqualTo(MAX_QUEUED + BESIDES);
        var _ = pipe.close();
        assertThat(failure(all.getFirst())).isNotNull();
    }

    @Test
    void aReplicaIsNoRedisToWorkOn() throws Exception {
        Server replica = servers.startReplicaOf(redis);
        RedisConnector toReplica = new RedisConnector(TestRedis.at(replica.address()));
        assertThat(failure(toReplica.connect(lane))).hasMessageContaining("role of Redis: slave (expected: master)");
        toReplica.close();
    }

    @Test
    void aRedisThatRefusesToWriteIsAskedForNothingBesides() throws Exception {
        Server refusing = servers.start();
        refusing.refuseWrites();
        RedisConnector toRefusing = new RedisConnector(TestRedis.at(refusing.address()));
        assertThat(failure(toRefusing.connect(lane)))
                .isInstanceOf(RefusingRedisException.class)
                .hasMessageContaining("MISCONF");
        assertThat(refusing.<List<Boolean>>ask(commands -> commands.scriptExists(Script.MARK.digest())))
                .containsExactly(false);
        toRefusing.close();
    }

    @Test
    void aUserWhoMayRunOnlyTheScriptsThatWereLoadedCanAskWhetherRedisWrites() {
        permit(
                "scripts",
                AclSetuserArgs.Builder.allCommands()
                        .removeCommand(CommandType.EVAL)
                        .allKeys());
        assertThat(toldAs("scripts")).isEmpty();
    }

    /** It is worked on all the same: what it refuses it says then. */
    @Test
    void whereItCannotBeAskedWhetherRedisWritesThatIsToldOnce() {
        permit("markers", AclSetuserArgs.Builder.allCommands().keyPattern("*g"));
        assertThat(toldAs("markers"))
                .singleElement(STRING)
                .startsWith("Redis cannot be asked whether it writes: NOPERM");
    }

    private static void permit(String user, AclSetuserArgs what) {
        redis.ask(commands -> commands.aclSetuser(user, what.on().addPassword(user)));
    }

    /** Of two connections. */
    private List<String> toldAs(String user) {
        List<String> told = new CopyOnWriteArrayList<>();
        try (RedisConnector asUser = new RedisConnector(TestRedis.as(user, redis.address()), told::add)) {
            var _ = asUser.connect(lane).join();
            RedisPipe second = asUser.connect(lane).join();
            CompletableFuture<Reply> marked = mark(second, 10, 1);
            lane.execute(second::flush);
            assertThat(marked.orTimeout(10, TimeUnit.SECONDS).join().outcome()).isEqualTo(Script.OK);
        }
        return told;
    }

    private CompletableFuture<Reply> mark(RedisPipe pipe, int slot, int generation) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        byte[][] keys = {LogKeys.marker(slot)};
        byte[][] arguments = {Integer.toString(generation).getBytes(StandardCharsets.US_ASCII)};
        lane.execute(() -> pipe.run(Script.MARK, keys, arguments, (reply, failure) -> {
            if (reply == null) {
                answer.completeExceptionally(failure);
            } else {
                answer.complete(reply);
            }
        }));
        return answer;
    }

    private static Throwable failure(CompletableFuture<?> call) {
        Throwable failure = call.orTimeout(10, TimeUnit.SECONDS)
                .handle((done, cause) -> cause)
                .join();
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }
}
