package io.hawser.room.connection;

import java.util.Collection;
import java.util.Iterator;
import java.util.function.Consumer;

/** Looks at many connections of an event loop, some at a time, so that nobody else on the loop waits for it. */
final class Walk {
    private static final int CONNECTIONS_A_TURN = 256;

    private Walk() {}

    /** To be called on the loop. Those that come meanwhile are not looked at. */
    static void over(Collection<Connection> connections, ConnectionLoop loop, Consumer<Connection> visit) {
        over(connections, loop, visit, () -> {});
    }

    /** As {@link #over(Collection, ConnectionLoop, Consumer)}; {@code then} is run after the last. */
    static void over(
            Collection<Connection> connections, ConnectionLoop loop, Consumer<Connection> visit, Runnable then) {
        some(connections.iterator(), loop, visit, then);
    }

    private static void some(
            Iterator<Connection> rest, ConnectionLoop loop, Consumer<Connection> visit, Runnable then) {
        for (int i = 0; i < CONNECTIONS_A_TURN && rest.hasNext(); i++) {
            visit.accept(rest.next());
        }
        loop.flush();
        if (rest.hasNext()) {
            loop.execute(() -> some(rest, loop, visit, then));
        } else {
            then.run();
        }
    }
}
