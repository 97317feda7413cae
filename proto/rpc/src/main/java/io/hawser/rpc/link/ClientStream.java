package io.hawser.rpc.link;

import io.grpc.Status;
import io.hawser.rpc.v1.LinkReply;
import io.hawser.rpc.v1.ReplyBatch;
import io.hawser.rpc.v1.RequestBatch;
import io.hawser.wire.ErrorCode;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jctools.queues.MpscChunkedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one peer over one connection at a time: queued, in flight, answered.
 *
 * <p>Everything but the hand-over queue is owned by one event loop. A turn of the loop takes what callers handed over,
 * then writes batches for as long as the connection takes them; what stays is queued, fairly by app, until the
 * connection is writable again. So a batch is as large as the queue is deep, and nothing waits for one to fill.
 *
 * <p>A lost connection fails what is in flight (its outcome is unknown) and what is queued: whether to repeat is the
 * caller's to decide. While a stream waits to connect again it refuses at once.
 */
final class ClientStream implements Connection.Events {
    private enum State {
        /** Never used: it connects with the first call. */
        IDLE,
        CONNECTING,
        OPEN,
        /** Lost, and waiting for the next attempt. */
        WAITING,
        /** The peer has left: what is pending may finish, no more is taken. */
        DRAINING,
        CLOSED
    }

    private static final int INITIAL_HAND_OVER = 64;

    private final Peer peer;
    private final String caller;
    private final LinkSettings settings;
    private final EventLoop loop;
    private final Backoff backoff;
    private final LinkMeters meters;
    private final HandOver<PendingCall<?>> handOver;
    private final Pending pending;

    private State state = State.IDLE;
    private @Nullable Connection connection;
    private Batches batches;
    private String lastLoss = "";
    /** 0: not since the last attempt. */
    private long openedNanos;

    private volatile boolean usable = true;

    ClientStream(
            Peer peer,
            String caller,
            LinkSettings settings,
            EventLoop loop,
            Deadlines deadlines,
            Backoff backoff,
            LinkMeters meters) {
        this.peer = peer;
        this.caller = caller;
        this.settings = settings;
        this.loop = loop;
        this.pending = new Pending(settings, deadlines);
        this.backoff = backoff;
        this.meters = meters;
        this.batches = new Batches(caller, settings);
        this.handOver = new HandOver<>(
                loop, new MpscChunkedArrayQueue<>(INITIAL_HAND_OVER, handOverCapacity(settings)), this::takeCalls);
    }

    private static int handOverCapacity(LinkSettings settings) {
        return Math.max(2 * INITIAL_HAND_OVER, settings.maxPending());
    }

    /** Any thread. The call's future completes, whatever happens. */
    void submit(PendingCall<?> call) {
        if (!handOver.offer(call)) {
            refuseFull(call);
        }
    }

    /** Any thread: calls pending, about. */
    int load() {
        return pending.publishedCount();
    }

    /** Any thread: calls waiting to be written, about. */
    int queued() {
        return pending.publishedQueued();
    }

    /** Any thread: false while a call would be refused for want of a connection. */
    boolean isUsable() {
        return usable;
    }

    /** Any thread: lets what is pending finish within the time, then closes. */
    void drain(Duration atMost) {
        loop.execute(() -> {
            if (state == State.OPEN || state == State.CONNECTING) {
                become(State.DRAINING);
                var _ = loop.schedule(() -> end("the peer left"), atMost.toNanos(), TimeUnit.NANOSECONDS);
                endIfDrained();
            } else {
                end("the peer left");
            }
        });
    }

    /** Any thread: fails what is pending, and all that comes after. */
    void close() {
        loop.execute(() -> end("the link was closed"));
    }

    @Override
    public void opened() {
        assert loop.inEventLoop();
        openedNanos = System.nanoTime();
        if (state == State.CONNECTING) {
            become(State.OPEN);
        }
    }

    @Override
    public void writable() {
        assert loop.inEventLoop();
        write();
    }

    @Override
    public void replied(ReplyBatch batch) {
        assert loop.inEventLoop();
        List<LinkReply> replies = batch.getRepliesList();
        for (int i = 0; i < replies.size(); i++) {
            answer(replies.get(i));
        }
        pending.publish();
        endIfDrained();
    }

    @Override
    public void lost(Status why) {
        assert loop.inEventLoop();
        if (state == State.CLOSED) {
            return;
        }
        boolean leaving = state == State.DRAINING;
        lastLoss = reason(why);
        connection = null;
        become(leaving ? State.CLOSED : State.WAITING);
        if (!leaving) {
            meters.reconnects.increment();
            reconnectLater();
        }
        failAll(ErrorCode.UNAVAILABLE, peer + ": connection lost, outcome unknown (" + lastLoss + ")");
    }

    /** A call's time is over: on the loop, from the deadlines. */
    void expired(PendingCall<?> call) {
        assert loop.inEventLoop();
        pending.expired(call);
        pending.publish();
        fail(call, ErrorCode.DEADLINE_EXCEEDED, peer + ": no answer in time to " + call.method.getFullMethodName());
        endIfDrained();
    }

    private void takeCalls() {
        // A flood must not keep the loop from its other work: what came meanwhile is taken in the next turn.
        for (int taken = 0; taken < settings.maxPending(); taken++) {
            PendingCall<?> call = handOver.poll();
            if (call == null) {
                break;
            }
            accept(call);
        }
        write();
        pending.publish();
        handOver.wake();
    }

    private void accept(PendingCall<?> call) {
        switch (state) {
            case IDLE -> {
                connect();
                enqueue(call);
            }
            case CONNECTING, OPEN -> enqueue(call);
            case WAITING -> fail(call, ErrorCode.UNAVAILABLE, peer + ": not connected (" + lastLoss + ")");
            case DRAINING, CLOSED -> fail(call, ErrorCode.UNAVAILABLE, peer + ": the link is closed");
        }
    }

    private void enqueue(PendingCall<?> call) {
        if (!pending.admit(call)) {
            refuseFull(call);
        }
    }

    private void refuseFull(PendingCall<?> call) {
        meters.overflows.increment();
        fail(call, ErrorCode.RESOURCE_EXHAUSTED, peer + ": too many calls pending");
    }

    private void connect() {
        become(State.CONNECTING);
        openedNanos = 0;
        batches = new Batches(caller, settings);
        Connection next = new Connection(peer, settings, loop, this);
        connection = next;
        next.open();
    }

    private void reconnectLater() {
        if (openedNanos != 0
                && System.nanoTime() - openedNanos > settings.maxBackoff().toNanos()) {
            backoff.reset();
        }
        var _ = loop.schedule(
                () -> {
                    if (state == State.WAITING) {
                        connect();
                    }
                },
                backoff.nextNanos(),
                TimeUnit.NANOSECONDS);
    }

    private void write() {
        while (connection != null && pending.hasQueued() && connection.isWritable()) {
            RequestBatch batch = batches.next(pending);
            meters.batchRequests.record(batch.getRequestsCount());
            connection.write(batch);
        }
    }

    private void answer(LinkReply reply) {
        PendingCall<?> call = pending.answered(reply.getId());
        if (call == null) {
            meters.lateReplies.increment();
            return;
        }
        if (reply.getCode() != 0) {
            fail(call, ErrorCode.ofNumber(reply.getCode()), reply.getDetail());
        } else if (!call.complete(reply.getBody())) {
            fail(call, ErrorCode.INTERNAL, peer + ": malformed reply of " + call.method.getFullMethodName());
        }
    }

    private void endIfDrained() {
        if (state == State.DRAINING && pending.isEmpty() && connection != null) {
            connection.finish();
            connection = null;
            become(State.CLOSED);
        }
    }

    private void end(String why) {
        if (state == State.CLOSED) {
            return;
        }
        become(State.CLOSED);
        if (connection != null) {
            connection.abort(why);
            connection = null;
        }
        failAll(ErrorCode.UNAVAILABLE, peer + ": " + why + ", outcome unknown");
    }

    private void failAll(ErrorCode code, String message) {
        List<PendingCall<?>> doomed = pending.removeAll();
        pending.publish();
        doomed.forEach(call -> fail(call, code, message));
    }

    private void fail(PendingCall<?> call, ErrorCode code, String message) {
        meters.failed(code);
        call.fail(code, message);
    }

    private void become(State next) {
        state = next;
        usable = next == State.IDLE || next == State.CONNECTING || next == State.OPEN;
    }

    private static String reason(Status status) {
        Throwable cause = status.getCause();
        String text = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        return cause == null || cause.getMessage() == null ? text : text + ": " + cause.getMessage();
    }
}
