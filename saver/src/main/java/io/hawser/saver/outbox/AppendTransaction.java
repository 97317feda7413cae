package io.hawser.saver.outbox;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.OutboxItem;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Appends to many streams in one transaction, each in the order given.
 *
 * <p>Six statements however many there are: streams locked, read, what is undelivered of them, marks read; then items,
 * and what changed.
 */
final class AppendTransaction {
    private final Connection connection;
    private final long nowMs;
    private final Predicate<Append> hasRoom;

    /** Those that {@code hasRoom} refuses, by their app's bound, are told as such where they would have been stored. */
    AppendTransaction(Connection connection, long nowMs, Predicate<Append> hasRoom) {
        this.connection = connection;
        this.nowMs = nowMs;
        this.hasRoom = hasRoom;
    }

    /** Returns what came of each, in the order given. */
    List<Outcome> run(List<? extends Append> appends) throws SQLException {
        Map<ByteString, StreamState> states =
                StreamRows.lock(connection, appends.stream().map(Append::stream).toList(), nowMs);
        List<Append.Uplink> uplinks = appends.stream()
                .filter(Append.Uplink.class::isInstance)
                .map(Append.Uplink.class::cast)
                .toList();
        List<StreamRows.Mark> marks =
                uplinks.isEmpty() ? List.of() : StreamRows.readInstallations(connection, states, uplinks);
        List<Outcome> decided = new ArrayList<>(appends.size());
        for (Append append : appends) {
            decided.add(decide(append, state(states, append)));
        }
        List<Outcome> stored = store(decided);
        StreamRows.write(connection, states.values(), nowMs);
        if (!uplinks.isEmpty()) {
            StreamRows.writeInstallations(connection, marks(stored));
            StreamRows.forgetInstallations(connection, states.values(), marks);
        }
        return stored;
    }

    private Outcome decide(Append append, StreamState state) {
        ByteString nonce = append instanceof Append.Uplink uplink ? uplink.nonce() : ByteString.EMPTY;
        long before = state.stored(nonce);
        if (append.isNew(state) && !hasRoom.test(append)) {
            return new Outcome(append, before, before, null, true);
        }
        OutboxItem item = append.decide(state, nowMs);
        return new Outcome(append, before, state.stored(nonce), item, false);
    }

    private List<Outcome> store(List<Outcome> decided) throws SQLException {
        List<OutboxItem> items = new ArrayList<>(decided.size());
        for (Outcome outcome : decided) {
            if (outcome.item != null) {
                items.add(outcome.item);
            }
        }
        List<OutboxItem> withIds = OutboxRows.insert(connection, items);
        List<Outcome> stored = new ArrayList<>(decided.size());
        int next = 0;
        for (Outcome outcome : decided) {
            stored.add(outcome.item == null ? outcome : outcome.with(withIds.get(next++)));
        }
        return stored;
    }

    private List<StreamRows.Mark> marks(List<Outcome> stored) {
        Map<List<ByteString>, StreamRows.Mark> marks = new LinkedHashMap<>();
        for (Outcome outcome : stored) {
            if (outcome.item != null && outcome.append instanceof Append.Uplink uplink) {
                ByteString stream = uplink.stream().key();
                marks.put(
                        List.of(stream, uplink.nonce()),
                        new StreamRows.Mark(stream, uplink.nonce(), outcome.storedNow, nowMs));
            }
        }
        return List.copyOf(marks.values());
    }

    private static StreamState state(Map<ByteString, StreamState> states, Append append) {
        StreamState state = states.get(append.stream().key());
        if (state == null) {
            throw new IllegalStateException("outbox: a stream that was not locked");
        }
        return state;
    }

    /**
     * What came of an append.
     *
     * @param storedBefore highest number of the installation before it
     * @param storedNow and after it
     * @param item as it was stored; null: nothing was
     * @param refused the app has as much undelivered as it may
     */
    record Outcome(
            Append append,
            long storedBefore,
            long storedNow,
            @Nullable OutboxItem item,
            boolean refused) {
        /** The item, or one without an id. */
        OutboxItem itemOrNone() {
            return item == null ? OutboxItem.getDefaultInstance() : item;
        }

        private Outcome with(OutboxItem stored) {
            return new Outcome(append, storedBefore, storedNow, stored, refused);
        }
    }
}
