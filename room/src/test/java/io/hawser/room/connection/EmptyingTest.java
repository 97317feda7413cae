package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Command;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a client of a loop that is being emptied is told. */
final class EmptyingTest {
    private static final List<String> ROOMS =
            IntStream.range(0, 10).mapToObj(i -> "10.0.0." + i + ":443").toList();

    private final Desk desk = new Desk().bound(0, 0);

    @Test
    void eachIsToldAFewOfTheAddresses() {
        desk.loop.drain(plan(1_000));
        desk.settle();
        Command command = desk.next(FrameType.COMMAND, Command.parser());
        assertThat(command.getMove().getAddressesList()).hasSize(4).doesNotHaveDuplicates();
        assertThat(ROOMS).containsAll(command.getMove().getAddressesList());
        assertThat(command.getMove().getWithinMs()).isEqualTo(3_000);
    }

    @Test
    void manyAreAskedAndClosedAtARateButInTime() {
        assertThat(plan(2).askMs(3)).isEqualTo(1_500);
        assertThat(plan(2).askMs(1_000)).isEqualTo(10_000);
        assertThat(plan(2).closeMs(1_000)).isEqualTo(1_000);
    }

    private static DrainPlan plan(double perSecond) {
        return new DrainPlan(
                perSecond, Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(1), transport -> ROOMS);
    }
}
