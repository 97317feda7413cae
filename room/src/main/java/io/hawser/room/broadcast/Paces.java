package io.hawser.room.broadcast;

import io.hawser.rpc.v1.PaceGrant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What centers granted, by entry. May be used by any thread. */
final class Paces {
    /** Far more than tasks can run; centers grant again what is left out. */
    private static final int MAX_PACES = 65_536;

    private record Key(String app, long bseq) {}

    private final Map<Key, Pace> paces = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    Paces(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void grant(PaceGrant grant) {
        long nowNanos = nanoTime.getAsLong();
        Key key = new Key(grant.getApp(), grant.getBseq());
        if (paces.size() < MAX_PACES || paces.containsKey(key)) {
            paces.computeIfAbsent(key, absent -> new Pace(nowNanos))
                    .grant(
                            Integer.toUnsignedLong(grant.getMembersPerSecond()),
                            Integer.toUnsignedLong(grant.getValidMs()),
                            nowNanos);
        }
    }

    int take(String app, long bseq, int wanted) {
        Pace pace = paces.get(new Key(app, bseq));
        return pace == null ? 0 : pace.take(wanted, nanoTime.getAsLong());
    }

    void giveBack(String app, long bseq, int unused) {
        Pace pace = paces.get(new Key(app, bseq));
        if (pace != null && unused > 0) {
            pace.giveBack(unused);
        }
    }

    /** Forgets grants that are over. */
    void sweep() {
        long nowNanos = nanoTime.getAsLong();
        paces.values().removeIf(pace -> pace.isOver(nowNanos));
    }
}
