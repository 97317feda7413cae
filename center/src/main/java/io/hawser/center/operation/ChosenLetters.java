package io.hawser.center.operation;

import io.hawser.center.group.Lists;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;

/** Which dead letters a caller means: some, or all. */
public final class ChosenLetters {
    private static final int MAX_IDS = 1_000;

    private ChosenLetters() {}

    /** Returns the ids of those that are meant, each once; none: all. */
    public static List<Long> of(List<Long> ids, boolean all) {
        if (!all) {
            return Lists.distinct("ids", ids, MAX_IDS, ChosenLetters::id);
        }
        if (!ids.isEmpty()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "ids: " + ids.size() + " (expected: none beside all)");
        }
        return ids;
    }

    private static Long id(Long id) {
        if (id <= 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "id: " + Long.toUnsignedString(id) + " (expected: that of a letter)");
        }
        return id;
    }
}
