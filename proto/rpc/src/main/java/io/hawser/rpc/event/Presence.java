package io.hawser.rpc.event;

import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.StateEvent;
import java.util.Collection;

/** ONLINE and OFFLINE, which go together: what was told last decides whether the next one is news. */
public final class Presence {
    private Presence() {}

    /** Whether an event says that a device is online, or no longer is. */
    public static boolean is(StateEvent event) {
        return is(event.getKind());
    }

    public static boolean is(EventKind kind) {
        return kind == EventKind.EVENT_ONLINE || kind == EventKind.EVENT_OFFLINE;
    }

    /** Whether who wants these kinds has to be told both. */
    public static boolean isAmong(Collection<EventKind> kinds) {
        return kinds.stream().anyMatch(Presence::is);
    }
}
