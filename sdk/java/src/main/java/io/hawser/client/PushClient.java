package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Receives a user's messages, in order, and keeps its connection by itself until it is closed.
 *
 * <pre>{@code
 * PushClient client = PushClient.builder()
 *         .dispatchers(List.of("https://dispatch.example.com"))
 *         .app("demo").user("alice").device("phone-1")
 *         .tokenSource(() -> backEnd.fetchPushToken())
 *         .storeIn(filesDir.resolve("push"))
 *         .listener(message -> show(message.text()))
 *         .start();
 * }</pre>
 *
 * <p>It has four threads. The I/O thread asks the dispatcher, connects and reads, and calls the token source before each
 * bind. The timer thread writes: heartbeats and acknowledgements. The listener thread makes all calls to the
 * {@link PushListener}. The pull thread gets the bodies of notifications. Racing connects, and renewing a token while bound, take short-lived threads besides.
 *
 * <p>A message is acknowledged once the listener has returned from it. The listener has each message once in the life of
 * the process; after a crash, only the one in its hands may come again. {@code docs/protocol.md} tells what is spoken.
 */
public final class PushClient implements AutoCloseable {
    private final ClientSettings settings;
    private final Counters counters = new Counters();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ScheduledExecutorService timer;
    private final Delivery delivery;
    private final Connector connector;
    private final @Nullable DispatcherDirectory dispatchers;
    private final Exchanges exchanges;
    private final Pulls pulls;
    private final Queues queues;
    private final Thread io;
    private final Thread listening;
    private final Thread pulling;

    PushClient(ClientSettings settings, Queues queues) throws IOException {
        this.settings = settings;
        this.timer = settings.newTimer();
        this.delivery = new Delivery(settings, closed, counters);
        Uplinks uplinks =
                new Uplinks(new UplinkQueue(queues.uplinks, settings.clock, delivery), delivery, settings.newBackOff());
        this.exchanges = new Exchanges(uplinks, new Puller());
        this.pulls = new Pulls(queues.pulls, exchanges.puller, delivery, settings);
        delivery.pullWith(pulls);
        this.queues = queues;
        this.dispatchers = settings.rooms.isEmpty()
                ? new DispatcherDirectory(settings.dispatchers, settings.app, settings.tls != null, (int)
                        settings.connectTimeout.toMillis())
                : null;
        AddressBook addresses = new AddressBook(
                dispatchers == null ? new FixedRooms(settings.rooms) : dispatchers,
                settings.network,
                settings.ticker,
                e -> delivery.error(new HawserException(ErrorCode.UNAVAILABLE, "old list used: " + e.getMessage(), e)));
        this.connector =
                new Connector(new Connector.Parts(settings, timer, delivery, addresses, exchanges, counters), closed);
        this.listening = named("hawser-listener", delivery);
        this.io = named("hawser-io", connector);
        this.pulling = named("hawser-pull", pulls);
    }

    public static PushClientBuilder builder() {
        return new PushClientBuilder();
    }

    /**
     * Sends a message to the app's back end. It is on disk when this returns (with {@link PushClientBuilder#storeIn}), and is carried
     * there in the order of the calls, once, also by a later life of the process.
     *
     * @param route which of the back end's routes: 1 to 64 letters, digits, {@code .}, {@code _} and {@code -}
     * @param body up to 65,280 bytes, and to what the app is allowed
     * @return completes once the platform has stored it, on the I/O thread; fails with what it was refused by, which is for
     *     good, or with CANCELLED where the client ends before: what is on disk goes in the next life then
     * @throws HawserException INVALID_ARGUMENT for a bad route, BODY_TOO_LARGE, RESOURCE_EXHAUSTED where too many wait
     *     already, INTERNAL where the disk does not take it, FAILED_PRECONDITION where the client has ended
     */
    public CompletableFuture<Void> send(String route, byte[] body) {
        return exchanges.uplinks.send(Routes.check(route), SendLimits.check(body), false, "");
    }

    /** As {@link #send(String, byte[])}, marked as text. */
    public CompletableFuture<Void> send(String route, String text) {
        return exchanges.uplinks.send(Routes.check(route), utf8(text), true, "");
    }

    /**
     * As {@link #send(String, byte[])}, and asks the back end for a reply: it comes to the listener, as a message whose
     * {@link PushMessage#inReplyTo} is {@code correlation}, of 1 to 64 bytes.
     */
    public CompletableFuture<Void> send(String route, byte[] body, String correlation) {
        ClientSettings.bounded("correlation", correlation);
        return exchanges.uplinks.send(Routes.check(route), SendLimits.check(body), false, correlation);
    }

    /**
     * Asks the app's back end. The question is kept nowhere: it is sent over the connection there is, or the next one
     * within the time, once.
     *
     * @return the reply; fails with DEADLINE_EXCEEDED where none came in time, UNAVAILABLE where the connection ended
     *     (whether the back end has it is unknown then), CANCELLED where the client ended, or with what the question was
     *     refused by
     * @throws HawserException INVALID_ARGUMENT for a bad route, BODY_TOO_LARGE, RESOURCE_EXHAUSTED where too many wait
     *     already, FAILED_PRECONDITION where the client has ended
     */
    public CompletableFuture<PushMessage> request(String route, byte[] body, Duration within) {
        return exchanges.requests.request(Routes.check(route), SendLimits.check(body), false, within);
    }

    /** As {@link #request(String, byte[], Duration)}, marked as text. */
    public CompletableFuture<PushMessage> request(String route, String text, Duration within) {
        return exchanges.requests.request(Routes.check(route), utf8(text), true, within);
    }

    /** Returns how many of the messages to the back end are not known to be stored yet. */
    public int uplinksWaiting() {
        return exchanges.uplinks.waiting();
    }

    /**
     * Joins and leaves groups of the app. Said over the connection there is, or the next one. Memberships last until they
     * are left, also while the client is away.
     *
     * @return all groups of the endpoint afterwards; fails with PERMISSION_DENIED where its token does not allow one,
     *     CANCELLED where the client ended
     * @throws HawserException INVALID_ARGUMENT for a bad name or more than 64, RESOURCE_EXHAUSTED where 64 changes wait
     *     already, FAILED_PRECONDITION where the client has ended
     */
    public CompletableFuture<Set<String>> changeGroups(Collection<String> join, Collection<String> leave) {
        SendLimits.check(join);
        SendLimits.check(leave);
        return exchanges.groups.change(join, leave);
    }

    /** Returns what was counted since the start. */
    public Counters counters() {
        return counters;
    }

    /**
     * Tells the client that the device is on another network: it connects anew at once, instead of when the silence of the
     * old connection is noticed, or the wait before the next attempt is over. May be called as often as the device likes:
     * one attempt a second is made for it, and of two in a row the second may bind.
     */
    public void networkChanged() {
        connector.networkChanged();
    }

    /**
     * Ends the client: waits, up to {@link PushClientBuilder#closeTimeout}, for the listener to return from the message it has,
     * stores and acknowledges it, and closes the connection. What waited behind it comes again in the next life. Safe to
     * call more than once, from any thread. Called by the listener it returns at once, and the rest is done when the
     * listener has returned, too; whoever else calls it again waits for that.
     */
    @Override
    public void close() {
        boolean byListener = listening.equals(Thread.currentThread());
        if (!closing.compareAndSet(false, true)) {
            if (!byListener) {
                awaitEnd();
            }
            return;
        }
        delivery.abandon();
        pulls.end();
        closed.countDown();
        if (byListener) {
            named("hawser-close", this::end).start();
        } else {
            end();
        }
    }

    private void end() {
        long atMostMs = settings.closeTimeout.toMillis();
        join(listening, atMostMs);
        connector.leave(Math.min(atMostMs, 1000));
        io.interrupt();
        pulling.interrupt();
        if (dispatchers != null) {
            dispatchers.cancel();
        }
        timer.shutdownNow();
        join(io, atMostMs);
        join(pulling, atMostMs);
        // The I/O thread has done so, unless a hook of the app's holds it.
        exchanges.end();
        closeQueues();
        ended.countDown();
    }

    private void closeQueues() {
        try {
            queues.close();
        } catch (IOException e) {
            // The listener has ended: what was to be kept was forced to the disk long before.
            counters.storeFailures.incrementAndGet();
        }
    }

    private void awaitEnd() {
        try {
            boolean unused = ended.await(3 * settings.closeTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void start() {
        listening.start();
        io.start();
        pulling.start();
    }

    private Thread named(String name, Runnable task) {
        Thread thread = settings.threads.newThread(task);
        thread.setName(name + "-" + settings.user);
        return thread;
    }

    private static byte[] utf8(String text) {
        return SendLimits.check(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void join(Thread thread, long atMostMs) {
        if (thread.equals(Thread.currentThread())) {
            return;
        }
        try {
            thread.join(Math.max(1, atMostMs));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
