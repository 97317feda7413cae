package io.hawser.room;

import io.hawser.room.connection.DrainPlan;
import io.hawser.wire.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * How a room is emptied before it stops. As many as are to go each second come to the other rooms, and bind there.
 *
 * @param movesPerSecond clients that are asked to go, each second; more where {@code --drain-timeout} is too short
 * @param goWithin the time over which each draws the moment at which it goes; a quarter of the drain at most
 * @param retryAfter when those who connect meanwhile are told to come again, give or take a half
 */
public record DrainConfig(int movesPerSecond, Duration goWithin, Duration retryAfter) {
    /** Clients are asked in the first half of a drain … */
    private static final int ASK_SHARE = 2;
    /** … go within a quarter of it, and are closed in the next eighth. */
    private static final int GO_SHARE = 4;

    private static final int CLOSE_SHARE = 8;

    public DrainConfig {
        Bounds.within("movesPerSecond", movesPerSecond, 1, 1_000_000);
        Bounds.within("goWithin ms", goWithin.toMillis(), 0, 3_600_000);
        Bounds.within("retryAfter ms", retryAfter.toMillis(), 0, 3_600_000);
    }

    public static DrainConfig defaults() {
        return new DrainConfig(2_000, Duration.ofSeconds(5), Duration.ofSeconds(2));
    }

    /** Returns what each of so many event loops is to do. */
    DrainPlan plan(Duration atMost, int loops, Function<String, List<String>> alternatives) {
        Duration quarter = atMost.dividedBy(GO_SHARE);
        return new DrainPlan(
                (double) movesPerSecond / loops,
                atMost.dividedBy(ASK_SHARE),
                goWithin.compareTo(quarter) < 0 ? goWithin : quarter,
                atMost.dividedBy(CLOSE_SHARE),
                alternatives);
    }
}
