package io.hawser.keeper.config;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the keys that a service reads at its start alone: a change of one is logged, and counts in the gauge {@code
 * hawser.config.needs.restart} until the service is started again or the key is changed back. Made for {@code
 * ServiceContext.onConfigChange}.
 *
 * @param <C> the configuration
 */
public final class AtStartKeys<C extends Record> implements Consumer<C> {
    private static final Logger LOG = LoggerFactory.getLogger(AtStartKeys.class);

    private final Predicate<String> live;
    private final Map<String, String> inForce;
    private volatile Map<String, String> waiting = Map.of();

    /**
     * Watches.
     *
     * @param started what the service was started with
     * @param live whether a key, such as {@code kicks.maxInHand}, is followed while the service runs
     */
    public AtStartKeys(C started, Predicate<String> live, MeterRegistry meters) {
        this.live = live;
        this.inForce = EffectiveConfig.flat(started);
        Gauge.builder("hawser.config.needs.restart", this, keys -> keys.waiting.size())
                .description("Keys that were changed and hold from the next start on")
                .register(meters);
    }

    /** Takes the next revision; never called concurrently. */
    @Override
    public void accept(C next) {
        Map<String, String> changed = changed(EffectiveConfig.flat(next));
        changed.forEach((key, value) -> {
            if (!value.equals(waiting.get(key))) {
                LOG.warn("{}: {} needs a restart (in force: {})", key, value, inForce.getOrDefault(key, "nothing"));
            }
        });
        waiting = changed;
    }

    private Map<String, String> changed(Map<String, String> next) {
        Map<String, String> changed = new HashMap<>(next);
        inForce.keySet().forEach(key -> changed.putIfAbsent(key, "nothing"));
        changed.entrySet()
                .removeIf(entry -> live.test(entry.getKey()) || entry.getValue().equals(inForce.get(entry.getKey())));
        return Map.copyOf(changed);
    }
}
