package io.hawser.rpc.link;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.hawser.rpc.v1.LinkRequest;
import io.hawser.rpc.v1.MethodNumber;
import io.hawser.rpc.v1.ReplyBatch;
import io.hawser.rpc.v1.RequestBatch;
import io.hawser.wire.ErrorCode;
import io.netty.channel.EventLoop;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * One caller's stream: requests come in batches, replies leave in batches as they are ready.
 *
 * <p>Owned by its event loop; handlers may finish anywhere and hand their reply over. The next batch is asked for only
 * while few requests are in hand, and a request counts as in hand until its reply is written: so handlers that do not
 * finish, and a caller that does not read, both end in the caller's flow-control window and not in this memory.
 */
final class ServerStream extends ServerCall.Listener<RequestBatch> {
    private static final int HAND_OVER_CHUNK = 256;

    /** Methods that a caller may announce: far more than any service has. */
    private static final int MAX_METHODS = 1024;

    private final ServerCall<RequestBatch, ReplyBatch> call;
    private final EventLoop loop;
    private final LinkServerSettings settings;
    private final Map<String, ServedMethod<?, ?>> served;
    private final ServerMeters meters;
    private final Consumer<ServerStream> onEnd;
    private final HandOver<Finished> handOver;
    private final ReplyRounds<Finished> rounds;
    private final TransitDelay transit = new TransitDelay();
    private final Replies replies;
    private final IntObjectMap<ServedMethod<?, ?>> methods = new IntObjectHashMap<>();
    private final IntObjectMap<String> unserved = new IntObjectHashMap<>();
    private final ArrayDeque<Finished> finished = new ArrayDeque<>();

    private String caller = "";
    private int inHand;
    private long bytesInHand;
    private boolean asked;
    private boolean paused;
    private boolean draining;
    private boolean ended;
    private volatile int inFlight;

    /** {@code onEnd} is told once, when no more will come of it. */
    ServerStream(
            ServerCall<RequestBatch, ReplyBatch> call,
            EventLoop loop,
            LinkServerSettings settings,
            Map<String, ServedMethod<?, ?>> served,
            ServerMeters meters,
            Consumer<ServerStream> onEnd) {
        this.call = call;
        this.loop = loop;
        this.settings = settings;
        this.served = served;
        this.meters = meters;
        this.onEnd = onEnd;
        this.replies = new Replies(settings.maxReplyBytes());
        // Holds one reply a request in hand, and those are bounded.
        this.handOver = new HandOver<>(loop, new MpscUnboundedArrayQueue<>(HAND_OVER_CHUNK), this::takeFinished);
        this.rounds = new ReplyRounds<>(loop, settings.replyWithin(), this::takeFinished);
    }

    void start() {
        assert loop.inEventLoop();
        call.sendHeaders(new Metadata());
        ask();
    }

    /** Any thread: requests in hand. */
    int inFlight() {
        return inFlight;
    }

    /** Any thread: takes no more requests, and ends the stream once those in hand are answered. */
    void drain() {
        loop.execute(() -> {
            draining = true;
            endIfDrained();
        });
    }

    @Override
    public void onMessage(RequestBatch batch) {
        assert loop.inEventLoop();
        asked = false;
        if (!batch.getCaller().isEmpty()) {
            caller = batch.getCaller();
        }
        for (MethodNumber method : batch.getMethodsList()) {
            learn(method);
        }
        meters.requests.increment(batch.getRequestsCount());
        long now = System.nanoTime();
        long writtenNanos = now - transit.nanos(batch.getWrittenMs(), now);
        for (int i = 0; i < batch.getRequestsCount(); i++) {
            take(batch.getRequests(i), writtenNanos);
        }
        write();
    }

    @Override
    public void onReady() {
        assert loop.inEventLoop();
        write();
    }

    @Override
    public void onHalfClose() {
        assert loop.inEventLoop();
        draining = true;
        endIfDrained();
    }

    @Override
    public void onCancel() {
        end();
    }

    @Override
    public void onComplete() {
        end();
    }

    private void learn(MethodNumber method) {
        if (methods.size() + unserved.size() >= MAX_METHODS) {
            return;
        }
        ServedMethod<?, ?> known = served.get(method.getName());
        if (known != null) {
            methods.put(method.getNumber(), known);
        } else {
            unserved.put(method.getNumber(), method.getName());
        }
    }

    private void take(LinkRequest request, long writtenNanos) {
        inHand++;
        bytesInHand += request.getBody().size();
        ServedMethod<?, ?> method = methods.get(request.getMethod());
        long deadline = writtenNanos + TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(request.getTimeoutMs()));
        if (method == null) {
            refuse(request, ErrorCode.UNIMPLEMENTED, unservedName(request.getMethod()) + ": not served here");
        } else if (deadline - System.nanoTime() <= 0) {
            meters.skipped.increment();
            refuse(request, ErrorCode.DEADLINE_EXCEEDED, method.name() + ": came too late");
        } else {
            handle(method, request, new Caller(caller, request.getApp(), deadline));
        }
    }

    private String unservedName(int number) {
        return unserved.containsKey(number) ? unserved.get(number) : "method " + number;
    }

    private void refuse(LinkRequest request, ErrorCode code, String detail) {
        finish(new Finished(Replies.failure(request.getId(), code, detail), requestBytes(request)));
    }

    private <Q extends MessageLite, R extends MessageLite> void handle(
            ServedMethod<Q, R> method, LinkRequest request, Caller by) {
        try {
            handle(method, request, method.parse(request.getBody()), by);
        } catch (InvalidProtocolBufferException malformed) {
            refuse(request, ErrorCode.INVALID_ARGUMENT, method.name() + ": malformed request");
        }
    }

    private <Q extends MessageLite, R extends MessageLite> void handle(
            ServedMethod<Q, R> method, LinkRequest request, Q asked, Caller by) {
        long id = request.getId();
        int requestBytes = requestBytes(request);
        CompletableFuture<R> outcome = method.handle(asked, by);
        Consumer<Finished> to = wayBack(outcome.isDone(), rounds.areHeld() && method.isAtLeisure(asked));
        var _ = outcome.whenComplete(
                (reply, thrown) -> to.accept(new Finished(replies.of(id, method.name(), reply, thrown), requestBytes)));
    }

    /** What is done already needs no hand-over: its reply leaves with the others of this batch. */
    private Consumer<Finished> wayBack(boolean done, boolean atLeisure) {
        if (done) {
            return this::finish;
        }
        return atLeisure ? rounds.await() : handOver::offer;
    }

    private void takeFinished() {
        for (Finished next = handOver.poll(); next != null; next = handOver.poll()) {
            finish(next);
        }
        for (Finished next = rounds.poll(); next != null; next = rounds.poll()) {
            finish(next);
        }
        write();
    }

    /** From here the bytes in hand are the reply's. */
    private void finish(Finished outcome) {
        ErrorCode failure = outcome.failure();
        if (failure != null) {
            meters.failed(failure);
        }
        bytesInHand += outcome.replyBytes() - outcome.requestBytes();
        finished.add(outcome);
    }

    private void write() {
        if (ended) {
            discard();
        }
        while (!finished.isEmpty() && call.isReady()) {
            ReplyBatch batch = nextBatch();
            meters.batchReplies.record(batch.getRepliesCount());
            call.sendMessage(batch);
        }
        inFlight = inHand;
        askIfRoom();
        endIfDrained();
    }

    private ReplyBatch nextBatch() {
        ReplyBatch.Builder batch = ReplyBatch.newBuilder();
        int bytes = 0;
        while (batch.getRepliesCount() < settings.maxBatchReplies() && bytes < settings.maxBatchBytes()) {
            Finished next = finished.poll();
            if (next == null) {
                break;
            }
            batch.addReplies(next.reply());
            bytes += next.replyBytes();
            release(next);
        }
        return batch.build();
    }

    private void discard() {
        finished.forEach(this::release);
        finished.clear();
    }

    private void release(Finished outcome) {
        inHand--;
        bytesInHand -= outcome.replyBytes();
    }

    private void askIfRoom() {
        if (asked || draining || ended) {
            return;
        }
        if (inHand < settings.maxInFlight() && bytesInHand < settings.maxInFlightBytes()) {
            paused = false;
            ask();
        } else if (!paused) {
            paused = true;
            meters.pauses.increment();
        }
    }

    private void ask() {
        asked = true;
        call.request(1);
    }

    private void endIfDrained() {
        if (draining && !ended && inHand == 0) {
            call.close(Status.UNAVAILABLE.withDescription("the peer closed the stream"), new Metadata());
            end();
        }
    }

    private void end() {
        assert loop.inEventLoop();
        if (!ended) {
            ended = true;
            discard();
            onEnd.accept(this);
        }
    }

    private static int requestBytes(LinkRequest request) {
        return request.getBody().size();
    }
}
