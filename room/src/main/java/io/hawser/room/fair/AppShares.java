package io.hawser.room.fair;

import java.util.HashMap;
import java.util.Map;

/**
 * What an event loop has so much of, for all apps: an app may have as much as is free still. So one that takes all it gets
 * has half, and leaves as much to those who come; what it does not give back, nobody waits for.
 */
public final class AppShares {
    private final Map<String, Long> taken = new HashMap<>();
    private long takenByAll;

    /** Whether the app may take so much more of {@code whole}. */
    public boolean mayTake(String app, long amount, long whole) {
        return taken.getOrDefault(app, 0L) + amount <= whole - takenByAll;
    }

    public void take(String app, long amount) {
        taken.merge(app, amount, Long::sum);
        takenByAll += amount;
    }

    public void giveBack(String app, long amount) {
        taken.computeIfPresent(app, (id, all) -> all == amount ? null : all - amount);
        takenByAll -= amount;
    }
}
