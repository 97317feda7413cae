package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.Callback;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one app has in memory, and which of its streams may go on. */
final class AppQueue {
    final String app;
    final Map<StreamKey, Stream> streams = new HashMap<>();
    /** The first may send its head. */
    final LinkedHashSet<Stream> ready = new LinkedHashSet<>();
    /** By callback. */
    final Map<String, Target> targets = new HashMap<>();
    /** By callback; the empty one is of what no callback takes. */
    private final Map<String, Share> shares = new HashMap<>();
    /** Their heads have no callback, or a disabled one. */
    final Set<Stream> withoutCallback = new LinkedHashSet<>();

    int held;
    long heldBytes;
    int inFlight;
    boolean inTurn;
    /** Where reading the store goes on, and whether there is more to read. */
    long cursor;

    boolean more;
    boolean scanning;
    /** To be read again from here once the page under way is in; negative: no. */
    long scanAgainFrom = -1;

    AppQueue(String app) {
        this.app = app;
    }

    Collection<Share> shares() {
        return shares.values();
    }

    Share share(@Nullable Callback callback) {
        return shares.computeIfAbsent(callback == null ? "" : callback.getId(), id -> new Share());
    }

    /** Callbacks come and go. */
    void forgetUnusedShares() {
        shares.values().removeIf(Share::isUnused);
    }

    /** Whether nothing goes to the callback now: it is gone, disabled, or its back end is down and there is who tries it. */
    boolean isStuck(@Nullable Callback callback) {
        Target target = callback == null ? null : targets.get(callback.getId());
        return callback == null
                || callback.getDisabled()
                || (target != null && target.isDown() && !target.waiting.isEmpty());
    }

    Target target(Callback callback) {
        return targets.computeIfAbsent(callback.getId(), id -> new Target(callback));
    }
}
