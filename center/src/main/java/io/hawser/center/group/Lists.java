package io.hawser.center.group;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Function;

/** Lists that callers give: bounded, each entry checked, and named by its place where it is refused. */
public final class Lists {
    private Lists() {}

    /**
     * Returns what the entries stand for, each once, in the order of their first mention.
     *
     * @param read makes an entry what it stands for, or throws
     * @throws HawserException INVALID_ARGUMENT with the entry's place: {@code users[17]: …}
     */
    public static <E, T> List<T> distinct(String name, List<E> given, int max, Function<E, T> read) {
        if (given.isEmpty() || given.size() > max) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, name + ": " + given.size() + " (expected: 1 to " + max + ")");
        }
        SequencedSet<T> entries = LinkedHashSet.newLinkedHashSet(given.size());
        for (int i = 0; i < given.size(); i++) {
            entries.add(entry(name, i, given.get(i), read));
        }
        return new ArrayList<>(entries);
    }

    private static <E, T> T entry(String name, int at, E given, Function<E, T> read) {
        try {
            return read.apply(given);
        } catch (HawserException refusal) {
            throw HawserException.refusal(refusal.code(), name + "[" + at + "]: " + refusal.getMessage());
        }
    }
}
