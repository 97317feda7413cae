package io.hawser.saver.spool;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.saver.journal.LogId;
import io.hawser.wire.ErrorCode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The way out of the spool: each user's requests one after another, in the order in which they came; many users at once.
 * What cannot be served now is tried again for as long as it takes: where nobody serves a slot, its users rest, and one
 * finds out when somebody does; where the owner has no room, the user waits alone. So does one whose request is refused
 * for its own sake; after many attempts that is put aside. Owned by the spool's thread.
 */
final class SpoolReplay {
    static final int MAX_REFUSALS = 20;
    private static final int MAX_AT_ONCE = 64;
    /** Besides those: requests that find out whether their slots are served again. */
    private static final int MAX_ASKING = 8;

    private static final long RETRY_MILLIS = 500;
    private static final int MAX_DOUBLINGS = 7;
    private static final int MAX_DOUBLINGS_FOR_ROOM = 2;

    /** Where requests go. */
    interface Exits {
        void committed(Spooled spooled);

        /** Returns whether it could be put where people find it. */
        boolean putAside(Spooled spooled, Throwable why);

        /** Nobody can serve one now, or it was refused. */
        void failing(Throwable why);
    }

    interface Timer {
        /** Runs something on the spool's thread, later. */
        void after(Runnable task, long millis);
    }

    private final Appender appender;
    private final Executor onThread;
    private final Timer timer;
    private final Exits exits;
    private final Map<LogId, OfUser> users = new HashMap<>();
    /** Users whose next one may be tried. */
    private final ArrayDeque<LogId> ready = new ArrayDeque<>();

    private final RestingSlots resting;
    private int underWay;
    private int asking;

    private static final class OfUser {
        final ArrayDeque<Spooled> requests = new ArrayDeque<>(1);
        /** How often the first was refused for its own sake. */
        int refusals;
        /** How often the user has waited alone for the first. */
        int pauses;
    }

    SpoolReplay(Appender appender, Executor onThread, Timer timer, Exits exits) {
        this.appender = appender;
        this.onThread = onThread;
        this.timer = timer;
        this.exits = exits;
        this.resting = new RestingSlots(timer, this::run);
    }

    void add(Spooled spooled) {
        OfUser user = users.computeIfAbsent(spooled.log, log -> new OfUser());
        user.requests.add(spooled);
        if (user.requests.size() == 1) {
            ready.add(spooled.log);
        }
    }

    /** Whether somebody served the user's slot the last time; from any thread. */
    boolean isServed(LogId log) {
        return !resting.has(log);
    }

    /** Starts what may be started. */
    void run() {
        while (asking < MAX_ASKING) {
            LogId log = resting.ask();
            if (log == null) {
                break;
            }
            asking++;
            start(log, true);
        }
        while (underWay < MAX_AT_ONCE && !ready.isEmpty()) {
            LogId log = ready.remove();
            if (!resting.keeps(log)) {
                underWay++;
                start(log, false);
            }
        }
    }

    private void start(LogId log, boolean asks) {
        Spooled next = user(log).requests.element();
        var _ = append(next).whenComplete((reply, failure) -> onThread.execute(() -> ended(next, asks, failure)));
    }

    private CompletionStage<AppendReply> append(Spooled next) {
        try {
            return appender.append(next.again());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void ended(Spooled tried, boolean asked, @Nullable Throwable failure) {
        if (asked) {
            asking--;
        } else {
            underWay--;
        }
        if (failure != null && isNotServed(failure)) {
            resting.failed(tried.log, asked);
            exits.failing(failure);
        } else {
            ready.addAll(resting.served(tried.log));
            answered(tried, failure);
        }
        run();
    }

    private void answered(Spooled tried, @Nullable Throwable failure) {
        if (failure == null) {
            next(tried);
            exits.committed(tried);
        } else if (Appender.code(failure) == ErrorCode.IDEMPOTENCY_CONFLICT && tried.rename()) {
            ready.addFirst(tried.log);
        } else {
            exits.failing(failure);
            refused(tried, failure);
        }
    }

    private void refused(Spooled tried, Throwable cause) {
        OfUser user = user(tried.log);
        if (Appender.passes(cause)) {
            pause(tried.log, Math.min(user.pauses, MAX_DOUBLINGS_FOR_ROOM));
            return;
        }
        user.refusals++;
        if (user.refusals >= MAX_REFUSALS && exits.putAside(tried, cause)) {
            next(tried);
        } else {
            pause(tried.log, Math.min(user.pauses, MAX_DOUBLINGS));
        }
    }

    /** Has a user wait alone. */
    private void pause(LogId log, int doublings) {
        user(log).pauses++;
        timer.after(
                () -> {
                    ready.add(log);
                    run();
                },
                RETRY_MILLIS << doublings);
    }

    /** It is done with: the user's next one may be tried. */
    private void next(Spooled done) {
        OfUser user = user(done.log);
        user.requests.remove();
        user.refusals = 0;
        user.pauses = 0;
        if (user.requests.isEmpty()) {
            users.remove(done.log);
        } else {
            ready.add(done.log);
        }
    }

    private OfUser user(LogId log) {
        return Objects.requireNonNull(users.get(log), "has requests");
    }

    /** Whether its slot is not: then the slot's other users need not ask. */
    private static boolean isNotServed(Throwable failure) {
        return Appender.passes(failure) && Appender.code(failure) != ErrorCode.RESOURCE_EXHAUSTED;
    }
}
