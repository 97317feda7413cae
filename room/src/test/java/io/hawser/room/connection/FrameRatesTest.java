package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.keeper.config.ConfigTree;
import io.hawser.room.access.AccessConfig;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Welcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that sends faster than it may, with time in the test's hands. */
final class FrameRatesTest {
    private final Desk desk = new Desk().bound(0, 0);

    @BeforeEach
    void allowTenAndThenOneInTenMilliseconds() {
        configure("{framesPerSecond: 100, bytesPerSecond: 10KiB, burst: 1s, maxPause: 3s}");
    }

    private void configure(String frames) {
        var _ = desk.access.configure(
                new ConfigTree().overlayYaml("test", "frames: " + frames).bind(AccessConfig.class));
    }

    /** Returns what was said besides PONG. */
    private List<Error> ping(int times) {
        return send(times, new byte[0]);
    }

    private List<Error> send(int times, byte[] body) {
        List<Error> said = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            desk.send(FrameType.PING, body);
            for (Frame frame = desk.poll(); frame != null; frame = desk.poll()) {
                if (frame.type() != FrameType.PONG) {
                    said.add(Frames.parse(Error.parser(), frame.body()));
                }
            }
        }
        return said;
    }

    private boolean isRead() {
        return desk.channel.config().isAutoRead();
    }

    @Test
    void aBurstIsFine() {
        assertThat(ping(90)).isEmpty();
        assertThat(isRead()).isTrue();
    }

    @Test
    void beyondTheBurstItIsToldOnceAndNotReadUntilItsTimeHasCome() {
        List<Error> said = ping(200);

        assertThat(said).hasSize(1);
        Error told = said.getFirst();
        assertThat(told.getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
        assertThat(told.getCloses()).isFalse();
        assertThat(told.getRetryAfterMs()).isBetween(1, 1_000);
        assertThat(isRead()).isFalse();
        desk.pass(Duration.ofMillis(500));
        assertThat(isRead()).isFalse();
        desk.pass(Duration.ofMillis(1_200));
        assertThat(isRead()).isTrue();
        assertThat(desk.isSilent()).isTrue();
    }

    @Test
    void whoIsReadAgainHasSomethingToSpare() {
        assertThat(ping(200)).hasSize(1);
        desk.pass(Duration.ofSeconds(2));
        assertThat(ping(40)).isEmpty();
        assertThat(isRead()).isTrue();
    }

    @Test
    void whoSendsAtItsRateForLongIsReadAllTheTime() {
        for (int second = 0; second < 60; second++) {
            assertThat(ping(99)).isEmpty();
            desk.pass(Duration.ofSeconds(1));
            assertThat(isRead()).isTrue();
        }
    }

    @Test
    void bytesCountAsFramesDo() {
        assertThat(send(9, new byte[1_024])).isEmpty();
        assertThat(send(3, new byte[1_024])).hasSize(1);
        assertThat(isRead()).isFalse();
    }

    @Test
    void whatIsNotReadIsNotTakenForSilence() {
        Duration dead = Duration.ofSeconds(150);
        desk.pass(dead.minusSeconds(1));
        assertThat(ping(200)).hasSize(1);
        desk.pass(Duration.ofSeconds(2));

        desk.pass(dead.minusSeconds(1));

        assertThat(desk.connection.wantsFrames()).isTrue();
    }

    @Test
    void whoIsPausedAndDoesNotReadIsReadOnceBothAreOver() {
        assertThat(ping(200)).hasSize(1);
        desk.writable(false);
        desk.writable(true);
        assertThat(isRead()).isFalse();

        desk.writable(false);
        desk.pass(Duration.ofSeconds(2));
        assertThat(isRead()).isFalse();
        desk.writable(true);
        assertThat(isRead()).isTrue();
    }

    @Test
    void whoSendsFarMoreIsClosedAndToldWhenToComeBack() {
        List<Error> said = ping(410);

        assertThat(said).hasSize(2);
        Error last = said.getLast();
        assertThat(last.getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
        assertThat(last.getCloses()).isTrue();
        assertThat(last.getRetryAfterMs()).isGreaterThan(3_000);
        assertThat(desk.connection.wantsFrames()).isFalse();
    }

    @Test
    void aRefusedTokenCostsAsFiftyFrames() {
        Bind forged = Desk.bind(2, "alice").toBuilder().setToken("forged").build();

        desk.send(FrameType.BIND, forged);
        assertThat(desk.poll()).extracting(Frame::type).isEqualTo(FrameType.UNBOUND);
        assertThat(isRead()).isTrue();
        desk.send(FrameType.BIND, forged);

        assertThat(desk.poll()).extracting(Frame::type).isEqualTo(FrameType.UNBOUND);
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCode())
                .isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
        assertThat(isRead()).isFalse();
        desk.pass(Duration.ofSeconds(2));
        assertThat(isRead()).isTrue();
    }

    @Test
    void framesOfTheCarriersOwnCostAsOthersDoAndAreNoHeartbeat() {
        carry(101);
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCloses()).isFalse();
        assertThat(isRead()).isFalse();

        carry(300);
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCloses()).isTrue();
    }

    private void carry(int frames) {
        for (int i = 0; i < frames; i++) {
            desk.connection.onCarrierFrame();
        }
        desk.settle();
    }

    @Test
    void whoGreetsAtLengthIsReadOn() {
        configure("{framesPerSecond: 100, bytesPerSecond: 1KiB, burst: 100ms, maxPause: 3s}");
        Welcome welcome =
                desk.comesAgain(Desk.hello().setNetwork("n".repeat(1_000)).build());

        assertThat(welcome.getResumed()).isFalse();
        assertThat(desk.isSilent()).isTrue();
        assertThat(isRead()).isTrue();
    }

    @Test
    void ratesThatChangeHoldForThoseWhoAreIn() {
        assertThat(ping(90)).isEmpty();
        configure("{framesPerSecond: 1000, bytesPerSecond: 100KiB, burst: 2s, maxPause: 3s}");
        assertThat(ping(1_000)).isEmpty();
        assertThat(isRead()).isTrue();
    }
}
