package io.hawser.coordinator.event;

import io.hawser.coordinator.webhook.Payloads;
import io.hawser.rpc.event.Presence;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.WantedEventsOfApp;
import io.hawser.rpc.v1.WantedEventsReply;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which apps want which events, as their callbacks say. */
final class Wanted {
    private final Map<String, Set<EventKind>> byApp = new ConcurrentHashMap<>();

    /** An app is this now. */
    void changed(App app) {
        Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
        if (!app.getDisabled()) {
            for (Callback callback : app.getCallbacksList()) {
                kindsOf(callback, kinds);
            }
        }
        if (kinds.isEmpty()) {
            byApp.remove(app.getId());
        } else {
            byApp.put(app.getId(), kinds);
        }
    }

    /**
     * Whether the outbox has to hear of it. ONLINE and OFFLINE go together: what was told last decides whether the next one
     * is news. The one that no callback wants is dropped when its turn comes.
     */
    boolean has(StateEvent event) {
        Set<EventKind> kinds = byApp.getOrDefault(event.getApp(), Set.of());
        return Presence.is(event) ? Presence.isAmong(kinds) : kinds.contains(event.getKind());
    }

    WantedEventsReply reply() {
        WantedEventsReply.Builder reply = WantedEventsReply.newBuilder();
        byApp.forEach((app, kinds) ->
                reply.addApps(WantedEventsOfApp.newBuilder().setApp(app).addAllKinds(kinds)));
        return reply.build();
    }

    private static void kindsOf(Callback callback, Set<EventKind> kinds) {
        for (EventKind kind : EventKind.values()) {
            boolean real = kind != EventKind.UNRECOGNIZED && kind != EventKind.EVENT_KIND_UNSPECIFIED;
            if (real && callback.getEventsList().contains(Payloads.name(kind))) {
                kinds.add(kind);
            }
        }
    }
}
