package io.hawser.room.broadcast;

import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the savers, again and again, what is new in the logs of all apps that the room holds bindings of: one request at a
 * time, for all of them. A fault in the news of one app is that app's alone, and none ends the asking. What it knows of
 * the logs belongs to its one thread, {@code owner}; event loops are told, and read nothing of it.
 */
final class Follower implements Following {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final Stores stores;
    private final ScheduledExecutorService owner;
    private final Supplier<BroadcastConfig> config;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;
    private final BroadcastMeters meters;

    private final Map<String, FollowedLog> logs = new HashMap<>();
    private long heldBytes;
    private boolean asking;
    private boolean again;
    private boolean planned;
    private volatile long answeredNanos;
    private volatile long bytes;

    Follower(
            Stores stores,
            ScheduledExecutorService owner,
            Supplier<BroadcastConfig> config,
            RandomGenerator random,
            LongSupplier nanoTime,
            BroadcastMeters meters) {
        this.stores = stores;
        this.owner = owner;
        this.config = config;
        this.random = random;
        this.nanoTime = nanoTime;
        this.meters = meters;
        this.answeredNanos = nanoTime.getAsLong();
        meters.gauge("hawser.room.broadcasts.tail.bytes", () -> bytes);
        meters.gauge(
                "hawser.room.broadcasts.follow.age.seconds",
                () -> (nanoTime.getAsLong() - answeredNanos) / 1_000_000_000L);
    }

    @Override
    public void join(Subscriber subscriber) {
        run(() -> {
            FollowedLog log = logs.computeIfAbsent(subscriber.app(), FollowedLog::new);
            log.join(subscriber);
            if (!log.isStarted()) {
                askNow();
            }
        });
    }

    @Override
    public void leave(Subscriber subscriber) {
        run(() -> {
            FollowedLog log = logs.get(subscriber.app());
            if (log != null && log.leave(subscriber)) {
                logs.remove(log.app());
                held(-log.tail().bytes());
            }
        });
    }

    @Override
    public void hint(String app, long bseq) {
        run(() -> {
            FollowedLog log = logs.get(app);
            if (log != null && log.tail().to() < bseq) {
                askNow();
            }
        });
    }

    private void run(Runnable task) {
        attempt(() -> owner.execute(() -> attempt(task)));
    }

    /** A fault ends this task, not the following. */
    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (RejectedExecutionException e) {
            // The room is being closed.
            LOG.debug("not followed any more", e);
        } catch (RuntimeException fault) {
            meters.followsFailed().increment();
            LOG.error("logs: not followed this time", fault);
        }
    }

    private void askNow() {
        if (asking) {
            again = true;
        } else {
            ask();
        }
    }

    private void askLater() {
        if (!planned && !logs.isEmpty()) {
            planned = true;
            long intervalMs = config.get().followInterval().toMillis();
            long jitterMs = intervalMs / 2;
            var _ = owner.schedule(
                    () -> attempt(() -> {
                        planned = false;
                        askNow();
                    }),
                    intervalMs - jitterMs / 2 + random.nextLong(jitterMs + 1),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void ask() {
        try {
            again = false;
            keepWithin();
            askFor(logs.values().stream().filter(this::mayGrow).toList());
        } finally {
            if (!asking) {
                askLater();
            }
        }
    }

    private void askFor(List<FollowedLog> asked) {
        if (asked.isEmpty()) {
            return;
        }
        FollowBroadcastsRequest.Builder request = FollowBroadcastsRequest.newBuilder()
                .setMaxEntries(config.get().followEntries())
                .setMaxBytes(config.get().followBytes().toInt());
        asked.forEach(log -> request.addApps(log.question()));
        CompletableFuture<FollowBroadcastsReply> answer = stores.follow(request.build());
        asking = true;
        var _ = answer.whenComplete((reply, failure) -> run(() -> {
            asking = false;
            onAnswer(asked, reply, failure);
        }));
    }

    /** Where all that is held is still to be offered, more is read only for apps whose members have had what there is. */
    private boolean mayGrow(FollowedLog log) {
        return !log.restsAt(nanoTime.getAsLong())
                && !log.isFull()
                && (!isOver() || log.doneTo() == log.tail().to());
    }

    private void onAnswer(List<FollowedLog> asked, @Nullable FollowBroadcastsReply reply, @Nullable Throwable failure) {
        boolean more = false;
        try {
            if (reply == null) {
                meters.followsFailed().increment();
                LOG.debug("logs: not read", failure);
            } else {
                answeredNanos = nanoTime.getAsLong();
                more = take(reply, asked) || again;
            }
        } finally {
            // Whatever is wrong with one answer, the next one is asked for.
            if (more) {
                ask();
            } else {
                askLater();
            }
        }
    }

    /** Returns whether there is more to read. */
    private boolean take(FollowBroadcastsReply reply, List<FollowedLog> asked) {
        boolean more = false;
        Set<String> told = new HashSet<>();
        for (AppNews news : reply.getAppsList()) {
            FollowedLog log = logs.get(news.getApp());
            told.add(news.getApp());
            if (log != null && take(news, log)) {
                more |= news.getMore();
            }
        }
        for (FollowedLog log : asked) {
            if (!log.isStarted() && !told.contains(log.app())) {
                // Never a broadcast: it is followed from its beginning.
                log.start(0, 0, 0);
            }
        }
        keepWithin();
        return more;
    }

    /** Returns false where they cannot be news: the log stays where it is, and is asked for again. */
    private boolean take(AppNews news, FollowedLog log) {
        long before = log.tail().bytes();
        try {
            log.take(news);
            log.dropTo(log.tail().to() - config.get().tailEntries());
            meters.entries().increment(news.getEntriesCount());
            return true;
        } catch (RuntimeException fault) {
            meters.newsRefused().increment();
            log.refused(fault, nanoTime.getAsLong());
            return false;
        } finally {
            held(log.tail().bytes() - before);
        }
    }

    private void held(long change) {
        heldBytes += change;
        bytes = heldBytes;
    }

    /** Event loops are told at once of all that is held no longer: what they have in memory is what is counted here. */
    private void keepWithin() {
        boolean any = true;
        while (any && isOver()) {
            any = giveWay();
        }
        logs.values().forEach(log -> attempt(log::tell));
    }

    /** The largest log drops its oldest, whosever news it was. Returns false where none may. */
    private boolean giveWay() {
        FollowedLog largest = largest();
        if (largest == null) {
            return false;
        }
        long before = largest.tail().bytes();
        largest.dropTo(largest.tail().from() + Math.max(1, largest.tail().size() / 8));
        held(largest.tail().bytes() - before);
        return true;
    }

    private boolean isOver() {
        return heldBytes > config.get().tailBytes().bytes();
    }

    private @Nullable FollowedLog largest() {
        FollowedLog largest = null;
        for (FollowedLog log : logs.values()) {
            boolean isLarger =
                    largest == null || log.tail().bytes() > largest.tail().bytes();
            largest = isLarger && log.mayGiveWay() ? log : largest;
        }
        return largest;
    }
}
