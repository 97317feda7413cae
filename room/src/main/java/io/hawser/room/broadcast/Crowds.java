package io.hawser.room.broadcast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The members of an app on one event loop: all, and those of each group. */
final class Crowds {
    private final Crowd all = new Crowd("");
    private final Map<String, Crowd> groups = new HashMap<>();

    /** Returns its place among all. */
    int enter(Member member) {
        return all.add(member);
    }

    void leave(Member member) {
        Member moved = all.removeAt(member.place());
        if (moved != null) {
            moved.movedTo(member.place());
        }
    }

    Crowd of(String group) {
        return groups.computeIfAbsent(group, Crowd::new);
    }

    void forgetIfEmpty(Crowd crowd) {
        if (crowd.size() == 0) {
            groups.remove(crowd.name(), crowd);
        }
    }

    /** Those of any of these groups; all, where none is named. */
    List<Crowd> audience(List<String> names) {
        if (names.isEmpty()) {
            return List.of(all);
        }
        List<Crowd> audience = new ArrayList<>(names.size());
        for (String name : names) {
            Crowd crowd = groups.get(name);
            if (crowd != null) {
                audience.add(crowd);
            }
        }
        return audience;
    }

    void forEach(Consumer<Member> found) {
        for (int i = 0; i < all.size(); i++) {
            Member member = all.get(i);
            if (member != null) {
                found.accept(member);
            }
        }
    }
}
