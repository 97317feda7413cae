package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.room.overload.Level;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Error;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who goes while a room is overloaded, and how it is told. */
final class ReliefTest {
    private final Desk desk = new Desk();

    @Test
    void whoHasMadeNoBindingGoesFirst() {
        desk.greeted();
        strain(Level.OVERLOADED);
        Error last = desk.next(FrameType.ERROR, Error.parser());
        assertThat(last.getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
        assertThat(last.getCloses()).isTrue();
        assertThat(last.getRetryAfterMs()).isBetween(5_000, 15_000);
    }

    @Test
    void whoIsBoundStaysUntilItIsCritical() {
        desk.bound(0, 0);
        strain(Level.OVERLOADED);
        assertThat(desk.isSilent()).isTrue();
        strain(Level.CRITICAL);
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getDetail()).isEqualTo("room: overloaded");
    }

    @Test
    void whoDoesNotReadIsClosedWithoutAWordWhenItIsCritical() {
        desk.bound(0, 0);
        desk.writable(false);
        strain(Level.CRITICAL);
        assertThat(desk.channel.isOpen()).isFalse();
        assertThat(desk.isSilent()).isTrue();
    }

    @Test
    void whoLeavesMoreUnreadThanMayWaitNowIsClosedWithoutAWord() {
        desk.bound(0, 0);
        leaveUnread(desk.channel.config().getWriteBufferHighWaterMark() / 2);
        strain(Level.CRITICAL);
        assertThat(desk.channel.isOpen()).isFalse();
        assertThat(desk.isSilent()).isTrue();
    }

    /** Though nothing told of it: to its channel there was room all the time. */
    @Test
    void whoHasReadOnGoesAsOthersDo() {
        desk.bound(0, 0);
        leaveUnread(desk.channel.config().getWriteBufferHighWaterMark() * 3 / 4);
        strain(Level.BUSY);
        desk.channel.flush();
        desk.channel.releaseOutbound();
        desk.loop.shed(Level.CRITICAL, 10);
        desk.settle();
        assertThat(desk.isSilent()).isTrue();
        desk.loop.shed(Level.CRITICAL, 10);
        desk.settle();
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCloses()).isTrue();
    }

    private void leaveUnread(int bytes) {
        var _ = desk.channel.write(Unpooled.buffer(bytes).writeZero(bytes));
    }

    @Test
    void nobodyGoesWhileItIsBusy() {
        desk.greeted();
        strain(Level.BUSY);
        assertThat(desk.isSilent()).isTrue();
    }

    @Test
    void lessMayWaitForEachClientAtEachLevel() {
        desk.bound(0, 0);
        int normally = desk.channel.config().getWriteBufferHighWaterMark();
        strain(Level.OVERLOADED);
        assertThat(desk.channel.config().getWriteBufferHighWaterMark()).isEqualTo(normally / 4);
        strain(Level.NORMAL);
        assertThat(desk.channel.config().getWriteBufferHighWaterMark()).isEqualTo(normally);
    }

    @Test
    void fewerMailboxesAreLoadedAtEachLevel() {
        Relief relief = desk.loop.relief();
        assertThat(relief.loads(128)).isEqualTo(128);
        relief.enter(Level.CRITICAL);
        assertThat(relief.loads(128)).isEqualTo(2);
        assertThat(relief.loads(8)).isEqualTo(1);
    }

    private void strain(Level level) {
        if (level.isAtLeast(Level.OVERLOADED)) {
            desk.admission.overloaded(Duration.ofSeconds(10));
        }
        desk.loop.strain(level);
        desk.loop.shed(level, 10);
        desk.settle();
    }
}
