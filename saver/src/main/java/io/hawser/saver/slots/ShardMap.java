package io.hawser.saver.slots;

import io.hawser.rpc.id.Slot;
import io.hawser.saver.batch.Sql;
import io.hawser.saver.batch.StoreTransactions;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Which server has the rows of which slots. */
public final class ShardMap {
    private static final int MAX_ATTEMPTS = 5;

    private final String[] shardOf;

    /** Slots from one to another, both included. */
    record Range(int first, int last, String shard) {}

    private ShardMap(String[] shardOf) {
        this.shardOf = shardOf;
    }

    /**
     * Reads the map. Blocks.
     *
     * @throws HawserException FAILED_PRECONDITION where a slot is in no range, or in two; UNAVAILABLE
     */
    public static ShardMap read(DataSource database, MeterRegistry meters) {
        return of(new StoreTransactions(database, MAX_ATTEMPTS, meters)
                .run(connection -> Sql.list(
                        connection,
                        "SELECT first_slot, last_slot, shard FROM slot_shard ORDER BY first_slot",
                        row -> new Range(row.getInt(1), row.getInt(2), Sql.text(row, "shard")))));
    }

    static ShardMap of(List<Range> ranges) {
        @Nullable String[] shards = new String[Slot.COUNT];
        for (Range range : ranges) {
            if (range.first < 0 || range.first > range.last || range.last >= Slot.COUNT) {
                throw refusal(range.first + " to " + range.last, "0 to " + (Slot.COUNT - 1));
            }
            for (int slot = range.first; slot <= range.last; slot++) {
                if (shards[slot] != null) {
                    throw refusal("slot " + slot + " is on " + shards[slot] + " and on " + range.shard, "one of them");
                }
                shards[slot] = range.shard;
            }
        }
        return new ShardMap(whole(shards));
    }

    private static String[] whole(@Nullable String[] shards) {
        String[] whole = new String[shards.length];
        for (int slot = 0; slot < whole.length; slot++) {
            String shard = shards[slot];
            if (shard == null) {
                throw refusal("slot " + slot + " is nowhere", "a range for each slot");
            }
            whole[slot] = shard;
        }
        return whole;
    }

    private static HawserException refusal(String what, String expected) {
        return HawserException.refusal(
                ErrorCode.FAILED_PRECONDITION, "slot_shard: " + what + " (expected: " + expected + ")");
    }

    public boolean isOn(String shard, int slot) {
        return shardOf[slot].equals(shard);
    }

    /** Tells of the slots that are elsewhere: how many, by server; empty: there are none. */
    public String elsewhere(String shard) {
        Map<String, Long> others = Arrays.stream(shardOf)
                .filter(other -> !other.equals(shard))
                .collect(Collectors.groupingBy(other -> other, TreeMap::new, Collectors.counting()));
        return others.entrySet().stream()
                .map(other -> other.getValue() + " slots are on " + other.getKey())
                .collect(Collectors.joining(", "));
    }
}
