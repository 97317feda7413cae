package io.hawser.saver.log;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.ListMailboxesReply;
import io.hawser.rpc.v1.ListMailboxesRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.RecallReply;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.rpc.v1.SettleReply;
import io.hawser.rpc.v1.SettleRequest;
import io.hawser.saver.journal.LogId;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Some of the slots of a saver, and all that happens to their logs: on one thread, without locks. Requests are handed
 * over to it, answers come from it; Redis and MySQL work meanwhile.
 */
public final class Lane {
    private final LaneThread thread;
    private final LaneCore core;
    private final LaneSettings settings;
    private final LaneMeters meters;
    private final AtomicInteger inHand = new AtomicInteger();
    /** By app; on the lane alone. */
    private final Map<String, Integer> inHandByApp = new HashMap<>();

    Lane(LaneThread thread, LaneCore core, LaneSettings settings, LaneMeters meters) {
        this.thread = thread;
        this.core = core;
        this.settings = settings;
        this.meters = meters;
    }

    public CompletableFuture<AppendReply> append(LogId id, AppendRequest request) {
        return take(id, log -> append(log, request));
    }

    public CompletableFuture<OpenMailboxReply> open(LogId id, OpenMailboxRequest request) {
        return take(id, log -> begin(new OpenMailbox(log, request, settings, core::refuseChange, core::accept)));
    }

    public CompletableFuture<LoadReply> load(LogId id, LoadRequest request) {
        meters.loaded.increment();
        return take(id, log -> begin(new Load(log, request, settings)));
    }

    public CompletableFuture<AcknowledgeReply> acknowledge(LogId id, AcknowledgeRequest request) {
        return take(id, log -> begin(new Acknowledge(log, request, meters)));
    }

    public CompletableFuture<SettleReply> settle(LogId id, SettleRequest request) {
        return take(id, log -> {
            log.settle(request.getSeq());
            core.ended(log);
            return CompletableFuture.completedFuture(SettleReply.getDefaultInstance());
        });
    }

    public CompletableFuture<RecallReply> recall(LogId id, RecallRequest request) {
        return take(id, log -> beginChange(new Recall(log, request, core::accept)));
    }

    public CompletableFuture<MessageStatusReply> status(LogId id, MessageStatusRequest request) {
        return take(id, log -> begin(new ReadStatus(log, request)));
    }

    public CompletableFuture<ListMailboxesReply> list(LogId id, ListMailboxesRequest request) {
        return take(id, log -> begin(new ListMailboxes(log)));
    }

    public CompletableFuture<ForgetMailboxReply> forget(LogId id, ForgetMailboxRequest request) {
        return take(id, log -> beginChange(new ForgetMailbox(log, request, core::accept)));
    }

    /** Empties a log; completes when neither Redis nor the journal nor the tables have anything of before, but requests. */
    public CompletableFuture<Erased> erase(LogId id) {
        return take(id, log -> {
            core.spooling.refuseErasure(log);
            return beginChange(new Erase(log, core::accept, core.folder::hurry));
        });
    }

    /** Forgets requests of a log that was erased, in Redis and here. */
    public CompletableFuture<Boolean> forgetRequests(LogId id, List<String> requestIds, long upTo) {
        return take(id, log -> {
            core.owned.forgetAppends(id, upTo);
            return begin(new ForgetRequests(log, requestIds, upTo));
        });
    }

    private CompletableFuture<AppendReply> append(UserLog log, AppendRequest request) {
        Append before = core.owned.append(log, request.getRequestId());
        boolean known = before != null && (before.committedAlready() || !before.sameBody(request));
        if (!known && core.spooling.mayTake(request)) {
            return core.spooling.append(log.id, request, before != null, () -> store(log.id, request));
        }
        if (before != null) {
            return repeat(before, request);
        }
        if (!request.getSpooled()) {
            core.spooling.refuseIfHeld(log);
        }
        return begin(log, request);
    }

    /** Perhaps a while after it was asked for. */
    private CompletableFuture<AppendReply> store(LogId id, AppendRequest request) {
        UserLog log = core.owned.own(id);
        try {
            Append before = core.owned.append(log, request.getRequestId());
            return before == null ? begin(log, request) : repeat(before, request);
        } finally {
            core.owned.forgetIfIdle(log);
        }
    }

    private CompletableFuture<AppendReply> repeat(Append before, AppendRequest request) {
        meters.repeated.increment();
        if (!before.sameBody(request)) {
            return CompletableFuture.failedFuture(
                    HawserException.refusal(ErrorCode.IDEMPOTENCY_CONFLICT, "request id: was used with another body"));
        }
        if (request.getSpooled()) {
            before.repeatedBySpool();
        }
        return before.repeat();
    }

    private CompletableFuture<AppendReply> begin(UserLog log, AppendRequest request) {
        checkChange();
        Append append = new Append(log, request, settings, core::accept, core::sweep);
        core.owned.remember(append);
        var _ = append.result.whenComplete((reply, failure) -> {
            if (!append.accepted()) {
                core.owned.forget(append);
            }
        });
        return begin(append);
    }

    private void checkChange() {
        HawserException refusal = core.refuseChange();
        if (refusal != null) {
            meters.refused.increment();
            throw refusal;
        }
    }

    private <R> CompletableFuture<R> beginChange(Operation<R> operation) {
        checkChange();
        return begin(operation);
    }

    private <R> CompletableFuture<R> begin(Operation<R> operation) {
        CompletableFuture<R> answer = core.fence.guard(operation);
        core.dispatcher.begin(operation);
        return answer;
    }

    /** Hands work on a log to the lane, within the bounds. */
    private <R> CompletableFuture<R> take(LogId id, Function<UserLog, CompletableFuture<R>> work) {
        if (inHand.incrementAndGet() > settings.maxQueued()) {
            inHand.decrementAndGet();
            return CompletableFuture.failedFuture(refused("operations in hand: " + settings.maxQueued()));
        }
        CompletableFuture<R> answer = new CompletableFuture<>();
        thread.execute(() -> start(id, work, answer));
        return answer;
    }

    private <R> void start(LogId id, Function<UserLog, CompletableFuture<R>> work, CompletableFuture<R> answer) {
        int ofApp = inHandByApp.merge(id.app(), 1, Integer::sum);
        try {
            if (ofApp > 1 && ofApp > settings.maxQueued() - inHand.get()) {
                throw refused("operations of app " + id.app() + " in hand: " + ofApp);
            }
            UserLog log = core.owned.own(id);
            var _ = work.apply(log).whenComplete((reply, failure) -> end(id, answer, reply, failure));
            core.owned.forgetIfIdle(log);
        } catch (Throwable e) {
            end(id, answer, null, e);
        }
    }

    private <R> void end(LogId id, CompletableFuture<R> answer, @Nullable R reply, @Nullable Throwable failure) {
        inHand.decrementAndGet();
        inHandByApp.computeIfPresent(id.app(), (app, count) -> count == 1 ? null : count - 1);
        if (reply != null) {
            answer.complete(reply);
        } else {
            answer.completeExceptionally(failure == null ? new IllegalStateException("no answer") : failure);
        }
    }

    private HawserException refused(String what) {
        meters.refused.increment();
        return HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, what);
    }
}
