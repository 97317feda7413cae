package io.hawser.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedRedisTest {
    @TempDir
    Path directory;

    @Test
    void keepsItsDataWhenClosedAndStartedAgain() {
        try (EmbeddedRedis redis = EmbeddedRedis.start(directory, 0)) {
            ask(redis, commands -> commands.set("key", "value"));
        }
        try (EmbeddedRedis redis = EmbeddedRedis.start(directory, 0)) {
            assertThat(EmbeddedRedisTest.<String>ask(redis, commands -> commands.get("key")))
                    .isEqualTo("value");
        }
    }

    @Test
    void keepsWhatItAnsweredWhenKilledAndStartsOnTheSamePort() {
        EmbeddedRedis redis = EmbeddedRedis.start(directory, 0);
        ask(redis, commands -> commands.set("key", "value"));
        redis.kill();
        try (EmbeddedRedis again = EmbeddedRedis.start(directory, redis.port())) {
            assertThat(EmbeddedRedisTest.<String>ask(again, commands -> commands.get("key")))
                    .isEqualTo("value");
        }
    }

    @Test
    void isSetUpToLoseNothingSilently() {
        try (EmbeddedRedis redis = EmbeddedRedis.start(directory, 0)) {
            assertThat(setting(redis, "appendonly")).isEqualTo("yes");
            assertThat(setting(redis, "appendfsync")).isEqualTo("everysec");
            assertThat(setting(redis, "maxmemory-policy")).isEqualTo("noeviction");
            assertThat(setting(redis, "bind")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void leavesNoProcessWhenClosed() {
        EmbeddedRedis redis = EmbeddedRedis.start(directory, 0);
        redis.close();
        assertThat(ProcessHandle.of(redis.pid()).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(directory.resolve("redis.pid")).doesNotExist();
    }

    @Test
    void refusesAPortThatIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedRedis.start(directory, other.getLocalPort()))
                    .isInstanceOf(StoreException.class)
                    .hasMessage("redis port: %d (expected: a free one; another process listens on it)"
                            .formatted(other.getLocalPort()));
        }
    }

    @Test
    void refusesADirectoryThatIsInUse() {
        try (EmbeddedRedis redis = EmbeddedRedis.start(directory, 0)) {
            assertThatThrownBy(() -> EmbeddedRedis.start(directory, 0))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("expected: one that no other process is using");
            assertThat(EmbeddedRedisTest.<String>ask(redis, RedisCommands::ping))
                    .isEqualTo("PONG");
        }
    }

    private static String setting(EmbeddedRedis redis, String name) {
        return ask(redis, commands -> commands.configGet(name)).getOrDefault(name, "unknown");
    }

    private static <T> T ask(EmbeddedRedis redis, Function<RedisCommands<String, String>, T> question) {
        try (RedisClient client = RedisClient.create(RedisURI.create(redis.host(), redis.port()));
                var connection = client.connect()) {
            return question.apply(connection.sync());
        }
    }
}
