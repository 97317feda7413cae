package io.hawser.center.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AppSizesTest {
    private static final Duration MAX_AGE = Duration.ofSeconds(10);
    private final HawserException silent =
            HawserException.refusal(ErrorCode.DEADLINE_EXCEEDED, "register-1: no answer in time");
    private final AtomicLong nowNanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private CompletableFuture<Long> answer = CompletableFuture.completedFuture(7L);
    private final AppSizes sizes = new AppSizes(
            app -> {
                asked.incrementAndGet();
                return answer;
            },
            MAX_AGE,
            nowNanos::get);

    @Test
    void aNumberIsAskedForAgainWhenItIsOld() {
        assertThat(sizes.sessions("demo")).isCompletedWithValue(7L);
        answer = CompletableFuture.completedFuture(8L);
        assertThat(sizes.sessions("demo")).isCompletedWithValue(7L);
        pass(MAX_AGE);
        assertThat(sizes.sessions("demo")).isCompletedWithValue(8L);
        assertThat(asked).hasValue(2);
    }

    @Test
    void whileARegisterIsSilentTheLastNumberStandsInAndItIsAskedEachTime() {
        assertThat(sizes.sessions("demo")).isCompletedWithValue(7L);
        pass(MAX_AGE);
        answer = CompletableFuture.failedFuture(silent);
        assertThat(sizes.sessions("demo")).isCompletedWithValue(7L);
        assertThat(sizes.sessions("demo")).isCompletedWithValue(7L);
        assertThat(asked).hasValue(3);
        answer = CompletableFuture.completedFuture(9L);
        assertThat(sizes.sessions("demo")).isCompletedWithValue(9L);
    }

    @Test
    void whatWasHeardLongAgoSaysNothing() {
        assertThat(sizes.sessions("demo")).isCompletedWithValue(7L);
        pass(AppSizes.REMEMBERED);
        answer = CompletableFuture.failedFuture(silent);
        assertThat(sizes.sessions("demo")).isCompletedWithValue(AppSizes.UNKNOWN);
    }

    @Test
    void anAppOfWhichNothingWasHeardIsUnknown() {
        answer = CompletableFuture.failedFuture(silent);
        assertThat(sizes.sessions("demo")).isCompletedWithValue(AppSizes.UNKNOWN);
    }

    private void pass(Duration time) {
        nowNanos.addAndGet(time.toNanos());
    }
}
