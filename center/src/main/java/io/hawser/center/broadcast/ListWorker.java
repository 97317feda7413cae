package io.hawser.center.broadcast;

import io.hawser.center.link.Repeats;
import io.hawser.center.link.Savers;
import io.hawser.center.message.Addressee;
import io.hawser.center.message.Draft;
import io.hawser.center.message.Sends;
import io.hawser.center.message.Sends.Sent;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.BroadcastStoreGrpc;
import io.hawser.rpc.v1.ReadUserListPartReply;
import io.hawser.rpc.v1.ReadUserListPartRequest;
import io.hawser.rpc.v1.Slice;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends to the users of one part of a list, in their order, some at a time. An append that may have been made is made again,
 * under the same request id, by this center or by the next one: nobody gets it twice. A user who is refused is counted and
 * passed over; where savers cannot serve, it waits. A user who is erased meanwhile is named by the part no more: it is read
 * again each second.
 */
final class ListWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ListWorker.class);
    private static final long PAUSE_MS = 1_000;
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Slice slice;
    private final Letters letters;
    private final Savers savers;
    private final Sends sends;
    private final Semaphore appends;
    private final Throttle throttle;
    private final DriverMeters meters;
    private final Runnable finished;
    private volatile Progress progress;

    /**
     * @param letters makes the message of a slice
     * @param appends bounds those under way, of all workers
     * @param finished is run when all users are served
     */
    ListWorker(
            Slice slice,
            Letters letters,
            Savers savers,
            Sends sends,
            Semaphore appends,
            DriverMeters meters,
            Runnable finished) {
        this.slice = slice;
        this.letters = letters;
        this.savers = savers;
        this.sends = sends;
        this.appends = appends;
        this.throttle = new Throttle(slice.getMembersPerSecond());
        this.meters = meters;
        this.finished = finished;
        this.progress = new Progress(slice.getDoneUsers(), slice.getFailed(), slice.getLastError(), false);
    }

    /**
     * How far it is.
     *
     * @param done users from the part's beginning who are served
     * @param failed those of them who were refused
     * @param lastError the last refusal's number; 0: none
     */
    record Progress(int done, int failed, int lastError, boolean finished) {
        Progress after(List<Outcome> outcomes) {
            int error = lastError;
            int refused = 0;
            for (Outcome outcome : outcomes) {
                if (outcome.refusal != null) {
                    refused++;
                    error = outcome.refusal.number();
                }
            }
            return new Progress(done + outcomes.size(), failed + refused, error, false);
        }
    }

    /**
     * What became of one user's.
     *
     * @param refusal null: it is stored
     */
    record Outcome(@Nullable ErrorCode refusal) {}

    Progress progress() {
        return progress;
    }

    void pace(int membersPerSecond) {
        throttle.pace(membersPerSecond);
    }

    /** Runs until all are served, or the thread is interrupted; another one may go on then. */
    @Override
    public synchronized void run() {
        try {
            Part part = read();
            while (progress.done < part.read.getUsersCount()) {
                int chunk = throttle.await(part.read.getUsersCount() - progress.done);
                part = part.isFresh() ? part : read();
                serve(part.read, chunk);
            }
            progress = new Progress(progress.done, progress.failed, progress.lastError, true);
            finished.run();
        } catch (InterruptedException ended) {
            // The lease is over, or the task is held: whoever goes on begins where this was.
        } catch (RuntimeException e) {
            LOG.error("Part {} of broadcast {} failed", slice.getPart(), Long.toUnsignedString(slice.getTask()), e);
        }
    }

    /** @param atNanos when it was asked for */
    private record Part(ReadUserListPartReply read, long atNanos) {
        boolean isFresh() {
            return System.nanoTime() - atNanos < FRESH_NANOS;
        }
    }

    private Part read() throws InterruptedException {
        ReadUserListPartRequest request = ReadUserListPartRequest.newBuilder()
                .setTask(slice.getTask())
                .setPart(slice.getPart())
                .build();
        while (true) {
            long nowNanos = System.nanoTime();
            try {
                return new Part(
                        savers.ofApp(slice.getApp(), BroadcastStoreGrpc.getReadUserListPartMethod(), request)
                                .get(),
                        nowNanos);
            } catch (ExecutionException e) {
                pause(Repeats.refusalOf(e));
            }
        }
    }

    /** Serves the next of its users, or none where that is not possible now. */
    private void serve(ReadUserListPartReply part, int chunk) throws InterruptedException {
        Draft draft = letters.of(slice, part);
        if (draft == null) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            return;
        }
        try {
            List<String> users = part.getUsersList().subList(progress.done, progress.done + chunk);
            progress = progress.after(send(draft, users));
        } catch (CompletionException e) {
            pause(Repeats.refusalOf(e));
        }
    }

    /** All workers meet the same outage: it is counted, and told where somebody looks. */
    private void pause(HawserException cause) throws InterruptedException {
        meters.listWaited();
        LOG.debug("Part {} of broadcast {} waits", slice.getPart(), slice.getTask(), cause);
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }

    private List<Outcome> send(Draft draft, List<String> users) throws InterruptedException {
        appends.acquire(users.size());
        List<CompletableFuture<Outcome>> sent =
                users.stream().map(user -> send(draft, user)).toList();
        var all = CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new));
        var _ = all.whenComplete((done, failure) -> appends.release(users.size()));
        try {
            var _ = all.get();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
        return sent.stream().map(CompletableFuture::join).toList();
    }

    private CompletableFuture<Outcome> send(Draft draft, String user) {
        if (user.isEmpty()) {
            // Erased since it was listed.
            meters.appended(false);
            return CompletableFuture.completedFuture(new Outcome(ErrorCode.NOT_FOUND));
        }
        try {
            return sends.send(draft, Addressee.of(draft.app(), user)).handle(this::outcome);
        } catch (HawserException refusal) {
            return CompletableFuture.completedFuture(outcome(null, refusal));
        }
    }

    /** Throws what may be over later. */
    private Outcome outcome(@Nullable Sent sent, @Nullable Throwable failure) {
        if (sent != null) {
            sent.afterAnswer().run();
            meters.appended(true);
            return new Outcome(null);
        }
        HawserException refusal =
                Repeats.refusalOf(failure == null ? new IllegalStateException("neither sent nor failed") : failure);
        if (!Sends.refusesForGood(refusal)) {
            throw new CompletionException(refusal);
        }
        meters.appended(false);
        return new Outcome(refusal.code());
    }

    /** The messages of lists. */
    interface Letters {
        /** Returns what the users of a slice's part get; null: its app is not there, or disabled. */
        @Nullable
        Draft of(Slice slice, ReadUserListPartReply part);

        /** The same message for all, in the name of the app as it is now. */
        static @Nullable Draft of(Slice slice, ReadUserListPartReply part, @Nullable App app) {
            return app == null || app.getDisabled()
                    ? null
                    : Draft.ofStored(
                            app,
                            "broadcast-" + Long.toUnsignedString(slice.getTask()),
                            part.getContent(),
                            slice.getExpiresMs(),
                            part.getCollapseKey());
        }
    }
}
