package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.AskDispatcher;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.KickReason;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.SetHeartbeat;
import io.hawser.wire.v1.TokenExpiring;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against a room that does what the test says. */
class PushClientTest {
    private final RecordingListener listener = new RecordingListener();
    private final FakeTicker ticker = new FakeTicker();
    private final List<PushClient> clients = new ArrayList<>();
    private FakeRoom room;

    @TempDir
    private Path directory;

    @BeforeEach
    void openRoom() throws IOException {
        room = FakeRoom.open();
    }

    @AfterEach
    void closeAll() throws IOException {
        clients.forEach(PushClient::close);
        room.close();
    }

    @Test
    void bindsAsItWasBuilt() throws Exception {
        start(alice().deviceClass("phone").clientVersion("4.2").network(() -> "wifi"));

        FakeRoom.Line line = room.accept();
        assertThat(line.greet(30).getNetwork()).isEqualTo("wifi");
        Bind bind = line.awaitBind();
        assertThat(bind.getApp()).isEqualTo("demo");
        assertThat(bind.getUser()).isEqualTo("alice");
        assertThat(bind.getDevice()).isEqualTo("d1");
        assertThat(bind.getDeviceClass()).isEqualTo("phone");
        assertThat(bind.getToken()).isEqualTo("token");
        assertThat(bind.getPosition()).isZero();
        assertThat(bind.getInstallationNonce().size()).isBetween(8, 32);
        line.bound(0);
        listener.awaitState(ClientState.BOUND);
    }

    @Test
    void handsMessagesOverInOrderAndAcknowledgesThem() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);

        for (int seq = 1; seq <= 500; seq++) {
            line.message(seq - 1, seq);
        }

        for (int seq = 1; seq <= 500; seq++) {
            PushMessage message = listener.awaitMessage();
            assertThat(message.text()).isEqualTo("m" + seq);
            assertThat(message.seq()).isEqualTo(seq);
            assertThat(message.id()).isEqualTo("id-m" + seq);
            assertThat(message.redelivered()).isFalse();
        }
        line.awaitAck(500);
    }

    @Test
    void dropsDuplicatesAndAcknowledgesThemAgain() throws Exception {
        PushClient client = start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.message(1, 5);
        line.awaitAck(5);

        line.messageAgain(0, 1);

        line.awaitAck(5);
        line.message(5, 6);
        assertThat(listener.awaitTexts(3)).containsExactly("m1", "m5", "m6");
        assertThat(client.counters().duplicates()).isEqualTo(1);
    }

    @Test
    void whatWasHandedOverIsAcknowledgedWhileTheNextIsStillInHand() throws Exception {
        CountDownLatch bothWait = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        RecordingListener slow = new RecordingListener() {
            @Override
            public void onMessage(PushMessage message) throws Exception {
                (message.seq() == 1 ? bothWait : release).await();
                super.onMessage(message);
            }
        };
        PushClient client = start(alice().listener(slow));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.message(1, 2);
        line.message(1, 2);
        Awaitility.await().until(() -> client.counters().duplicates() == 1);
        bothWait.countDown();

        line.awaitAck(1);
        release.countDown();
        line.awaitAck(2);
    }

    @Test
    void transientMessagesAreHandedOverAndNotAcknowledged() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);

        line.transientMessage("typing");
        line.message(0, 1);

        assertThat(listener.awaitMessage().isTransient()).isTrue();
        assertThat(listener.awaitMessage().isTransient()).isFalse();
        line.awaitAck(1);
    }

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
    void whatWaitsForTheListenerIsNotTakenTwice() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        RecordingListener slow = new RecordingListener() {
            @Override
            public void onMessage(PushMessage message) throws Exception {
                super.onMessage(message);
                release.await();
            }
        };
        PushClient client = start(alice().listener(slow));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.message(1, 2);
        assertThat(slow.awaitMessage().seq()).isEqualTo(1);
        line.close();

        FakeRoom.Line next = room.accept();
        next.greet(30);
        assertThat(next.awaitBind().getPosition()).isZero();
        next.bound(0);
        next.messageAgain(0, 1);
        next.messageAgain(1, 2);
        next.message(2, 3);
        Awaitility.await().until(() -> client.counters().duplicates() == 2);
        release.countDown();

        assertThat(slow.awaitTexts(2)).containsExactly("m2", "m3");
        next.awaitAck(3);
    }

    @Test
    void aStoredPositionOutlivesTheClient() throws Exception {
        start(alice().storeIn(directory));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 4);
        line.awaitAck(4);
        clients.remove(0).close();

        start(alice().storeIn(directory));
        FakeRoom.Line next = room.accept();
        next.greet(30);
        assertThat(next.awaitBind().getPosition()).isEqualTo(4);
    }

    @Test
    void afterACrashOnlyTheMessageInHandIsFlagged() throws Exception {
        try (PositionStore store = FilePositionStore.open(directory, "demo", "alice", "d1")) {
            store.save(new PositionStore.Position(4, 6));
        }

        start(alice().storeIn(directory));
        FakeRoom.Line line = room.accept();
        line.greet(30);
        assertThat(line.awaitBind().getPosition()).isEqualTo(4);
        line.bound(4);
        line.messageAgain(4, 6);
        line.messageAgain(6, 7);

        assertThat(listener.awaitMessage().redelivered()).isTrue();
        assertThat(listener.awaitMessage().redelivered()).isFalse();
    }

    @Test
    void theMarkerIsDurableBeforeTheListenerIsCalled() throws Exception {
        MemoryPositionStore store = new MemoryPositionStore();
        List<PositionStore.Position> seen = new ArrayList<>();
        RecordingListener looking = new RecordingListener() {
            @Override
            public void onMessage(PushMessage message) throws Exception {
                seen.add(store.load());
                super.onMessage(message);
            }
        };
        start(alice().store(store).listener(looking));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 3);
        line.message(3, 5);
        looking.awaitTexts(2);

        assertThat(seen).containsExactly(new PositionStore.Position(0, 3), new PositionStore.Position(3, 5));
        clients.remove(0).close();
        assertThat(store.load()).isEqualTo(new PositionStore.Position(5, 0));
    }

    @Test
    void aListenerThatThrowsGetsTheMessageAgainAndThenLosesIt() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        RecordingListener failing = new RecordingListener() {
            @Override
            public void onMessage(PushMessage message) throws Exception {
                if (message.seq() == 1) {
                    attempts.incrementAndGet();
                    throw new IOException("disk full");
                }
                super.onMessage(message);
            }
        };
        PushClient client = start(alice().listener(failing).listenerAttempts(3));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.message(1, 2);

        assertThat(failing.awaitMessage().seq()).isEqualTo(2);
        line.awaitAck(2);
        assertThat(attempts).hasValue(3);
        assertThat(ticker.pausesMs()).containsExactly(500L, 1000L);
        assertThat(client.counters().givenUp()).isEqualTo(1);
        assertThat(failing.errors).hasSize(4).last().asString().contains("given up after 3 attempts");
    }

    @Test
    void aResetIsToldAsAGapAndOldNumbersAreNotAcknowledged() throws Exception {
        try (PositionStore store = FilePositionStore.open(directory, "demo", "alice", "d1")) {
            store.save(new PositionStore.Position(100, 0));
        }
        PushClient client = start(alice().storeIn(directory));
        FakeRoom.Line line = room.accept();
        line.greet(30);
        assertThat(line.awaitBind().getPosition()).isEqualTo(100);
        line.boundReset(40);
        line.message(40, 41);

        assertThat(listener.awaitMessage().seq()).isEqualTo(41);
        line.awaitAck(41);
        assertThat(listener.gaps).containsExactly("100 to 40");
        assertThat(client.counters().gaps()).isEqualTo(1);
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
    void asksForATokenBeforeEachBind() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        start(alice().tokenSource(() -> "token-" + tokens.incrementAndGet()));
        FakeRoom.Line line = room.accept();
        line.greet(30);
        assertThat(line.awaitBind().getToken()).isEqualTo("token-1");
        line.unbound(ErrorCode.TOKEN_EXPIRED, 0);

        FakeRoom.Line next = room.accept();
        next.greet(30);
        assertThat(next.awaitBind().getToken()).isEqualTo("token-2");
    }

    @Test
    void aTokenSourceThatThrowsIsAskedAgain() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        start(alice().tokenSource(() -> {
            if (tokens.incrementAndGet() == 1) {
                throw new IOException("back end away");
            }
            return "token";
        }));
        room.accept().greet(30);
        FakeRoom.Line next = room.accept();
        next.greet(30);
        assertThat(next.awaitBind().getToken()).isEqualTo("token");
        assertThat(listener.errors).singleElement().asString().contains("back end away");
    }

    @Test
    void renewsTheTokenInPlace() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        start(alice().tokenSource(() -> "token-" + tokens.incrementAndGet()));
        FakeRoom.Line line = room.acceptBound(0);
        line.send(
                FrameType.TOKEN_EXPIRING,
                TokenExpiring.newBuilder().setBinding(1).build());

        RenewToken renew = Frames.parse(
                RenewToken.parser(), line.await(FrameType.RENEW_TOKEN).body());
        assertThat(renew.getToken()).isEqualTo("token-2");
    }

    @Test
    void replacedByAnotherInstallationItNeverComesBack() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.kick(Kicked.newBuilder().setReason(KickReason.REPLACED));

        assertThat(listener.awaitState(ClientState.CLOSED).reason()).contains("REPLACED");
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
    void anErrorAboutOneFrameIsToldAndNothingEnds() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.error(ErrorCode.ACK_BEYOND_SENT, false);
        line.message(0, 1);

        assertThat(listener.awaitMessage().seq()).isEqualTo(1);
        assertThat(listener.errors).extracting(HawserException::code).containsExactly(ErrorCode.ACK_BEYOND_SENT);
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
        PushClient client = start(alice().ticker(Ticker.SYSTEM).backOff(Duration.ofHours(1), Duration.ofHours(1)));
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
            assertThat(listener.errors).singleElement().asString().contains("old list used");
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

    @Test
    void aRoomThatFallsSilentIsGivenUp() throws Exception {
        start(alice());
        FakeRoom.Line line = room.accept();
        line.greet(1);
        line.awaitBind();
        line.bound(0);
        line.await(FrameType.PING);

        assertThat(listener.awaitState(ClientState.WAITING).reason()).contains("silent");
        room.acceptBound(0);
    }

    @Test
    void aPongKeepsTheConnectionAndTheIntervalCanBeChanged() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.command(
                Command.newBuilder().setSetHeartbeat(SetHeartbeat.newBuilder().setHeartbeatSeconds(1)));

        for (int i = 0; i < 4; i++) {
            line.await(FrameType.PING);
            line.send(Frames.pong());
        }
        line.message(0, 1);
        line.awaitAck(1);
    }

    @Test
    void answersAPing() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.send(Frames.ping());
        line.await(FrameType.PONG);
    }

    @Test
    void garbageFromARoomEndsTheConnectionAndNothingElse() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.send(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, 1});

        FakeRoom.Line next = room.acceptBound(0);
        next.send(new byte[] {3, FrameType.MESSAGE, 18, 127});

        FakeRoom.Line last = room.acceptBound(0);
        last.send(Frames.encode(99, new byte[] {1, 2, 3}));
        last.message(0, 1);
        assertThat(listener.awaitMessage().seq()).isEqualTo(1);
        assertThat(listener.errors)
                .extracting(HawserException::code)
                .containsExactly(ErrorCode.PROTOCOL_ERROR, ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void closeWaitsForTheMessageInHandAndAcknowledgesIt() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        MemoryPositionStore store = new MemoryPositionStore();
        RecordingListener slow = new RecordingListener() {
            @Override
            public void onMessage(PushMessage message) throws Exception {
                super.onMessage(message);
                release.await();
            }
        };
        PushClient client = start(alice().listener(slow).store(store));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.message(1, 2);
        slow.awaitMessage();

        Thread closing = new Thread(client::close);
        closing.start();
        Awaitility.await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        release.countDown();
        line.awaitAck(1);
        line.awaitClosed();
        closing.join();

        assertThat(store.load()).isEqualTo(new PositionStore.Position(1, 0));
        slow.awaitState(ClientState.CLOSED);
        client.close();
    }

    @Test
    void closeDuringARetryLeavesTheMessageInHandAndPassesItWithNoOther() throws Exception {
        MemoryPositionStore store = new MemoryPositionStore();
        RecordingListener failing = new RecordingListener() {
            @Override
            public void onMessage(PushMessage message) throws Exception {
                super.onMessage(message);
                throw new IOException("not now");
            }
        };
        PushClient client = start(alice().listener(failing)
                .store(store)
                .ticker(Ticker.SYSTEM)
                .backOff(Duration.ofHours(1), Duration.ofHours(1)));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.message(1, 2);
        failing.awaitMessage();
        client.close();

        failing.awaitState(ClientState.CLOSED);
        assertThat(store.load()).isEqualTo(new PositionStore.Position(0, 1));
        assertThat(failing.errors).allSatisfy(error -> assertThat(error).hasMessageContaining("seq 1"));
    }

    @Test
    void aListenerThatLeavesAnInterruptBehindGetsTheNextMessageAllTheSame() throws Exception {
        RecordingListener interrupting = new RecordingListener() {
            @Override
            public void onMessage(PushMessage message) throws Exception {
                super.onMessage(message);
                Thread.currentThread().interrupt();
            }
        };
        PushClient client = start(alice().listener(interrupting).storeIn(directory));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.message(1, 2);
        line.awaitAck(2);
        assertThat(interrupting.awaitTexts(2)).containsExactly("m1", "m2");
        assertThat(client.counters().storeFailures()).isZero();
    }

    @Test
    void aStoreThatFailsIsToldAndMessagesGoOn() throws Exception {
        PositionStore broken = new PositionStore() {
            @Override
            public byte[] installationNonce() {
                return new byte[16];
            }

            @Override
            public Position load() {
                return Position.NONE;
            }

            @Override
            public void save(Position position) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public void close() {}
        };
        PushClient client = start(alice().store(broken));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);

        assertThat(listener.awaitMessage().seq()).isEqualTo(1);
        line.awaitAck(1);
        assertThat(client.counters().storeFailures()).isEqualTo(1);
        assertThat(listener.errors).singleElement().asString().contains("disk full");
    }

    @Test
    void closeFromTheListenerDoesNotHang() throws Exception {
        CountDownLatch returned = new CountDownLatch(1);
        RecordingListener closing = new RecordingListener() {
            @Override
            public void onMessage(PushMessage message) {
                clients.get(0).close();
                returned.countDown();
            }
        };
        start(alice().listener(closing));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);

        returned.await();
        closing.awaitState(ClientState.CLOSED);
        line.awaitClosed();
    }

    @Test
    void closeEndsAllThreads() throws Exception {
        List<Thread> threads = new ArrayList<>();
        start(alice().threads(task -> {
            Thread thread = new Thread(task);
            threads.add(thread);
            return thread;
        }));
        room.acceptBound(0);
        listener.awaitState(ClientState.BOUND);

        clients.remove(0).close();

        Awaitility.await().untilAsserted(() -> assertThat(threads).noneMatch(Thread::isAlive));
    }

    @Test
    void aBuilderSaysWhatIsMissing() {
        assertThatThrownBy(() -> PushClient.builder().app("demo").start())
                .hasMessage("user: 0 bytes (expected: 1 to 64)");
        assertThatThrownBy(() -> PushClient.builder()
                        .app("demo")
                        .user("é".repeat(33))
                        .device("d")
                        .start())
                .hasMessage("user: 66 bytes (expected: 1 to 64)");
        assertThatThrownBy(() -> PushClient.builder()
                        .app("demo")
                        .user("alice")
                        .device("d")
                        .start())
                .hasMessage("dispatchers: none (expected: at least one, or rooms)");
    }

    @Test
    void aTokenThatDoesNotFitIntoAFrameIsNotSent() throws Exception {
        start(alice().tokenSource(() -> "t".repeat(5000)));
        room.accept().greet(30);

        assertThat(listener.awaitState(ClientState.CLOSED).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    /** A client of the fake room, on the fake clock, whose every jitter is one half. */
    private PushClient.Builder alice() {
        return room.alice(listener).ticker(ticker).chance(() -> 0.5);
    }

    private PushClient start(PushClient.Builder builder) throws IOException {
        PushClient client = builder.start();
        clients.add(client);
        return client;
    }
}
