package io.hawser.room.access;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** How many bindings each app has on the room, within its quota. Shared by all event loops. */
public final class AppBindings {
    private final ConcurrentMap<String, Integer> bindings = new ConcurrentHashMap<>();
    private final Supplier<AppQuotas> quotas;
    private final Counter refused;

    AppBindings(Supplier<AppQuotas> quotas, MeterRegistry meters) {
        this.quotas = quotas;
        this.refused = Counter.builder("hawser.room.access.bindings.refused")
                .description("Bindings that were beyond their app's quota")
                .register(meters);
    }

    /**
     * Counts one more binding of an app, until it {@link #leave leaves}.
     *
     * @throws HawserException RESOURCE_EXHAUSTED where the app has as many as it may
     */
    public void enter(String app) {
        int max = quotas.get().of(app);
        int count = bindings.merge(app, 1, Integer::sum);
        if (count > max) {
            leave(app);
            refused.increment();
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED, "app: " + app + " has as many bindings here as it may");
        }
    }

    /** Whether the app has as many as it may, and no more: one that leaves makes way for another. */
    public boolean isFull(String app) {
        return of(app) == quotas.get().of(app);
    }

    public void leave(String app) {
        bindings.computeIfPresent(app, (id, count) -> count == 1 ? null : count - 1);
    }

    int of(String app) {
        return bindings.getOrDefault(app, 0);
    }
}
