package io.hawser.room.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransientsTest {
    private static final int FAULTY = -1;

    private final List<String> served = new ArrayList<>();
    private final Transients<Turns> transients = new Transients<>(Gathered::new);
    private int membersMet;

    /** A broadcast whose run needs so many turns. */
    private record Turns(String name, int needed) {}

    @Test
    void anAppThatTakesAllItGetsLeavesAsManyPlacesToOthers() {
        assertThat(added("flood", 100)).isEqualTo(4);
        assertThat(added("other", 100)).isEqualTo(2);
        assertThat(added("flood", 1)).isZero();
        finishAll();
        assertThat(added("other", 100)).isEqualTo(4);
    }

    @Test
    void appsTakeTurnsAndAnAppsAudiencesGoSideBySideInTheirOrder() {
        add("a", "vips", "a1", 2);
        add("a", "rest", "a2", 3);
        add("b", "vips", "b1", 2);
        transients.goOn(10);
        add("a", "news", "a3", 1);
        finishAll();
        assertThat(served).containsExactly("a1", "a2", "b1", "a1", "a2", "a3", "b1", "a2");
        assertThat(transients.isEmpty()).isTrue();
    }

    @Test
    void whatComesWhileAnAudienceIsServedGoesTogetherInTheNextRun() {
        add("a", "vips", "a1", 2);
        transients.goOn(10);
        add("a", "vips", "a2", 1);
        add("a", "vips", "a3", 1);
        add("a", "vips", "a4", 1);
        finishAll();
        assertThat(served).containsExactly("a1", "a1", "a2+a3", "a4");
        assertThat(added("a", 100)).isEqualTo(4);
    }

    @Test
    void oneThatMeetsAFaultIsOverAndTheNextHasItsTurn() {
        add("a", "vips", "a1", FAULTY);
        add("a", "rest", "a2", 1);
        assertThatThrownBy(() -> transients.goOn(10)).hasMessage("a fault");
        finishAll();
        assertThat(served).containsExactly("a2");
        assertThat(added("a", 100)).isEqualTo(4);
    }

    @Test
    void howManyMembersMeetBroadcastsToManyAudiencesInATurnIsBounded() {
        for (int i = 0; i < 64; i++) {
            transients.add("a", List.of("group-" + i), new Turns("a" + i, 1), 1_000);
        }
        transients.goOn(256);
        assertThat(membersMet).isEqualTo(64 * 64);
        add("a", "vips", "alone", 1);
        transients.goOn(256);
        assertThat(membersMet).isEqualTo(64 * 64 + 256);
    }

    private int added(String app, int asked) {
        int added = 0;
        for (int i = 0; i < asked; i++) {
            added += add(app, "all", app, 1) ? 1 : 0;
        }
        return added;
    }

    private boolean add(String app, String group, String name, int turns) {
        return transients.add(app, List.of(group), new Turns(name, turns), 8);
    }

    private void finishAll() {
        while (!transients.isEmpty()) {
            transients.goOn(10);
        }
    }

    /** Holds two. */
    private final class Gathered implements Transients.Run<Turns> {
        private final List<String> names = new ArrayList<>();
        private int left;
        private boolean begun;

        Gathered(Turns first) {
            names.add(first.name);
            left = first.needed;
        }

        @Override
        public boolean add(Turns next) {
            return !begun && names.size() < 2 && names.add(next.name);
        }

        @Override
        public int size() {
            return names.size();
        }

        @Override
        public boolean goOn(int members) {
            if (left == FAULTY) {
                throw new IllegalStateException("a fault");
            }
            begun = true;
            served.add(String.join("+", names));
            membersMet += members;
            left--;
            return left > 0;
        }
    }
}
