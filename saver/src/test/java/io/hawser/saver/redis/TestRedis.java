package io.hawser.saver.redis;

import io.hawser.keeper.config.Secret;
import java.time.Duration;

/** Settings for a Redis of a test's own. */
public final class TestRedis {
    private TestRedis() {}

    public static RedisSettings at(String address) {
        return with("redis://" + address, RedisSettings.defaults().maxQueuedCommands());
    }

    /** Likewise, where one that is back is worked on again after so long. */
    public static RedisSettings at(String address, Duration backAfter) {
        return with("redis://" + address, RedisSettings.defaults().maxQueuedCommands(), backAfter);
    }

    /** Likewise, as a user whose password is the name. */
    static RedisSettings as(String username, String address) {
        RedisSettings anybody = at(address);
        return new RedisSettings(
                anybody.uri(),
                username,
                Secret.of(username),
                anybody.sentinelPassword(),
                anybody.commandTimeout(),
                anybody.connectTimeout(),
                anybody.reconnectDelay(),
                anybody.maxQueuedCommands(),
                anybody.awayAfter(),
                anybody.backAfter(),
                anybody.memoryInstead());
    }

    static RedisSettings with(String uri, int maxQueuedCommands) {
        return with(uri, maxQueuedCommands, RedisSettings.defaults().backAfter());
    }

    private static RedisSettings with(String uri, int maxQueuedCommands, Duration backAfter) {
        RedisSettings normal = RedisSettings.defaults();
        return new RedisSettings(
                uri,
                normal.username(),
                normal.password(),
                normal.sentinelPassword(),
                normal.commandTimeout(),
                normal.connectTimeout(),
                normal.reconnectDelay(),
                maxQueuedCommands,
                normal.awayAfter(),
                backAfter,
                normal.memoryInstead());
    }
}
