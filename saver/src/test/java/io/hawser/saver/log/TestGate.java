package io.hawser.saver.log;

import io.hawser.saver.memory.MemoryCopy;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.redis.RedisSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.concurrent.Executor;

/** A gate with a small memory, which tells nobody of outages. */
final class TestGate {
    private TestGate() {}

    static RedisGate of(RedisSettings settings, RedisConnector connector, Executor lane, RedisGate.Listener listener) {
        return new RedisGate(
                settings,
                connector,
                name -> new MemoryCopy(name, lane, Clock.systemUTC(), 1 << 20, 10, () -> {}),
                new RedisOutages(new SimpleMeterRegistry(), words -> {}),
                lane,
                listener);
    }
}
