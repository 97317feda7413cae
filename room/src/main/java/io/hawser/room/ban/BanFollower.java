package io.hawser.room.ban;

import io.hawser.room.connection.Banned;
import io.hawser.room.connection.Bans;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.Ban;
import io.hawser.rpc.v1.BanStoreGrpc;
import io.hawser.rpc.v1.ReadBansReply;
import io.hawser.rpc.v1.ReadBansRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the bans: asks a saver for what changed, one call at a time, and publishes a new list where something did. A
 * room that reaches no saver keeps the list it has; its age is a metric. Bans expire by this room's clock.
 *
 * <p>What is read belongs to one thread; the list is for all.
 */
public final class BanFollower implements Bans {
    private static final Logger LOG = LoggerFactory.getLogger(BanFollower.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final LinkClient savers;
    private final Supplier<BanConfig> config;
    private final ScheduledExecutorService owner;
    private final Clock clock;
    private final Counter failed;
    private volatile BanList list = BanList.EMPTY;
    private volatile boolean read;
    private volatile long readNanos = System.nanoTime();
    private volatile int count;
    private volatile Consumer<Collection<Ban>> onNew = bans -> {};

    /** By id, and up to which version; of the published list. */
    private Map<Long, Ban> known = new HashMap<>();

    private long version;
    private Reading reading = new Reading(0);

    /** Savers' answers on the way to a new list. */
    private final class Reading {
        private final List<Ban> fresh = new ArrayList<>();
        /** Null: the same as before. */
        private @Nullable Map<Long, Ban> bans;

        private long from;
        private boolean whole;

        Reading(long from) {
            this.from = from;
        }

        void take(ReadBansReply reply) {
            Map<Long, Ban> next = bans;
            if (reply.getWhole() && !(known.isEmpty() && reply.getBansCount() == 0)) {
                whole = true;
                next = new HashMap<>();
            } else if (next == null && reply.getBansCount() > 0) {
                next = new HashMap<>(known);
            }
            if (next != null) {
                take(reply, next);
            }
            bans = next;
            from = reply.getVersion();
        }

        private void take(ReadBansReply reply, Map<Long, Ban> next) {
            for (Ban ban : reply.getBansList()) {
                if (ban.getLifted()) {
                    next.remove(ban.getId());
                } else {
                    next.put(ban.getId(), ban);
                    fresh.add(ban);
                }
            }
        }
    }

    /**
     * @param config asked before each poll
     * @param owner one thread, which is not closed with this
     */
    public BanFollower(
            LinkClient savers,
            Supplier<BanConfig> config,
            ScheduledExecutorService owner,
            Clock clock,
            MeterRegistry meters) {
        this.savers = savers;
        this.config = config;
        this.owner = owner;
        this.clock = clock;
        this.failed = Counter.builder("hawser.room.bans.polls.failed")
                .description("Times that no saver told the changes of bans")
                .register(meters);
        Gauge.builder("hawser.room.bans", this, follower -> follower.count)
                .description("Bans that this room knows of")
                .register(meters);
        Gauge.builder("hawser.room.bans.age", this, BanFollower::ageSeconds)
                .description("Time since a saver last told the changes of bans")
                .baseUnit("seconds")
                .register(meters);
    }

    /** Begins to follow; {@code onNew} hears of new bans once the list has them, on the owner's thread. */
    public void start(Consumer<Collection<Ban>> listener) {
        onNew = listener;
        owner.execute(this::poll);
    }

    /** Whether the bans were read ever. */
    public boolean loaded() {
        return read;
    }

    @Override
    public @Nullable Banned ofPeer(InetAddress peer) {
        long nowMs = clock.millis();
        return told(list.ofPeer(peer, nowMs), nowMs);
    }

    @Override
    public @Nullable Banned ofEndpoint(String app, String user, String device, @Nullable InetAddress peer) {
        long nowMs = clock.millis();
        return told(list.ofEndpoint(app, user, device, peer, nowMs), nowMs);
    }

    private @Nullable Banned told(@Nullable Ban ban, long nowMs) {
        return ban == null ? null : Banned.of(ban, nowMs, config.get().maxRetryAfter());
    }

    private void poll() {
        ReadBansRequest request = ReadBansRequest.newBuilder()
                .setSinceVersion(reading.from)
                .setContinues(reading.whole)
                .build();
        var _ = savers.call(Route.leastLoaded(), BanStoreGrpc.getReadBansMethod(), request, "", TIMEOUT)
                .whenComplete((reply, failure) -> onOwner(() -> answered(reply, failure), 0));
    }

    private void answered(@Nullable ReadBansReply reply, @Nullable Throwable failure) {
        long delayMs = config.get().pollEvery().toMillis();
        try {
            if (reply == null) {
                LOG.debug("The bans were not read", failure);
                failed.increment();
                reading = new Reading(version);
            } else {
                reading.take(reply);
                if (reply.getMore()) {
                    delayMs = 0;
                } else {
                    publish(reading);
                }
            }
        } finally {
            // Whatever is wrong with one answer, the next one is asked for.
            onOwner(this::poll, delayMs);
        }
    }

    private void publish(Reading done) {
        version = done.from;
        Map<Long, Ban> next = done.bans;
        if (next != null) {
            long nowMs = clock.millis();
            next.values().removeIf(ban -> !BanList.inForce(ban, nowMs));
            known = next;
            list = new BanList(known.values());
            count = known.size();
        }
        read = true;
        readNanos = System.nanoTime();
        reading = new Reading(version);
        onNew.accept(done.fresh);
    }

    private double ageSeconds() {
        return (System.nanoTime() - readNanos) / 1e9;
    }

    /** A room that is closing asks no more. */
    private void onOwner(Runnable task, long delayMs) {
        try {
            var _ = owner.schedule(task, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("The room is closing", e);
        }
    }
}
