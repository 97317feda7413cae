package io.hawser.room.connection;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * Connections of an event loop whose clients dropped and may be back: bindings and all, but for the channel. Nothing is
 * kept of what comes for them but that something did. Bounded in number and bytes; beyond, the app that takes most gives up
 * its oldest: however many clients of an app drop, those of another keep their places (rule R7).
 */
final class Parking {
    /** What became of a parked connection, as the metric {@code hawser.room.parkings} counts it. */
    enum Outcome {
        RESUMED,
        /** Its client did not come in time. */
        EXPIRED,
        /** Others needed the place: in the parking, or in the app's quota of bindings. */
        CROWDED_OUT,
        /** Its bindings were ended: kicked, banned, out of token, or their app disabled. */
        ENDED,
        /** The room was short of memory. */
        OVERLOADED,
        /** The room stops. */
        DRAINED
    }

    /** For each that comes: where a limit was lowered a long way, nobody on the loop waits for it. */
    private static final int ENDED_AT_ONCE = 64;
    /** Of a connection without its channel, about. */
    private static final int CONNECTION_BYTES = 768;

    private static final Comparator<Lot> BY_SIZE =
            Comparator.comparingLong((Lot lot) -> lot.bytes).thenComparing(lot -> lot.app);

    private final ConnectionLoop loop;
    private final int loops;
    private final Map<Connection, Place> places = new HashMap<>();
    private final Map<String, Lot> lots = new HashMap<>();
    private final NavigableSet<Lot> bySize = new TreeSet<>(BY_SIZE);
    private long bytes;

    private record Place(Lot lot, long sinceMs, int bytes) {}

    /** An app's: a connection is of the app that it was bound to first. */
    private static final class Lot {
        private final String app;
        /** The oldest first. */
        private final SequencedSet<Connection> parked = new LinkedHashSet<>();

        private long bytes;

        Lot(String app) {
            this.app = app;
        }
    }

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
                && !loop.admission().isDraining()
                && !loop.relief().isCritical();
    }

    /** Of a connection that has a binding at least. */
    void add(Connection connection) {
        Lot lot = lots.computeIfAbsent(connection.bindings()[0].app(), Lot::new);
        Place place = new Place(lot, loop.nowMs(), bytesOf(connection));
        places.put(connection, place);
        lot.parked.add(connection);
        resize(lot, place.bytes);
        loop.meters().parked(place.bytes);
        makeRoom();
    }

    private void makeRoom() {
        int maxConnections = Math.max(1, config().maxConnections() / loops);
        long maxBytes = config().maxBytes().bytes() / loops;
        for (int i = 0; i < ENDED_AT_ONCE && (places.size() > maxConnections || bytes > maxBytes); i++) {
            endOldest(bySize.last(), Outcome.CROWDED_OUT);
        }
    }

    private static void endOldest(Lot lot, Outcome outcome) {
        lot.parked.getFirst().endParked(outcome);
    }

    /** One of the app's gives its place to one of its clients that is here. */
    void makeWay(String app) {
        Lot lot = lots.get(app);
        if (lot != null) {
            endOldest(lot, Outcome.CROWDED_OUT);
        }
    }

    /** Gives up so many, for the room is short of memory. Returns how many there were. */
    int shed(int atMost) {
        int shed = 0;
        while (shed < atMost && !places.isEmpty()) {
            endOldest(bySize.last(), Outcome.OVERLOADED);
            shed++;
        }
        return shed;
    }

    /** The connection is parked no more, if it was. */
    void remove(Connection connection, Outcome outcome) {
        Place place = places.remove(connection);
        if (place != null) {
            place.lot.parked.remove(connection);
            resize(place.lot, -place.bytes);
            loop.meters().unparked(place.bytes, outcome);
        }
    }

    /** What is sorted by size has to leave its place and come back. */
    private void resize(Lot lot, int byBytes) {
        bySize.remove(lot);
        lot.bytes += byBytes;
        bytes += byBytes;
        if (lot.parked.isEmpty()) {
            lots.remove(lot.app);
        } else {
            bySize.add(lot);
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
