package io.hawser.room.connection;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Connections of an event loop whose clients dropped and may be back: bindings and all, but for the channel. Nothing is
 * kept of what comes for them but that something did. Bounded in number and bytes; beyond, the oldest has to go.
 */
final class Parking {
    /** What became of a parked connection, as the metric {@code hawser.room.parkings} counts it. */
    enum Outcome {
        RESUMED,
        /** Its client did not come in time. */
        EXPIRED,
        /** Others needed the place. */
        CROWDED_OUT,
        /** Its bindings were ended: kicked, banned, out of token, or their app disabled. */
        ENDED,
        /** The room stops. */
        DRAINED
    }

    /** Of a connection without its channel, about. */
    private static final int CONNECTION_BYTES = 512;

    private final ConnectionLoop loop;
    private final int loops;
    private final Map<Connection, Place> places = new LinkedHashMap<>();
    private long bytes;

    private record Place(long sinceMs, int bytes) {}

    /** @param loops event loops that share what the room may hold */
    Parking(ConnectionLoop loop, int loops) {
        this.loop = loop;
        this.loops = loops;
    }

    private ParkingConfig config() {
        return loop.config().parking();
    }

    /** Whether any are kept at present. */
    boolean isOpen() {
        return !config().time().isZero()
                && config().maxConnections() > 0
                && !loop.admission().isDraining();
    }

    void add(Connection connection) {
        Place place = new Place(loop.nowMs(), bytesOf(connection));
        places.put(connection, place);
        bytes += place.bytes;
        loop.meters().parked(place.bytes);
        makeRoom();
    }

    private void makeRoom() {
        int maxConnections = Math.max(1, config().maxConnections() / loops);
        long maxBytes = config().maxBytes().bytes() / loops;
        while (places.size() > maxConnections || (bytes > maxBytes && !places.isEmpty())) {
            oldest().endParked(Outcome.CROWDED_OUT);
        }
    }

    private Connection oldest() {
        return places.keySet().iterator().next();
    }

    /** The connection is parked no more. */
    void remove(Connection connection, Outcome outcome) {
        Place place = places.remove(connection);
        if (place != null) {
            bytes -= place.bytes;
            loop.meters().unparked(place.bytes, outcome);
        }
    }

    /** For how long the connection's client is away; 0: it is there. */
    long awayMs(Connection connection) {
        Place place = places.get(connection);
        return place == null ? 0 : loop.nowMs() - place.sinceMs;
    }

    private static int bytesOf(Connection connection) {
        int all = CONNECTION_BYTES;
        for (Binding binding : connection.bindings()) {
            all += binding.parkedBytes();
        }
        return all;
    }
}
