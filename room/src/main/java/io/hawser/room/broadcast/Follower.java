package io.hawser.room.broadcast;

import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.FollowedApp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * time, for all of them. What it knows of the logs belongs to its one thread, {@code owner}; event loops are told, and
 * read nothing of it.
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
        try {
            owner.execute(task);
        } catch (RejectedExecutionException e) {
            // The room is being closed.
            LOG.debug("not followed any more", e);
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
                    () -> {
                        planned = false;
                        askNow();
                    },
                    intervalMs - jitterMs / 2 + random.nextLong(jitterMs + 1),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void ask() {
        FollowBroadcastsRequest.Builder request = FollowBroadcastsRequest.newBuilder()
                .setMaxEntries(config.get().followEntries())
                .setMaxBytes(config.get().followBytes().toInt());
        List<FollowedLog> asked = new ArrayList<>();
        keepWithin();
        for (FollowedLog log : logs.values()) {
            if (mayGrow(log)) {
                asked.add(log);
                request.addApps(log.question());
            }
        }
        if (asked.isEmpty()) {
            askLater();
            return;
        }
        asking = true;
        again = false;
        var _ = stores.follow(request.build())
                .whenComplete((reply, failure) -> run(() -> {
                    asking = false;
                    onAnswer(request.getAppsList(), asked, reply, failure);
                }));
    }

    /** Where all that is held is still to be offered, more is read only for apps whose members have had what there is. */
    private boolean mayGrow(FollowedLog log) {
        return !log.isFull() && (!isOver() || log.doneTo() == log.tail().to());
    }

    private void onAnswer(
            List<FollowedApp> questions,
            List<FollowedLog> asked,
            @Nullable FollowBroadcastsReply reply,
            @Nullable Throwable failure) {
        if (reply == null) {
            meters.followsFailed().increment();
            LOG.debug("logs: not read", failure);
            askLater();
            return;
        }
        answeredNanos = nanoTime.getAsLong();
        boolean more = take(reply);
        for (int i = 0; i < asked.size(); i++) {
            if (questions.get(i).getFromNow() && !asked.get(i).isStarted()) {
                // Never a broadcast: it is followed from its beginning.
                asked.get(i).start(0, 0, 0);
            }
        }
        if (more || again) {
            ask();
        } else {
            askLater();
        }
    }

    private boolean take(FollowBroadcastsReply reply) {
        boolean more = false;
        for (AppNews news : reply.getAppsList()) {
            FollowedLog log = logs.get(news.getApp());
            if (log != null) {
                long before = log.tail().bytes();
                log.take(news);
                meters.entries().increment(news.getEntriesCount());
                log.dropTo(log.tail().to() - config.get().tailEntries());
                held(log.tail().bytes() - before);
                more |= news.getMore();
            }
        }
        keepWithin();
        return more;
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
        logs.values().forEach(FollowedLog::tell);
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
