package io.hawser.room.fair;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AppSharesTest {
    private static final long WHOLE = 8;

    private final AppShares shares = new AppShares();

    private int takeAll(String app) {
        int taken = 0;
        while (shares.mayTake(app, 1, WHOLE)) {
            shares.take(app, 1);
            taken++;
        }
        return taken;
    }

    @Test
    void whoTakesAllItGetsHasHalfAndLeavesHalfOfTheRestToEachThatComes() {
        assertThat(takeAll("one")).isEqualTo(4);
        assertThat(takeAll("two")).isEqualTo(2);
        assertThat(takeAll("three")).isEqualTo(1);
        assertThat(takeAll("four")).isEqualTo(1);
        assertThat(takeAll("five")).isZero();
    }

    @Test
    void whatIsGivenBackMayBeTakenByAnyone() {
        takeAll("one");
        takeAll("two");
        for (int i = 0; i < 4; i++) {
            shares.giveBack("one", 1);
        }
        assertThat(takeAll("two")).isEqualTo(2);
        assertThat(takeAll("one")).isEqualTo(2);
    }

    @Test
    void oneOfAnySizeThatThereIsFindsItsPlaceWhereNobodyElseIs() {
        assertThat(shares.mayTake("one", WHOLE, WHOLE)).isTrue();
        assertThat(shares.mayTake("one", WHOLE + 1, WHOLE)).isFalse();
    }

    @Test
    void nothingTakesNothing() {
        shares.take("one", 0);
        shares.take("one", 0);
        shares.giveBack("one", 0);
        shares.take("one", 3);
        shares.giveBack("one", 0);
        shares.giveBack("one", 3);
        assertThat(shares.mayTake("two", WHOLE, WHOLE)).isTrue();
        assertThat(takeAll("one")).isEqualTo(4);
    }
}
