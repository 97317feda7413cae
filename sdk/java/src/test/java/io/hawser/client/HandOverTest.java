package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the listener gets, in which order, how often; and what is acknowledged. */
class HandOverTest extends PushClientHarness {
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
            public BroadcastPosition loadBroadcasts() {
                return BroadcastPosition.NONE;
            }

            @Override
            public void saveBroadcasts(BroadcastPosition position) throws IOException {
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
        assertThat(listener.awaitErrors(1)).singleElement().asString().contains("disk full");
    }
}
