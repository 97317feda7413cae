package io.hawser.saver.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.saver.redis.LogKeys;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.redis.RedisServers;
import io.hawser.saver.redis.RedisServers.Server;
import io.hawser.saver.redis.RedisSettings;
import io.hawser.saver.redis.Script;
import io.hawser.saver.redis.TestRedis;
import io.hawser.saver.redis.WorkingCopy;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long it takes until something stands in for Redis: by ticks, which the test gives, and no clock. */
final class RedisGateTest {
    /** Long enough to be told from none, and short. */
    private static final Duration BACK_AFTER = Duration.ofMillis(200);

    private static final String CONNECTIONS = "total_connections_received:";

    @TempDir
    private Path home;

    private final ExecutorService lane = Executors.newSingleThreadExecutor();
    private final List<WorkingCopy> used = new ArrayList<>();
    private RedisServers servers;
    private Server redis;
    private RedisSettings settings;
    private RedisConnector connector;
    private RedisGate gate;

    @BeforeEach
    void connect() throws Exception {
        servers = new RedisServers(home);
        redis = servers.startOnASmallDisk();
        settings = TestRedis.at(redis.address(), BACK_AFTER);
        connector = new RedisConnector(settings);
        gate = TestGate.of(settings, connector, lane, new Told());
        await().until(this::isConnected);
        assertThat(standsIn()).isFalse();
    }

    @AfterEach
    void close() throws Exception {
        onLane(() -> {
            gate.close();
            return true;
        });
        redis.resume();
        connector.close();
        servers.close();
        lane.shutdown();
    }

    @Test
    void aBrokenConnectionIsWaitedForAsLongAsItIsSaidAndNoTickLonger() throws Exception {
        redis.kill();
        await().until(() -> copy() == null);
        ticks(ticksIn(settings.awayAfter()));
        assertThat(standsIn()).isTrue();
        assertThat(used).hasSize(2);
    }

    /** A lane that has nothing to do asks once a second. */
    @Test
    void aConnectionIsSilentForAsLongAsItIsSaidAndIsThenNotWaitedForAnyMore() throws Exception {
        redis.pause();
        askSomething();
        ticks(ticksIn(settings.commandTimeout()));
        await().until(() -> copy() == null);
        tick();
        assertThat(standsIn()).isTrue();
    }

    /** It answers, and each connection would be refused the same. */
    @Test
    void oneThatRefusesToWriteIsNotWaitedForAtAll() throws Exception {
        redis.refuseWrites();
        askSomething();
        await().until(this::standsIn);
        assertThat(used).hasSize(2);
    }

    /** Connections are made, and answer: each change of what is worked on costs all slots a generation. */
    @Test
    void oneThatRefusesToWriteIsNotBackBeforeItWrites() throws Exception {
        redis.refuseWrites();
        askSomething();
        await().until(this::standsIn);
        await().during(BACK_AFTER.multipliedBy(5)).until(() -> {
            tick();
            return used.size() == 2;
        });
        redis.ask(commands -> commands.configSet("save", ""));
        await().until(() -> {
            tick();
            return !standsIn();
        });
        assertThat(used).hasSize(3);
    }

    @Test
    void oneThatRefusesToWriteIsFoundOutAlsoWhereNobodyWrites() throws Exception {
        redis.refuseWrites();
        await().until(() -> {
            tick();
            return standsIn();
        });
        assertThat(used).hasSize(2);
    }

    /** It says so of itself, and it is refused besides: as soon as the connection is gone, there is something else. */
    @Test
    void oneWhoseDiskIsFullIsNotWaitedForEvenWhereNobodyWrites() {
        redis.fillTheDisk();
        await().until(() -> {
            tick();
            return copy() == null || standsIn();
        });
        assertThat(standsIn()).isTrue();
    }

    @Test
    void oneThatForgotTheScriptsIsGivenThemAgainEvenWhereNobodyWrites() {
        redis.ask(RedisCommands::scriptFlush);
        await().until(() -> {
            tick();
            return used.size() > 1 && !standsIn();
        });
    }

    /** That may last for hours, and each attempt costs handshakes: with sentinels, and all masters of a cluster, too. */
    @Test
    void oneThatRefusesToWriteIsAskedNoMoreOftenThanOneThatDoesNot() throws Exception {
        redis.refuseWrites();
        await().until(() -> {
            tick();
            return standsIn();
        });
        long attempts = 3;
        long tookNanos = redis.ask(commands -> {
            long beganNanos = System.nanoTime();
            long before = connections(commands);
            await().until(() -> {
                tick();
                return connections(commands) - before >= attempts;
            });
            return System.nanoTime() - beganNanos;
        });
        assertThat(tookNanos).isGreaterThanOrEqualTo((attempts - 1) * RedisGate.PING_NANOS);
    }

    /** An attempt may fail; each tick is another. */
    private boolean isConnected() {
        if (copy() == null) {
            tick();
        }
        return copy() != null;
    }

    private void askSomething() {
        onLane(() -> {
            WorkingCopy copy = Objects.requireNonNull(gate.copy());
            byte[][] keys = {LogKeys.marker(1)};
            copy.run(Script.MARK, keys, new byte[][] {"1".getBytes(StandardCharsets.US_ASCII)}, (reply, failure) -> {});
            copy.flush();
            return true;
        });
    }

    /** Ever made to it. */
    private static long connections(RedisServerCommands<String, String> commands) {
        return commands.info("stats")
                .lines()
                .filter(line -> line.startsWith(CONNECTIONS))
                .mapToLong(line -> Long.parseLong(line.substring(CONNECTIONS.length())))
                .sum();
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            tick();
        }
    }

    private void tick() {
        onLane(() -> {
            gate.tick();
            return true;
        });
    }

    private static int ticksIn(Duration time) {
        return (int) (time.toMillis() / LaneCore.TICK_MILLIS);
    }

    private boolean standsIn() {
        WorkingCopy copy = copy();
        return copy != null && copy.standsIn();
    }

    private @Nullable WorkingCopy copy() {
        return CompletableFuture.supplyAsync(() -> gate.copy(), lane).join();
    }

    private <T> T onLane(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, lane).join();
    }

    /** Notes what is to be worked on. */
    private final class Told implements RedisGate.Listener {
        @Override
        public void connected(WorkingCopy copy) {
            used.add(copy);
        }

        @Override
        public void lost() {
            // Seen by the gate's copy.
        }
    }
}
