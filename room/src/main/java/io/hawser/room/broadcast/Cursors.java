package io.hawser.room.broadcast;

import io.hawser.rpc.v1.EndpointCursor;
import io.hawser.rpc.v1.SaveCursorsRequest;
import io.hawser.rpc.v1.StoredCursor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies of cursors on their way to the savers: the newest of each endpoint, many in a request. A copy that is lost costs
 * nobody anything but a client that forgot its own. One request is under way at a time: of two copies of an endpoint's
 * cursor, the older must not be saved last. Put and flushed by any thread.
 */
final class Cursors {
    private static final int PER_REQUEST = 500;

    private record Key(String app, String user, String device) {}

    private final Map<Key, StoredCursor> unsaved = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable CompletableFuture<Void>> flushing = new AtomicReference<>();
    private volatile int underWay;
    private final Stores stores;
    private final IntSupplier maxUnsaved;
    private final BroadcastMeters meters;

    Cursors(Stores stores, IntSupplier maxUnsaved, BroadcastMeters meters) {
        this.stores = stores;
        this.maxUnsaved = maxUnsaved;
        this.meters = meters;
        meters.gauge("hawser.room.broadcasts.cursors.unsaved", () -> unsaved.size() + underWay);
    }

    void put(String app, String user, String device, StoredCursor cursor) {
        Key key = new Key(app, user, device);
        if (unsaved.size() < maxUnsaved.getAsInt() || unsaved.containsKey(key)) {
            unsaved.put(key, cursor);
        } else {
            meters.cursorsDropped().increment();
        }
    }

    /**
     * Sends what waits, one request after the other, until they are not full any more or one fails: the rest waits for the
     * next time.
     *
     * @return completes when that has come to its end; where it was under way already, that one's end
     */
    CompletableFuture<Void> flush() {
        CompletableFuture<Void> flush = new CompletableFuture<>();
        CompletableFuture<Void> earlier = flushing.compareAndExchange(null, flush);
        if (earlier != null) {
            return earlier;
        }
        saveSome(flush);
        return flush;
    }

    private void saveSome(CompletableFuture<Void> flush) {
        Map<Key, StoredCursor> some = take();
        if (some.isEmpty()) {
            end(flush);
            return;
        }
        underWay = some.size();
        var _ = stores.save(request(some)).whenComplete((reply, failure) -> {
            if (failure == null) {
                meters.cursorsSaved().increment(some.size());
            } else {
                meters.savesFailed().increment();
                some.forEach(unsaved::putIfAbsent);
            }
            underWay = 0;
            if (failure == null && some.size() == PER_REQUEST) {
                saveSome(flush);
            } else {
                end(flush);
            }
        });
    }

    private void end(CompletableFuture<Void> flush) {
        flushing.set(null);
        flush.complete(null);
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
