package io.hawser.room.connection;

import io.hawser.rpc.v1.Ban;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends the bindings and connections that a new ban names. Those that come later are refused when they do. A ban of users
 * finds them; one of a network looks at everybody.
 */
public final class BannedClients {
    /** Beyond so many users it costs less to look at everybody. */
    private static final int MAX_USERS = 1_000;

    private final ConnectionLoops loops;

    public BannedClients(ConnectionLoops loops) {
        this.loops = loops;
    }

    /** New bans, which {@link Bans} says to binds already. From any thread. */
    public void onBans(Collection<Ban> bans) {
        if (bans.isEmpty()) {
            return;
        }
        boolean ofUsers = bans.size() <= MAX_USERS
                && bans.stream().noneMatch(ban -> ban.getUser().isEmpty());
        List<Ban> users = List.copyOf(bans);
        for (ConnectionLoop loop : loops.all()) {
            loop.execute(() -> Walk.over(
                    ofUsers ? connectionsOf(loop, users) : loop.members().connections(), loop, Connection::endBanned));
        }
    }

    private static Set<Connection> connectionsOf(ConnectionLoop loop, List<Ban> bans) {
        Set<Connection> found = new LinkedHashSet<>();
        for (Ban ban : bans) {
            loop.members().forEach(ban.getApp(), ban.getUser(), binding -> found.add(binding.connection()));
        }
        return found;
    }
}
