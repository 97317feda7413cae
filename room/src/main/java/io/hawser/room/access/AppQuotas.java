package io.hawser.room.access;

import io.hawser.wire.Bounds;
import java.util.Map;

/**
 * How many bindings an app may have on a room, so that none crowds out the others.
 *
 * @param maxBindings bindings of any app
 * @param exceptions bindings of some apps, by id, instead
 */
public record AppQuotas(int maxBindings, Map<String, Integer> exceptions) {
    private static final int MAX = 1 << 28;

    public AppQuotas {
        Bounds.within("maxBindings", maxBindings, 0, MAX);
        exceptions = Map.copyOf(exceptions);
        exceptions.forEach((app, max) -> Bounds.within("exceptions." + app, max, 0, MAX));
    }

    public static AppQuotas defaults() {
        return new AppQuotas(1_000_000, Map.of());
    }

    int of(String app) {
        return exceptions.getOrDefault(app, maxBindings);
    }
}
