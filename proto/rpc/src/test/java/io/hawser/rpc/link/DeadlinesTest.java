package io.hawser.rpc.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wheel, run by hand. */
final class DeadlinesTest {
    private static final long TICK = 10;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<PendingCall<?>> expired = new ArrayList<>();
    private long now = -5_000_000_000L;
    private final Deadlines deadlines = new Deadlines(channel.eventLoop(), () -> now, TICK, expired::add);

    @Test
    void aCallExpiresAtItsDeadlineAndAtMostATickLate() {
        PendingCall<?> call = callDueIn(95);
        deadlines.add(call);
        moveBy(94);
        assertThat(expired).isEmpty();
        moveBy(TICK + 1);
        assertThat(expired).containsExactly(call);
    }

    @Test
    void aCallThatWasAnsweredDoesNotExpire() {
        PendingCall<?> first = callDueIn(50);
        PendingCall<?> second = callDueIn(50);
        PendingCall<?> third = callDueIn(50);
        List.of(first, second, third).forEach(deadlines::add);
        deadlines.remove(second);
        deadlines.remove(second);
        moveBy(100);
        assertThat(expired).containsExactlyInAnyOrder(first, third);
    }

    @Test
    void aDeadlineBeyondARevolutionWaitsForItsOwn() {
        PendingCall<?> call = callDueIn(100_000);
        deadlines.add(call);
        for (int i = 0; i < 9_999; i++) {
            moveBy(TICK);
        }
        assertThat(expired).isEmpty();
        moveBy(2 * TICK);
        assertThat(expired).containsExactly(call);
    }

    @Test
    void aDeadlineThatIsOverExpiresAtTheNextTick() {
        moveBy(1_000);
        PendingCall<?> call = callDueIn(-500);
        deadlines.add(call);
        moveBy(2 * TICK);
        assertThat(expired).containsExactly(call);
    }

    @Test
    void aLoopThatWasAwayForLongExpiresAllThatIsDue() {
        for (int due = 0; due < 2_000; due++) {
            deadlines.add(callDueIn(due * TICK));
        }
        moveBy(1_000_000);
        assertThat(expired).hasSize(2_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void noneIsEarlyAndNoneIsForgotten(long seed) {
        Random random = new Random(seed);
        int added = 0;
        for (int step = 0; step < 3_000; step++) {
            if (random.nextInt(3) > 0) {
                deadlines.add(callDueIn(random.nextInt(20_000)));
                added++;
            }
            moveBy(random.nextInt(3 * (int) TICK));
            assertThat(expired).as("seed %d", seed).allMatch(call -> call.deadlineNanos <= now);
        }
        moveBy(30_000);
        assertThat(expired).as("seed %d", seed).hasSize(added);
    }

    @Test
    void nothingTicksWhileNothingIsPending() {
        PendingCall<?> call = callDueIn(50);
        deadlines.add(call);
        deadlines.remove(call);
        moveBy(100);
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    }

    private void moveBy(long nanos) {
        now += nanos;
        channel.freezeTime();
        channel.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        deadlines.advance();
    }

    @SuppressWarnings("NullAway") // A call that is never answered needs no stream.
    private PendingCall<AcknowledgeReply> callDueIn(long nanos) {
        return new PendingCall<>(null, Echo.METHOD, "", ByteString.EMPTY, now + nanos);
    }
}
