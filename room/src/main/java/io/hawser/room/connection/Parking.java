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

    /** An app's: a connection that several have bindings on is of the one that takes least, whose crowd cannot end it. */
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
        int size = bytesOf(connection);
        take(connection, loop.nowMs(), size);
        loop.meters().parked(size);
        makeRoom();
    }

    private void take(Connection connection, long sinceMs, int size) {
        Lot lot = lots.computeIfAbsent(leastApp(connection), Lot::new);
        places.put(connection, new Place(lot, sinceMs, size));
        lot.parked.add(connection);
        resize(lot, size);
    }

    /** Of the apps that have bindings on it, the one that takes least. */
    private String leastApp(Connection connection) {
        Binding[] bindings = connection.bindings();
        String least = bindings[0].app();
        for (Binding binding : bindings) {
            if (bytesOf(binding.app()) < bytesOf(least)) {
                least = binding.app();
            }
        }
        return least;
    }

    private long bytesOf(String app) {
        Lot lot = lots.get(app);
        return lot == null ? 0 : lot.bytes;
    }

    /** One of its bindings has ended, and others are left: it may be another app's now. */
    void changed(Connection connection) {
        Place place = places.get(connection);
        if (place != null && !Bindings.anyOf(connection.bindings(), place.lot.app)) {
            move(connection, place);
        }
    }

    private void move(Connection connection, Place place) {
        leave(connection, place);
        take(connection, place.sinceMs, place.bytes);
    }

    private void makeRoom() {
        int maxConnections = Math.max(1, config().maxConnections() / loops);
        long maxBytes = config().maxBytes().bytes() / loops;
        for (int i = 0; i < ENDED_AT_ONCE && (places.size() > maxConnections || bytes > maxBytes); i++) {
            crowdOut(bySize.last());
        }
    }

    /** The oldest of the app that takes most goes, or is from now on another's that has a binding on it, too. */
    private void crowdOut(Lot most) {
        Connection oldest = most.parked.getFirst();
        Place place = places.get(oldest);
        if (place != null && bytesOf(leastApp(oldest)) + place.bytes < most.bytes) {
            move(oldest, place);
        } else {
            oldest.endParked(Outcome.CROWDED_OUT);
        }
    }

    /** One of the app's gives its place to one of its clients that is here. */
    void makeWay(String app) {
        Lot lot = lots.get(app);
        if (lot != null) {
            lot.parked.getFirst().makeWay(app);
        }
    }

    /** Gives up so many, for the room is short of memory. Returns how many there were. */
    int shed(int atMost) {
        int shed = 0;
        while (shed < atMost && !places.isEmpty()) {
            bySize.last().parked.getFirst().endParked(Outcome.OVERLOADED);
            shed++;
        }
        return shed;
    }

    /** The connection is parked no more, if it was. */
    void remove(Connection connection, Outcome outcome) {
        Place place = places.remove(connection);
        if (place != null) {
            leave(connection, place);
            loop.meters().unparked(place.bytes, outcome);
        }
    }

    private void leave(Connection connection, Place place) {
        place.lot.parked.remove(connection);
        resize(place.lot, -place.bytes);
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
