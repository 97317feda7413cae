package io.hawser.room.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransientsTest {
    private final Transients transients = new Transients();
    private final List<String> served = new ArrayList<>();
    private int membersMet;

    @Test
    void anAppThatTakesAllItGetsLeavesAsManyPlacesToOthers() {
        assertThat(added("flood", 100)).isEqualTo(4);
        assertThat(added("other", 100)).isEqualTo(2);
        assertThat(added("flood", 1)).isZero();
        finishAll();
        assertThat(added("other", 100)).isEqualTo(4);
    }

    @Test
    void appsTakeTurnsAndAnAppsGoSideBySideInTheirOrder() {
        add("a", "a1", 2);
        add("a", "a2", 3);
        add("b", "b1", 2);
        transients.goOn(10);
        add("a", "a3", 1);
        finishAll();
        assertThat(served).containsExactly("a1", "a2", "b1", "a1", "a2", "a3", "b1", "a2");
        assertThat(transients.isEmpty()).isTrue();
    }

    @Test
    void oneThatMeetsAFaultIsOverAndTheNextHasItsTurn() {
        transients.add(
                new Transients.Job() {
                    @Override
                    public String app() {
                        return "a";
                    }

                    @Override
                    public boolean goOn(int members) {
                        throw new IllegalStateException("a fault");
                    }
                },
                8);
        add("a", "a2", 1);
        assertThatThrownBy(() -> transients.goOn(10)).hasMessage("a fault");
        finishAll();
        assertThat(served).containsExactly("a2");
    }

    @Test
    void howManyMembersMeetManyBroadcastsInATurnIsBounded() {
        for (int i = 0; i < 64; i++) {
            transients.add(new Counted("a", "a" + i, 1), 1_000);
        }
        transients.goOn(256);
        assertThat(membersMet).isEqualTo(64 * 64);
        add("a", "alone", 1);
        transients.goOn(256);
        assertThat(membersMet).isEqualTo(64 * 64 + 256);
    }

    private int added(String app, int asked) {
        int added = 0;
        for (int i = 0; i < asked; i++) {
            added += add(app, app, 1) ? 1 : 0;
        }
        return added;
    }

    private boolean add(String app, String name, int turns) {
        return transients.add(new Counted(app, name, turns), 8);
    }

    private void finishAll() {
        while (!transients.isEmpty()) {
            transients.goOn(10);
        }
    }

    private final class Counted implements Transients.Job {
        private final String app;
        private final String name;
        private int left;

        Counted(String app, String name, int turns) {
            this.app = app;
            this.name = name;
            this.left = turns;
        }

        @Override
        public String app() {
            return app;
        }

        @Override
        public boolean goOn(int members) {
            served.add(name);
            membersMet += members;
            left--;
            return left > 0;
        }
    }
}
