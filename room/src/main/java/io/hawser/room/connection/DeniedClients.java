package io.hawser.room.connection;

/** Ends the connections of networks that may not be here any more. Those that come later are refused when they do. */
public final class DeniedClients {
    private final ConnectionLoops loops;

    public DeniedClients(ConnectionLoops loops) {
        this.loops = loops;
    }

    /** The lists of networks have changed, and hold for who connects already. From any thread. */
    public void onChange() {
        for (ConnectionLoop loop : loops.all()) {
            loop.execute(() -> Walk.over(loop.members().connections(), loop, Connection::endNetwork));
        }
    }
}
