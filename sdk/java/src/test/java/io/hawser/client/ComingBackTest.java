package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.AskDispatcher;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.KickReason;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Move;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What ends a connection, and when and where the client comes back. */
class ComingBackTest extends PushClientHarness {
    @Test
    void aNewConnectionGoesOnWhereTheListenerIs() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 7);
        line.awaitAck(7);
        line.close();

        FakeRoom.Line next = room.accept();
        next.greet(30);
        assertThat(next.awaitBind().getPosition()).isEqualTo(7);
        next.bound(7);
        next.message(7, 9);
        assertThat(listener.awaitTexts(2)).containsExactly("m7", "m9");
    }

    @Test
    void aBrokenChainMakesItBindAgain() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.awaitAck(1);
        line.message(3, 4);

        FakeRoom.Line next = room.accept();
        next.greet(30);
        assertThat(next.awaitBind().getPosition()).isEqualTo(1);
    }

    @Test
    void backsOffWithFullJitterUpToTheCap() throws Exception {
        start(alice());
        for (int i = 0; i < 8; i++) {
            FakeRoom.Line line = room.accept();
            line.greet(30);
            line.awaitBind();
            line.close();
        }
        room.accept();

        assertThat(ticker.pausesMs()).containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L);
    }

    @Test
    void backsOffFromTheBeginningAfterAStableConnection() throws Exception {
        start(alice());
        for (int i = 0; i < 3; i++) {
            room.accept().close();
        }
        FakeRoom.Line stable = room.acceptBound(0);
        listener.awaitState(ClientState.BOUND);
        ticker.advance(60_000_000_000L);
        stable.close();
        room.accept();

        assertThat(ticker.pausesMs()).containsExactly(500L, 1000L, 2000L, 500L);
    }

    @Test
    void waitsAtLeastAsLongAsTheRoomSays() throws Exception {
        start(alice());
        FakeRoom.Line line = room.accept();
        line.greet(30);
        line.awaitBind();
        line.unbound(ErrorCode.UNAVAILABLE, 7000);
        StateChange waiting = listener.awaitState(ClientState.WAITING);

        assertThat(waiting.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(waiting.delayMs()).isEqualTo(7500);
    }

    @Test
    void replacedByAnotherInstallationItNeverComesBack() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.kick(Kicked.newBuilder().setReason(KickReason.REPLACED));

        StateChange closed = listener.awaitState(ClientState.CLOSED);
        assertThat(closed.reason()).contains("REPLACED");
        assertThat(closed.kick()).isEqualTo(KickCause.REPLACED);
        assertThat(listener.awaitMessage().seq()).isEqualTo(1);
        assertThat(ticker.pausesMs()).isEmpty();
        line.awaitClosed();
    }

    @Test
    void kickedWithLeaveToReturnItDoes() throws Exception {
        start(alice());
        room.acceptBound(0)
                .kick(Kicked.newBuilder()
                        .setReason(KickReason.BY_OPERATOR)
                        .setMayReturn(true)
                        .setRetryAfterMs(2000));

        room.acceptBound(0);
        assertThat(ticker.pausesMs()).containsExactly(2500L);
    }

    @Test
    void kickedByABanThatEndsItWaitsAsLongAndComesBack() throws Exception {
        start(alice());
        room.acceptBound(0)
                .kick(Kicked.newBuilder()
                        .setReason(KickReason.BANNED)
                        .setDetail("banned: net")
                        .setMayReturn(true)
                        .setRetryAfterMs(60_000));
        FakeRoom.Line tooEarly = room.accept();
        tooEarly.greet(30);
        tooEarly.awaitBind();
        tooEarly.unbound(ErrorCode.BANNED, 5_000);
        room.acceptBound(0);

        StateChange kicked = listener.awaitState(ClientState.WAITING);
        assertThat(kicked.kick()).isEqualTo(KickCause.BANNED);
        assertThat(kicked.code()).isEqualTo(ErrorCode.BANNED);
        assertThat(kicked.delayMs()).isEqualTo(60_500);
        StateChange refused = listener.awaitState(ClientState.WAITING);
        assertThat(refused.code()).isEqualTo(ErrorCode.BANNED);
        assertThat(refused.delayMs()).isEqualTo(6_000);
    }

    @Test
    void aConnectionThatABanOfANetworkRefusesIsTriedAgainOnAnotherNetworkAtOnce() throws Exception {
        PushClient client = start(alice().ticker(Ticker.SYSTEM));
        room.accept().banned(3_600_000);
        StateChange waiting = listener.awaitState(ClientState.WAITING);
        client.networkChanged();
        room.acceptBound(0);

        assertThat(waiting.code()).isEqualTo(ErrorCode.BANNED);
        assertThat(waiting.delayMs()).isBetween(3_600_000L, 3_600_500L);
        listener.awaitState(ClientState.BOUND);
    }

    @Test
    void aBanWithoutAnEndIsForGood() throws Exception {
        start(alice());
        room.acceptBound(0).kick(Kicked.newBuilder().setReason(KickReason.BANNED));

        StateChange closed = listener.awaitState(ClientState.CLOSED);
        assertThat(closed.kick()).isEqualTo(KickCause.BANNED);
        assertThat(closed.code()).isEqualTo(ErrorCode.BANNED);
    }

    @Test
    void whoIsBannedDoesNotTakeTheRoomForBroken() throws Exception {
        try (FakeRoom other = FakeRoom.open()) {
            start(alice().rooms(List.of(room.address(), other.address())));
            room.accept().banned(1000);

            room.acceptBound(0);
        }
    }

    @Test
    void noRoomMakesItWaitForMoreThanAnHour() throws Exception {
        start(alice());
        FakeRoom.Line line = room.accept();
        line.greet(30);
        line.awaitBind();
        line.unbound(ErrorCode.UNAVAILABLE, -1);

        assertThat(listener.awaitState(ClientState.WAITING).delayMs()).isEqualTo(3_600_500);
    }

    @Test
    void stopsWhereTryingAgainDoesNotHelp() throws Exception {
        start(alice());
        FakeRoom.Line line = room.accept();
        line.greet(30);
        line.awaitBind();
        line.unbound(ErrorCode.TOKEN_MISMATCH, 0);

        assertThat(listener.awaitState(ClientState.CLOSED).code()).isEqualTo(ErrorCode.TOKEN_MISMATCH);
        line.awaitClosed();
    }

    @Test
    void movesToWhereItIsTold() throws Exception {
        try (FakeRoom other = FakeRoom.open()) {
            start(alice());
            FakeRoom.Line line = room.acceptBound(0);
            line.message(0, 1);
            line.awaitAck(1);
            line.command(Command.newBuilder()
                    .setMove(Move.newBuilder().addAddresses(other.address()).setWithinMs(20)));

            FakeRoom.Line next = other.accept();
            next.greet(30);
            assertThat(next.awaitBind().getPosition()).isEqualTo(1);
            assertThat(ticker.pausesMs()).isEmpty();
            line.awaitClosed();
        }
    }

    @Test
    void connectsAnewAtOnceWhenTheNetworkChanges() throws Exception {
        PushClient client = start(alice().ticker(Ticker.SYSTEM)
                .changeSpacing(Duration.ofMillis(1))
                .backOff(Duration.ofHours(1), Duration.ofHours(1)));
        FakeRoom.Line line = room.acceptBound(0);
        listener.awaitState(ClientState.BOUND);
        client.networkChanged();
        line.awaitClosed();

        room.acceptBound(0).close();
        listener.awaitState(ClientState.BOUND);
        listener.awaitState(ClientState.WAITING);
        client.networkChanged();
        room.acceptBound(0);
    }

    @Test
    void connectsAnewWhenTheNetworkChangesWhileItConnects() throws Exception {
        CompletableFuture<PushClient> client = new CompletableFuture<>();
        AtomicBoolean changes = new AtomicBoolean(true);
        client.complete(start(alice().network(() -> {
            if (changes.getAndSet(false)) {
                client.join().networkChanged();
            }
            return "wifi";
        })));
        room.accept().awaitClosed();

        room.acceptBound(0);
        listener.awaitState(ClientState.BOUND);
    }

    @Test
    void aNetworkThatFlapsMakesNoStorm() throws Exception {
        PushClient client = start(alice().backOff(Duration.ofMillis(2), Duration.ofMillis(2)));
        for (int i = 0; i < 5; i++) {
            FakeRoom.Line line = room.acceptBound(0);
            listener.awaitState(ClientState.BOUND);
            client.networkChanged();
            line.awaitClosed();
        }
        room.acceptBound(0);

        // The first attempt is made at once; a wait that is cut short takes 1 ms of this clock.
        assertThat(ticker.pausesMs()).containsExactly(1L, 1L, 999L, 1L, 999L, 1L, 999L, 1L, 999L);
    }

    @Test
    void leavesADrainingRoomForAnother() throws Exception {
        try (FakeRoom other = FakeRoom.open()) {
            start(alice().rooms(List.of(room.address(), other.address())));
            FakeRoom.Line line = room.acceptBound(0);
            line.error(ErrorCode.DRAINING, true);

            other.acceptBound(0);
            line.awaitClosed();
        }
    }

    @Test
    void triesTheLastGoodAddressFirst() throws Exception {
        try (FakeRoom other = FakeRoom.open()) {
            start(alice().rooms(List.of(room.address(), other.address())));
            FakeRoom.Line refused = room.accept();
            refused.greet(30);
            refused.awaitBind();
            refused.close();
            other.acceptBound(0).close();

            other.acceptBound(0);
        }
    }

    @Test
    void asksTheDispatcherAgainWhenTold() throws Exception {
        try (FakeDispatcher dispatcher = FakeDispatcher.open();
                FakeRoom other = FakeRoom.open()) {
            dispatcher.answer(room.address());
            start(alice().rooms(List.of()).dispatchers(List.of(dispatcher.url())));
            FakeRoom.Line line = room.acceptBound(0);
            dispatcher.answer(other.address());
            line.command(Command.newBuilder().setAskDispatcher(AskDispatcher.getDefaultInstance()));
            line.message(0, 1);
            line.awaitAck(1);
            line.close();

            other.acceptBound(1);
            assertThat(dispatcher.queries())
                    .hasSize(2)
                    .allSatisfy(query -> assertThat(query).startsWith("app=demo"));
        }
    }

    @Test
    void usesTheListFromBeforeWhenNoDispatcherAnswers() throws Exception {
        try (FakeDispatcher dispatcher = FakeDispatcher.open()) {
            dispatcher.answer(room.address());
            start(alice().rooms(List.of()).dispatchers(List.of(dispatcher.url())));
            FakeRoom.Line line = room.acceptBound(0);
            listener.awaitState(ClientState.BOUND);
            dispatcher.refuse(503);
            ticker.advance(3_600_000_000_000L);
            line.close();

            room.acceptBound(0);
            assertThat(listener.awaitErrors(1)).singleElement().asString().contains("old list used");
        }
    }

    @Test
    void waitsAsLongAsTheDispatcherSays() throws Exception {
        try (FakeDispatcher dispatcher = FakeDispatcher.open()) {
            dispatcher.refuse(503);
            start(alice().rooms(List.of()).dispatchers(List.of(dispatcher.url())));

            assertThat(listener.awaitState(ClientState.WAITING).delayMs()).isEqualTo(3500);
        }
    }
}
