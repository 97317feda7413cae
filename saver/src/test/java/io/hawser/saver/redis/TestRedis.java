package io.hawser.saver.redis;

/** Settings for a Redis of a test's own. */
public final class TestRedis {
    private TestRedis() {}

    public static RedisSettings at(String address) {
        return with("redis://" + address, RedisSettings.defaults().maxQueuedCommands());
    }

    static RedisSettings with(String uri, int maxQueuedCommands) {
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
                normal.backAfter(),
                normal.memoryInstead());
    }
}
