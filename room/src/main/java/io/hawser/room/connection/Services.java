package io.hawser.room.connection;

import java.util.function.Function;

/** Makes what an event loop's bindings are served besides their mailboxes: called once for each loop, by any thread. */
public record Services(
        Function<Host, ? extends Broadcasts> broadcasts,
        Function<Host, ? extends Uplinks> uplinks,
        Function<Host, ? extends Pulls> pulls) {
    /** Mailboxes alone. */
    public static final Services NONE = new Services(host -> Broadcasts.NONE, host -> Uplinks.NONE, host -> Pulls.NONE);
}
