package io.hawser.center.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.App;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How fast broadcasts go. */
class PaceTest {
    @ParameterizedTest
    @CsvSource({
        "10000, 0, 0, 0, false",
        "10000, 0, 7, 7, false",
        "10000, 50, 0, 50, false",
        "10000, 50, 70, 50, false",
        "10001, 0, 0, 20000, true",
        "10001, 0, 30000, 30000, true",
        "10001, 500, 0, 500, true",
        "10001, 50000, 0, 20000, true",
        "10001, 50000, 60000, 50000, true"
    })
    void isWhatIsAskedForWithinTheAppsMaximumElseThePlatformsWhereItIsLarge(
            long size, int most, int asked, int pace, boolean serial) {
        App app = App.newBuilder().setMaxBroadcastMembersPerSecond(most).build();
        assertThat(Pace.of(app, size, asked, BroadcastSettings.defaults())).isEqualTo(new Pace(pace, serial));
    }

    @Test
    void anAppOfUnknownSizeIsLarge() {
        assertThat(Pace.of(App.getDefaultInstance(), AppSizes.UNKNOWN, 0, BroadcastSettings.defaults()))
                .isEqualTo(new Pace(20_000, true));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 7, 7", "5, 0, 5", "5, 7, 5", "5, 3, 3"})
    void aListGoesNoFasterThanTheAppMaySend(int sends, int asked, int pace) {
        App app = App.newBuilder().setMaxSendsPerSecond(sends).build();
        assertThat(Pace.ofList(app, 10_000, asked, BroadcastSettings.defaults()))
                .isEqualTo(new Pace(pace, false));
    }
}
