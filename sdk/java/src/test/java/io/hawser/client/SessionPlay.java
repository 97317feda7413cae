package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.MessageFrame;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import io.hawser.wire.v1.Welcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A fuzzer's bytes as what a room says to a client, from WELCOME to the end of the connection; then a room that means well.
 * Whatever the first one says, no thread ends by it, the app is told what came of it by a code, no more waits or is
 * allocated than may be, and nothing is kept for later that no room takes; and the second one serves the client.
 */
final class SessionPlay {
    private static final long MAX_NUMBER = (1L << 53) - 1;
    private static final int MAX_TASKS_WAITING = 128;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** For a connection on which nothing comes, and for each byte of what does. */
    private static final long ALLOCATED_BYTES = 256 << 10;

    private static final long ALLOCATED_BYTES_A_BYTE = 256;
    private static final int ATTEMPTS = 3;

    private final ClientSettings settings = new ClientSettings();
    private final RecordingListener listener = new RecordingListener();
    private final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Counters counters = new Counters();
    private final ScheduledThreadPoolExecutor timer;
    private final Queues queues;
    private final Delivery delivery;
    private final Pulls pulls;
    private final Connector.Parts parts;
    /** Of what was allocated for what a room said, beyond what may be. */
    private long excessBytes;

    private SessionPlay() throws IOException {
        settings.rooms = List.of("127.0.0.1:1");
        settings.app = "demo";
        settings.user = "alice";
        settings.device = "d1";
        settings.tokens = () -> "token";
        settings.listener = listener;
        settings.chance = () -> 0.5;
        settings.threads = this::thread;
        timer = (ScheduledThreadPoolExecutor) settings.newTimer();
        delivery = new Delivery(settings, closed, counters);
        queues = Queues.open(null, settings);
        Uplinks uplinks = new Uplinks(
                new UplinkQueue(queues.uplinks, Clock.systemUTC(), delivery), delivery, settings.newBackOff());
        Exchanges exchanges = new Exchanges(uplinks, new Puller());
        pulls = new Pulls(queues.pulls, exchanges.puller, delivery, settings);
        delivery.pullWith(pulls);
        AddressBook addresses =
                new AddressBook(new FixedRooms(settings.rooms), settings.network, settings.ticker, listUsed -> {});
        parts = new Connector.Parts(settings, timer, delivery, addresses, exchanges, counters);
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "session-play");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((who, why) -> uncaught.add(why));
        return thread;
    }

    /** @throws AssertionError where something did not hold */
    static void play(byte[] bytes) throws IOException, InterruptedException {
        Choices choices = new Choices(bytes);
        boolean isRead = !choices.seldom(4);
        var _ = endOf(WilfulRoom.speech(choices), isRead);
    }

    /**
     * Returns how the client's connection to a room ends that says this, and reads what it is sent or not. What is loaded on
     * the way, and instrumented where a fuzzer is there, is no matter of the room's: where more is allocated than may be,
     * all is done again.
     */
    static String endOf(byte[] speech, boolean isRead) throws IOException, InterruptedException {
        SessionPlay play = new SessionPlay();
        String end = play.run(speech, isRead);
        for (int i = 1; i < ATTEMPTS && play.excessBytes > 0; i++) {
            play = new SessionPlay();
            end = play.run(speech, isRead);
        }
        assertThat(play.excessBytes)
                .as("bytes allocated for %s that came, over what may be", speech.length)
                .isZero();
        return end;
    }

    private String run(byte[] speech, boolean isRead) throws IOException, InterruptedException {
        Thread listening = settings.threads.newThread(delivery);
        Thread pulling = settings.threads.newThread(pulls);
        listening.start();
        pulling.start();
        ask();
        String end;
        try {
            end = hear(speech, isRead);
            keepsNothingThatNoRoomTakes();
            var _ = hear(soundSpeech(), true);
            awaitTheLast();
        } finally {
            closed.countDown();
            pulls.end();
            delivery.finish(StateChange.of(ClientState.CLOSED, ""));
            timer.shutdownNow();
            parts.exchanges.end();
            pulling.interrupt();
        }
        listening.join(30_000);
        pulling.join(30_000);
        assertThat(listening.isAlive() || pulling.isAlive())
                .as("a thread goes on")
                .isFalse();
        assertThat(uncaught).as("what ended a thread").isEmpty();
        assertThat(counters.listenerFailures() + counters.storeFailures()).isZero();
        // A room's own word has no cause.
        assertThat(listener.errors)
                .as("faults of the client's")
                .noneMatch(error -> error.code() == ErrorCode.INTERNAL && error.getCause() != null);
        return end;
    }

    /** So that there is something to be answered. */
    private void ask() {
        var _ = parts.exchanges.uplinks.send("orders", new byte[] {1}, false, "");
        var _ = parts.exchanges.uplinks.send("orders", new byte[] {2}, false, "");
        var _ = parts.exchanges.groups.change(List.of("g"), List.of());
    }

    /** Returns how it ended. */
    private String hear(byte[] speech, boolean isRead) throws IOException, InterruptedException {
        ScriptedSocket socket = new ScriptedSocket(speech, isRead, isRead ? this::littleWaits : () -> {});
        Session session = new Session(new ConnectRace.Winner("127.0.0.1:1", socket, socket), parts, () -> {});
        long before = THREADS.getCurrentThreadAllocatedBytes();
        SessionEnd end = session.run(parts.tokens);
        long allocatedBytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        excessBytes = Math.max(excessBytes, allocatedBytes - ALLOCATED_BYTES - ALLOCATED_BYTES_A_BYTE * speech.length);
        assertThat(socket.isClosed()).as("closed").isTrue();
        return end.reason();
    }

    /** But for what is to be done later: what was to be done at once is. */
    private void littleWaits() {
        try {
            timer.submit(() -> {}).get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
        assertThat(timer.getQueue().size()).as("tasks that wait").isLessThanOrEqualTo(MAX_TASKS_WAITING);
    }

    private void keepsNothingThatNoRoomTakes() throws InterruptedException {
        // The listener is told all in order: this comes last.
        delivery.state(StateChange.of(ClientState.WAITING, ""));
        var _ = listener.awaitState(ClientState.WAITING);
        assertThat(delivery.position()).as("position").isBetween(0L, MAX_NUMBER);
        assertThat(parts.chain.received())
                .as("received, of which all was handed over")
                .isEqualTo(delivery.position());
        assertThat(queues.uplinks.lastNumber()).as("number of the last uplink").isBetween(1L, MAX_NUMBER + 2);
        byte[] hello = parts.introduction.hello(parts.comeback.token(), delivery.position(), delivery.cursor());
        assertThat(hello.length)
                .as("bytes of the next HELLO")
                .isLessThanOrEqualTo(FrameLimits.MAX_UNBOUND_FRAME_BYTES + FrameLimits.MAX_PREFIX_BYTES);
    }

    /** Of a room whose mailbox begins anew. */
    private static byte[] soundSpeech() {
        ByteArrayOutputStream speech = new ByteArrayOutputStream();
        speech.writeBytes(Frames.encode(
                FrameType.WELCOME,
                Welcome.newBuilder().setVersion(1).setHeartbeatSeconds(30).build()));
        speech.writeBytes(Frames.encode(
                FrameType.BOUND,
                Bound.newBuilder()
                        .setBinding(Session.BINDING)
                        .setReset(true)
                        .setHead(1)
                        .setWindow(8)
                        .build()));
        Content last = Content.newBuilder()
                .setId("the last")
                .setQos(Qos.DURABLE)
                .setBody(ByteString.copyFromUtf8("the last"))
                .build();
        speech.writeBytes(MessageFrame.encode(Session.BINDING, 0, 1, false, last.toByteArray()));
        return speech.toByteArray();
    }

    private void awaitTheLast() throws InterruptedException {
        PushMessage message = listener.awaitMessage();
        while (!message.id().equals("the last")) {
            message = listener.awaitMessage();
        }
    }
}
