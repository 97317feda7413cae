package io.hawser.room.broadcast;

import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.wire.v1.BroadcastCursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where in the log a binding begins: the client's cursor, else the copy of it, else the present.
 *
 * @param lostTo entries up to here are gone that the endpoint may not have had; 0: none
 * @param fruitless connections in a row that acknowledged nothing
 * @param heldUntilMs wall clock: nothing is given before
 * @param ahead the copy, where it is of more than the client's cursor
 * @param isNew no copy of the cursor is kept yet
 * @param isReset the client's cursor was of a log that no longer is
 */
record StartingPoint(
        long low,
        List<Long> seen,
        List<Long> missing,
        long lostTo,
        int fruitless,
        long heldUntilMs,
        @Nullable StoredCursor ahead,
        boolean isNew,
        boolean isReset) {
    static StartingPoint of(@Nullable BroadcastCursor given, OpenEndpointReply reply, BroadcastConfig config) {
        StoredCursor copy = reply.getCursor();
        int fruitless = moved(given, copy) ? 0 : copy.getFruitless();
        long heldBackMs = config.heldBackMs(fruitless);
        long heldUntilMs = heldBackMs == 0 ? 0 : copy.getFruitlessMs() + heldBackMs;
        boolean isNew = !reply.hasCursor();
        if (given == null && isNew) {
            return new StartingPoint(reply.getWatermark(), List.of(), List.of(), 0, 0, 0, null, true, false);
        }
        long low = given == null ? copy.getLow() : given.getLow();
        if (Long.compareUnsigned(low, reply.getWatermark()) > 0) {
            return new StartingPoint(
                    reply.getWatermark(), List.of(), List.of(), 0, fruitless, heldUntilMs, null, isNew, true);
        }
        long trimmedTo = Math.min(reply.getTrimmedTo(), reply.getWatermark());
        long from = Math.max(low, trimmedTo);
        List<Long> seen = given == null ? copy.getSeenList() : given.getSeenList();
        List<Long> missing = given == null ? copy.getMissingList() : given.getMissingList();
        return new StartingPoint(
                from,
                within(seen, from, reply.getWatermark()),
                within(missing, trimmedTo, low),
                low < trimmedTo ? trimmedTo : 0,
                fruitless,
                heldUntilMs,
                Long.compareUnsigned(copy.getLow(), from) > 0 ? copy : null,
                isNew,
                false);
    }

    /** Whether the client has come further than the copy says: it does acknowledge. */
    private static boolean moved(@Nullable BroadcastCursor given, StoredCursor copy) {
        return given != null
                && (Long.compareUnsigned(given.getLow(), copy.getLow()) > 0
                        || given.getSeenList().stream()
                                .anyMatch(seen -> seen > copy.getLow()
                                        && !copy.getSeenList().contains(seen)));
    }

    /** Those above {@code above}, up to {@code upTo}. */
    private static List<Long> within(List<Long> numbers, long above, long upTo) {
        return numbers.stream()
                .filter(number -> number > above && number <= upTo)
                .sorted()
                .distinct()
                .toList();
    }

    BroadcastCursor cursor() {
        return BroadcastCursor.newBuilder()
                .setLow(low)
                .addAllSeen(seen)
                .addAllMissing(missing)
                .build();
    }
}
