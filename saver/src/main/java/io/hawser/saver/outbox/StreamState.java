package io.hawser.saver.outbox;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.StateEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What is known of a stream while its row is locked; written back with the transaction that changes it. */
final class StreamState {
    private static final int NOTHING = 0;
    static final int ONLINE = 1;
    static final int OFFLINE = 2;

    final StreamId id;
    /** Highest number stored, by installation; the one that stored last comes last. */
    private final SequencedMap<ByteString, Long> stored = new LinkedHashMap<>();

    private RecentEvents recent = new RecentEvents();
    private long lastOrdinal;
    private long lastUndelivered;
    private int told;
    private long stampVersion;
    private long stampCounter;

    StreamState(StreamId id) {
        this.id = id;
    }

    void restore(long ordinal, int told, long stampVersion, long stampCounter, RecentEvents recent) {
        this.lastOrdinal = ordinal;
        this.told = told;
        this.stampVersion = stampVersion;
        this.stampCounter = stampCounter;
        this.recent = recent;
    }

    void restoreUndelivered(long ordinal) {
        lastUndelivered = ordinal;
    }

    long stored(ByteString nonce) {
        return stored.getOrDefault(nonce, 0L);
    }

    void store(ByteString nonce, long number) {
        stored.putLast(nonce, number);
    }

    /** Those that stored last, where there are more than {@code most}; else none. */
    List<ByteString> newestOfMoreThan(int most) {
        return stored.size() <= most
                ? List.of()
                : stored.sequencedKeySet().stream().skip(stored.size() - most).toList();
    }

    /** Places the next item: its own ordinal, and that of the one to go before it. */
    Place next() {
        Place place = new Place(lastOrdinal + 1, lastUndelivered);
        lastOrdinal = place.ordinal;
        lastUndelivered = place.ordinal;
        return place;
    }

    /**
     * Hears that the endpoint is online or offline, and returns whether that is news. What is older than the newest that
     * was heard of is not, by the order it has, or by its stamp; of one order ONLINE is older than OFFLINE.
     */
    boolean hears(StateEvent event) {
        int state = event.getKind() == EventKind.EVENT_ONLINE ? ONLINE : OFFLINE;
        Stamp order = event.hasOrder() ? event.getOrder() : event.getStamp();
        if (!isNewer(order, state)) {
            return false;
        }
        boolean news = told != state;
        told = state;
        stampVersion = order.getMembershipVersion();
        stampCounter = order.getCounter();
        return news;
    }

    private boolean isNewer(Stamp stamp, int state) {
        if (told == NOTHING) {
            return true;
        }
        int byVersion = Long.compareUnsigned(stamp.getMembershipVersion(), stampVersion);
        int byStamp = byVersion != 0 ? byVersion : Long.compareUnsigned(stamp.getCounter(), stampCounter);
        return byStamp > 0 || (byStamp == 0 && state > told);
    }

    RecentEvents recent() {
        return recent;
    }

    long lastOrdinal() {
        return lastOrdinal;
    }

    int told() {
        return told;
    }

    long stampVersion() {
        return stampVersion;
    }

    long stampCounter() {
        return stampCounter;
    }

    /** Where an item stands in its stream. */
    record Place(long ordinal, long afterOrdinal) {}
}
