package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.ReadOutboxReply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the store what this memory was not told of: all there is in slots that were taken over; then, now and then,
 * what was stored since by others, or by savers whose answer was lost. For the owner alone.
 *
 * <p>Ids grow with time, so what was stored lately has ids above the highest that was seen a while ago. An id is given
 * before its transaction is committed: the while is longer than any transaction lasts.
 */
final class OutboxScan {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxScan.class);

    private static final long LOOK_BACK_MS = 60_000;
    private static final long ALL_AGAIN_MS = 600_000;
    private static final int READ_AGAIN_MS = 1_000;

    private final Streams streams;
    private final Callbacks callbacks;
    private final OutboxStore store;
    private final OwnerLoop loop;
    private final Held held;
    private final ForwardMeters meters;
    private long highestSeen;
    /** Highest ids seen at the ends of the two last whiles. */
    private long before;

    private long longBefore;
    private long whileEndsMs = System.nanoTime() / 1_000_000 + LOOK_BACK_MS;
    private long allAgainMs = System.nanoTime() / 1_000_000 + ALL_AGAIN_MS;

    OutboxScan(
            Streams streams,
            Callbacks callbacks,
            Endings endings,
            OutboxStore store,
            OwnerLoop loop,
            Held held,
            ForwardMeters meters) {
        this.streams = streams;
        this.callbacks = callbacks;
        this.store = store;
        this.loop = loop;
        this.held = held;
        this.meters = meters;
        endings.whenRoom(this::goOn);
    }

    /** An item came from who stored it. */
    void fresh(OutboxItem item) {
        highestSeen = Math.max(highestSeen, item.getId());
        if (!streams.offer(item)) {
            leftOut(streams.app(item.getApp()), item);
        }
    }

    /** The app's callbacks are others now: what was passed over may be for one that is up. */
    void changed(String id) {
        AppQueue app = streams.app(id);
        for (Share share : List.copyOf(app.shares())) {
            if (share.wasPassedOver()) {
                scan(app, share.takePassedOver());
            }
        }
        app.forgetUnusedShares();
    }

    /** Reads all that is undelivered in the slots owned. */
    CompletableFuture<Void> all() {
        return from(0);
    }

    /** Reads what was stored lately; now and then all there is, for no bookkeeping is above doubt. */
    CompletableFuture<Void> lately() {
        long nowMs = System.nanoTime() / 1_000_000;
        if (nowMs >= allAgainMs) {
            allAgainMs = nowMs + ALL_AGAIN_MS;
            return from(0);
        }
        long seenByNow = highestSeen;
        return from(longBefore).thenRunAsync(() -> whileIsOver(nowMs, seenByNow), loop);
    }

    /** Moved on by scans that worked alone: what one could not see, the next one looks for. */
    private void whileIsOver(long nowMs, long seen) {
        if (nowMs >= whileEndsMs) {
            longBefore = before;
            before = seen;
            whileEndsMs = nowMs + LOOK_BACK_MS;
        }
    }

    /** Completes once it is known which apps there are to read; fails where no saver told. */
    private CompletableFuture<Void> from(long id) {
        if (streams.owned().isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return store.apps()
                .thenAcceptAsync(apps -> apps.getAppsList().forEach(app -> scan(streams.app(app), id)), loop);
    }

    private void scan(AppQueue app, long from) {
        if (app.scanning) {
            app.scanAgainFrom = app.scanAgainFrom < 0 ? from : Math.min(app.scanAgainFrom, from);
            return;
        }
        // Where reading stopped for want of room, all beyond will be read.
        app.cursor = app.more ? Math.min(app.cursor, from) : from;
        app.more = true;
        goOn(app);
    }

    private void goOn(AppQueue app) {
        streams.readSome(app);
        if (app.scanning) {
            return;
        }
        comeBack(app);
        if (app.more && hasMuchRoom(app)) {
            page(app);
        }
    }

    /** For what was passed over, where its callback is up again. */
    private void comeBack(AppQueue app) {
        for (Callback callback : callbacks(app)) {
            Share share = app.share(callback);
            if (share.wasPassedOver() && !app.isStuck(callback) && held.hasMuchRoom(app, share)) {
                long from = share.takePassedOver();
                app.cursor = app.more ? Math.min(app.cursor, from) : from;
                app.more = true;
            }
        }
    }

    /** For all that may be forwarded; where nothing may, some streams are enough to find out when that changes. */
    private boolean hasMuchRoom(AppQueue app) {
        List<Share> up = callbacks(app).stream()
                .filter(callback -> !app.isStuck(callback))
                .map(app::share)
                .toList();
        return up.isEmpty() ? held.hasFewStreams(app) : up.stream().allMatch(share -> held.hasMuchRoom(app, share));
    }

    private List<Callback> callbacks(AppQueue app) {
        App known = callbacks.app(app.app);
        return known == null ? List.of() : known.getCallbacksList();
    }

    /**
     * Reads on beyond an item that there is no room for, where what its callback holds will not go soon, and there is
     * another callback whose items may stand behind; false: it waits for room.
     */
    private boolean passOver(AppQueue app, OutboxItem item) {
        Callback callback = callbacks.of(item);
        boolean passed = app.isStuck(callback) && callbacks(app).stream().anyMatch(other -> !app.isStuck(other));
        if (passed) {
            app.share(callback).passOver(item.getId());
        }
        return passed;
    }

    private void page(AppQueue app) {
        app.scanning = true;
        List<Integer> slots = streams.owned().ranges();
        var _ = store.read(app.app, slots, app.cursor)
                .whenComplete((page, failure) -> loop.execute(() -> {
                    app.scanning = false;
                    if (failure != null) {
                        meters.storeFailures.increment();
                        LOG.debug("The outbox is not read; again soon", failure);
                        loop.after(READ_AGAIN_MS, () -> goOn(app));
                    } else {
                        take(app, page);
                    }
                }));
    }

    private void take(AppQueue app, ReadOutboxReply page) {
        app.more = page.getMore();
        boolean full = false;
        for (OutboxItem item : page.getItemsList()) {
            highestSeen = Math.max(highestSeen, item.getId());
            if (!streams.offer(item)) {
                if (!passOver(app, item)) {
                    app.more = true;
                    full = true;
                    break;
                }
            }
            app.cursor = item.getId();
        }
        if (app.scanAgainFrom >= 0) {
            long from = app.scanAgainFrom;
            app.scanAgainFrom = -1;
            scan(app, from);
        } else if (full) {
            loop.after(READ_AGAIN_MS, () -> goOn(app));
        } else {
            goOn(app);
        }
    }

    private void leftOut(AppQueue app, OutboxItem item) {
        long id = item.getId();
        if (passOver(app, item)) {
            return;
        }
        if (app.scanning) {
            app.scanAgainFrom = app.scanAgainFrom < 0 ? id - 1 : Math.min(app.scanAgainFrom, id - 1);
        } else {
            app.cursor = app.more ? Math.min(app.cursor, id - 1) : id - 1;
            app.more = true;
        }
    }
}
