package io.hawser.room.broadcast;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Members of an app or of a group on one event loop, without holes: each knows its place, so that leaving is cheap. */
final class Crowd {
    private static final @Nullable Member[] NONE = {};

    private final String name;
    private @Nullable Member[] members = NONE;
    private int size;

    Crowd(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    int size() {
        return size;
    }

    @Nullable
    Member get(int at) {
        return members[at];
    }

    /** Returns its place. */
    int add(Member member) {
        if (size == members.length) {
            members = Arrays.copyOf(members, Math.max(4, size + (size >> 1)));
        }
        members[size] = member;
        return size++;
    }

    /** Puts the last one into the place, and returns it; null where it was the last itself. */
    @Nullable
    Member removeAt(int place) {
        size--;
        Member last = members[size];
        members[place] = last;
        members[size] = null;
        if (size == 0) {
            members = NONE;
        } else if (size < members.length / 4) {
            members = Arrays.copyOf(members, 2 * size);
        }
        return place == size ? null : last;
    }
}
