package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The end of a client. */
class CloseTest extends PushClientHarness {
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

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
    void closeFromTheListenerAcknowledgesTheMessageInHandAndTakesNoOther() throws Exception {
        MemoryPositionStore store = new MemoryPositionStore();
        CountDownLatch bothWait = new CountDownLatch(1);
        RecordingListener closing = new RecordingListener() {
            @Override
            public void onMessage(PushMessage message) throws Exception {
                bothWait.await();
                super.onMessage(message);
                clients.get(0).close();
            }
        };
        PushClient client = start(alice().listener(closing).store(store));
        FakeRoom.Line line = room.acceptBound(0);
        line.message(0, 1);
        line.message(1, 2);
        bothWait.countDown();

        line.awaitAck(1);
        line.awaitClosed();
        client.close();
        assertThat(closing.awaitMessage().seq()).isEqualTo(1);
        assertThat(closing.hasNoMoreMessages()).isTrue();
        assertThat(store.load()).isEqualTo(new PositionStore.Position(1, 0));
    }

    @Test
    void closeCompletesWhatNobodyWillAnswerAndRefusesWhatComesAfter() throws Exception {
        PushClient client = start(alice().storeIn(directory));
        room.acceptBound(0);
        listener.awaitState(ClientState.BOUND);
        List<CompletableFuture<?>> unanswered =
                List.of(client.send("orders", "a"), client.changeGroups(List.of("news"), List.of()));
        client.close();

        assertAllCancelled(unanswered);
        assertRefused(client);
        assertThat(start(alice().storeIn(directory)).uplinksWaiting()).isEqualTo(1);
    }

    @Test
    void aClientThatIsClosedForGoodCompletesThemToo() throws Exception {
        PushClient client = start(alice());
        List<CompletableFuture<?>> unanswered = List.of(
                client.send("orders", "a"),
                client.request("time", "what?", Duration.ofHours(1)),
                client.changeGroups(List.of("news"), List.of()));
        FakeRoom.Line line = room.accept();
        line.greet(30);
        line.awaitBind();
        line.unbound(ErrorCode.TOKEN_MISMATCH, 0);

        assertAllCancelled(unanswered);
        assertRefused(client);
    }

    private static void assertAllCancelled(List<CompletableFuture<?>> futures) {
        assertThat(futures)
                .allSatisfy(future -> assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED)));
    }

    private static void assertRefused(PushClient client) {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> client.send("orders", "b"),
                () -> client.request("time", "what?", Duration.ofHours(1)),
                () -> client.changeGroups(List.of("news"), List.of()))) {
            assertThatThrownBy(call).isInstanceOf(HawserException.class).hasMessageContaining("client: closed");
        }
    }

    @Test
    void closeEndsAllThreads() throws Exception {
        startOn(threads, alice());
        room.acceptBound(0);
        listener.awaitState(ClientState.BOUND);

        assertCloseEndsAllThreads();
    }

    @Test
    void closeEndsAConnectThatIsUnderWay() throws Exception {
        startOn(threads, alice().tls((SSLSocketFactory) SSLSocketFactory.getDefault(), "localhost"));
        try (FakeRoom.Line silent = room.accept()) {
            assertCloseEndsAllThreads();
            silent.awaitClosed();
        }
    }

    @Test
    void closeEndsTheWaitForARoomThatDoesNotGreet() throws Exception {
        startOn(threads, alice());
        FakeRoom.Line silent = room.accept();
        silent.await(FrameType.HELLO);

        assertCloseEndsAllThreads();
        silent.awaitClosed();
    }

    @Test
    void closeEndsTheWaitForAToken() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        startOn(threads, alice().tokenSource(() -> {
            asked.countDown();
            new CountDownLatch(1).await();
            return "never";
        }));
        room.accept().greet(30);
        asked.await();

        assertCloseEndsAllThreads();
    }

    @Test
    void closeEndsTheWaitForDispatchers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort();
            startOn(threads, alice().rooms(List.of()).dispatchers(List.of(url, url, url)));
            try (Socket asked = silent.accept()) {
                assertThat(asked.getInputStream().read()).isEqualTo('G');
                assertCloseEndsAllThreads();
            }
        }
    }

    private void startOn(List<Thread> threads, PushClientBuilder builder) throws IOException {
        start(builder.ticker(Ticker.SYSTEM).threads(task -> {
            Thread thread = new Thread(task);
            threads.add(thread);
            return thread;
        }));
    }

    /** Long before any time-out of the client's would. */
    private void assertCloseEndsAllThreads() {
        clients.remove(0).close();
        Awaitility.await()
                .atMost(Duration.ofSeconds(4))
                .untilAsserted(() -> assertThat(threads).noneMatch(Thread::isAlive));
    }
}
