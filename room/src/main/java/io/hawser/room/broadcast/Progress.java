package io.hawser.room.broadcast;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hawser.room.connection.Identity;
import io.hawser.rpc.v1.BroadcastProgress;
import io.hawser.rpc.v1.ReportProgressRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many were given each broadcast and acknowledged it, in this life of the room. Counted by any thread, told by one:
 * totals, so that what is told twice counts once.
 */
final class Progress {
    private static final int PER_REPORT = 1_000;

    private record Key(String app, long bseq) {}

    /** One broadcast's totals. */
    static final class Tally {
        private final LongAdder targeted = new LongAdder();
        private final LongAdder sent = new LongAdder();
        private final LongAdder acknowledged = new LongAdder();
        private final AtomicBoolean changed = new AtomicBoolean();
        private volatile boolean over;

        /** It is of an earlier life of the room, and told no more. */
        boolean isOver() {
            return over;
        }

        void targeted(int members) {
            if (members > 0) {
                targeted.add(members);
                changed();
            }
        }

        void sent() {
            sent.increment();
            changed();
        }

        /** It was for so many more, and sent to each. */
        void given(int members) {
            targeted.add(members);
            sent.add(members);
            changed();
        }

        void acknowledged() {
            acknowledged.increment();
            changed();
        }

        private void changed() {
            if (!changed.get()) {
                changed.set(true);
            }
        }
    }

    private final Cache<Key, Tally> tallies;
    private final BroadcastMeters meters;

    Progress(int maxCounted, BroadcastMeters meters) {
        this.meters = meters;
        this.tallies = Caffeine.newBuilder()
                .maximumSize(maxCounted)
                .executor(Runnable::run)
                .build();
    }

    Tally of(String app, long bseq) {
        return tallies.get(new Key(app, bseq), key -> new Tally());
    }

    /** Begins anew: the room is another one to those it tells. */
    void restart() {
        tallies.asMap().forEach((key, tally) -> {
            tallies.asMap().remove(key, tally);
            tally.over = true;
        });
    }

    /** Whether there is something to tell of the broadcast. */
    boolean hasNews(String app, long bseq) {
        Tally tally = tallies.getIfPresent(new Key(app, bseq));
        return tally != null && tally.changed.get();
    }

    /** Tells what changed; from any thread. Completes, in any case, once it is told or failed. */
    CompletableFuture<Void> report(Identity identity, Stores stores) {
        List<Tally> told = new ArrayList<>();
        ReportProgressRequest.Builder report = ReportProgressRequest.newBuilder()
                .setRoom(identity.room())
                .setRoomIncarnation(identity.incarnation().getAsLong());
        for (Map.Entry<Key, Tally> tally : tallies.asMap().entrySet()) {
            if (told.size() < PER_REPORT && tally.getValue().changed.compareAndSet(true, false)) {
                told.add(tally.getValue());
                report.addItems(item(tally.getKey(), tally.getValue()));
            }
        }
        return told.isEmpty() ? CompletableFuture.completedFuture(null) : tell(report.build(), told, stores);
    }

    private CompletableFuture<Void> tell(ReportProgressRequest report, List<Tally> told, Stores stores) {
        return stores.report(report).handle((reply, failure) -> {
            if (failure != null) {
                meters.reportsFailed().increment();
                told.forEach(Tally::changed);
            }
            return null;
        });
    }

    private static BroadcastProgress item(Key key, Tally tally) {
        return BroadcastProgress.newBuilder()
                .setApp(key.app())
                .setBseq(key.bseq())
                .setTargeted(tally.targeted.sum())
                .setSent(tally.sent.sum())
                .setAcknowledged(tally.acknowledged.sum())
                .build();
    }
}
