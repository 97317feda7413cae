package io.hawser.room.broadcast;

import io.hawser.rpc.v1.EndpointCursor;
import io.hawser.rpc.v1.SaveCursorsRequest;
import io.hawser.rpc.v1.StoredCursor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Copies of cursors on their way to the savers: the newest of each endpoint, many in a request. A copy that is lost costs
 * nobody anything but a client that forgot its own. Put by any thread, flushed by one.
 */
final class Cursors {
    private static final int PER_REQUEST = 500;
    /** One: of two copies of an endpoint's cursor, the older must not be saved last. */
    private static final int REQUESTS_IN_FLIGHT = 1;

    private record Key(String app, String user, String device) {}

    private final Map<Key, StoredCursor> unsaved = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Stores stores;
    private final IntSupplier maxUnsaved;
    private final BroadcastMeters meters;

    Cursors(Stores stores, IntSupplier maxUnsaved, BroadcastMeters meters) {
        this.stores = stores;
        this.maxUnsaved = maxUnsaved;
        this.meters = meters;
        meters.gauge("hawser.room.broadcasts.cursors.unsaved", unsaved::size);
    }

    void put(String app, String user, String device, StoredCursor cursor) {
        Key key = new Key(app, user, device);
        if (unsaved.size() < maxUnsaved.getAsInt() || unsaved.containsKey(key)) {
            unsaved.put(key, cursor);
        } else {
            meters.cursorsDropped().increment();
        }
    }

    /** Sends what waits, as far as savers keep up. */
    void flush() {
        while (!unsaved.isEmpty() && inFlight.get() < REQUESTS_IN_FLIGHT) {
            Map<Key, StoredCursor> some = take();
            inFlight.incrementAndGet();
            var _ = stores.save(request(some)).whenComplete((reply, failure) -> {
                inFlight.decrementAndGet();
                if (failure == null) {
                    meters.cursorsSaved().increment(some.size());
                } else {
                    meters.savesFailed().increment();
                    some.forEach(unsaved::putIfAbsent);
                }
            });
            if (some.size() < PER_REQUEST) {
                return;
            }
        }
    }

    private Map<Key, StoredCursor> take() {
        Map<Key, StoredCursor> taken = new ConcurrentHashMap<>();
        Iterator<Map.Entry<Key, StoredCursor>> all = unsaved.entrySet().iterator();
        while (all.hasNext() && taken.size() < PER_REQUEST) {
            Map.Entry<Key, StoredCursor> next = all.next();
            if (unsaved.remove(next.getKey(), next.getValue())) {
                taken.put(next.getKey(), next.getValue());
            }
        }
        return taken;
    }

    private static SaveCursorsRequest request(Map<Key, StoredCursor> some) {
        List<EndpointCursor> cursors = new ArrayList<>(some.size());
        some.forEach((key, cursor) -> cursors.add(EndpointCursor.newBuilder()
                .setApp(key.app())
                .setUser(key.user())
                .setDevice(key.device())
                .setCursor(cursor)
                .build()));
        return SaveCursorsRequest.newBuilder().addAllCursors(cursors).build();
    }
}
