package io.hawser.coordinator.uplink;

import io.hawser.coordinator.webhook.Payloads;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.OutboxItem;
import org.jspecify.annotations.Nullable;

/** Which of an app's callbacks takes what. One that is disabled takes as ever: what is for it waits. */
public final class Routing {
    private Routing() {}

    /** Returns the callback for an uplink or an event; null: none takes it. */
    static @Nullable Callback of(App app, OutboxItem item) {
        return item.hasEvent()
                ? ofEvent(app, item.getEvent().getKind())
                : ofRoute(app, item.getUplink().getRoute());
    }

    /** Of those that match, the one with the most specific pattern; of equals, the first. */
    static @Nullable Callback ofRoute(App app, String route) {
        Callback best = null;
        int mostSpecific = -1;
        for (Callback callback : app.getCallbacksList()) {
            for (String pattern : callback.getRoutesList()) {
                int specific = specificity(pattern, route);
                if (specific > mostSpecific) {
                    best = callback;
                    mostSpecific = specific;
                }
            }
        }
        return best;
    }

    /** The first that names the kind. */
    public static @Nullable Callback ofEvent(App app, EventKind kind) {
        String name = Payloads.name(kind);
        for (Callback callback : app.getCallbacksList()) {
            if (callback.getEventsList().contains(name)) {
                return callback;
            }
        }
        return null;
    }

    /** Characters of the route that the pattern names, and one more where it names all; -1: no match. */
    private static int specificity(String pattern, String route) {
        if (pattern.equals("*")) {
            return 0;
        }
        if (pattern.endsWith(".*")) {
            String prefix = pattern.substring(0, pattern.length() - 1);
            return route.startsWith(prefix) ? prefix.length() : -1;
        }
        return pattern.equals(route) ? route.length() + 1 : -1;
    }
}
