package io.hawser.saver;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.config.ByteSize;
import io.hawser.keeper.registry.Registration;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.saver.broadcast.BroadcastSettings;
import io.hawser.saver.endpoint.EndpointSettings;
import io.hawser.saver.journal.MySqlSettings;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.saver.log.LaneSettings;
import io.hawser.saver.log.Pusher;
import io.hawser.saver.redis.RedisSettings;
import io.hawser.saver.spool.SpoolSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Savers in this process, on real stores, under a membership that is kept by hand. */
final class SaverHarness {
    /** For two lanes, and several savers of a test that share them. */
    private static final int LOG_CONNECTIONS = 24;

    /** So little that logs are dropped from it. */
    private static final ByteSize FEW_LOGS = ByteSize.ofKibibytes(4);

    private static final ByteSize SPOOL = ByteSize.ofMebibytes(1);

    private static final AtomicLong LIVES = new AtomicLong();

    private SaverHarness() {}

    /** Is told of every message; no session reads any mailbox. */
    static class Everyone implements Pusher {
        @Override
        public CompletionStage<Boolean> push(String app, String user, long seq) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<Set<String>> mailboxesRead(String app, String user) {
            return CompletableFuture.completedFuture(Set.of());
        }
    }

    /** Fast rhythms, so that folds happen within a test. */
    static LaneSettings quick() {
        return quick(LaneSettings.defaults().emptyLifetime());
    }

    /** Likewise, where a log of which everything is acknowledged leaves Redis after so long. */
    static LaneSettings quick(Duration emptyLifetime) {
        return quick(emptyLifetime, Duration.ZERO);
    }

    /** Likewise, where a mailbox goes that nobody came for in so long. */
    static LaneSettings quick(Duration emptyLifetime, Duration longestAbsence) {
        LaneSettings normal = LaneSettings.defaults();
        return new LaneSettings(
                2,
                normal.maxQueued(),
                normal.maxBatchEntries(),
                normal.maxBatchBytes(),
                ByteSize.ofMebibytes(64),
                Duration.ofMillis(300),
                Duration.ofMillis(100),
                normal.maxFoldLogs(),
                normal.requestLifetime(),
                normal.maxRequestsPerLog(),
                emptyLifetime,
                normal.maxMailboxes(),
                normal.mailboxAway(),
                longestAbsence,
                normal.maxLoadMessages(),
                normal.maxLoadBytes(),
                normal.repushAfter(),
                normal.maxRepushes());
    }

    static SaverConfig config(String redis, String jdbcUrl, LaneSettings lanes) {
        return config(redis, TestDatabase.at(jdbcUrl, LOG_CONNECTIONS), lanes);
    }

    static SaverConfig config(String redis, MySqlSettings mysql, LaneSettings lanes) {
        SaverConfig normal = SaverConfig.defaults();
        return config(redis, mysql, lanes, normal.purgeEvery(), normal.broadcasts(), normal.endpoints());
    }

    static SaverConfig config(
            String redis,
            MySqlSettings mysql,
            LaneSettings lanes,
            Duration purgeEvery,
            BroadcastSettings broadcasts,
            EndpointSettings endpoints) {
        SaverConfig normal = SaverConfig.defaults();
        return new SaverConfig(
                normal.link(),
                normal.admin(),
                normal.zone(),
                normal.server(),
                normal.links(),
                at(redis.contains("://") ? redis : "redis://" + redis),
                mysql,
                lanes,
                new SpoolSettings("", SPOOL, 100, Duration.ofMillis(300)),
                normal.pushTimeout(),
                purgeEvery,
                normal.purges(),
                normal.tombstoneLifetime(),
                normal.outbox(),
                normal.bans(),
                broadcasts,
                endpoints,
                normal.holds());
    }

    /** A Redis that is soon taken for away, and soon for back. */
    static RedisSettings at(String uri) {
        RedisSettings normal = RedisSettings.defaults();
        return new RedisSettings(
                uri,
                "",
                normal.password(),
                normal.sentinelPassword(),
                normal.commandTimeout(),
                normal.connectTimeout(),
                normal.reconnectDelay(),
                normal.maxQueuedCommands(),
                Duration.ofMillis(500),
                Duration.ofMillis(100),
                FEW_LOGS);
    }

    /** A membership whose views are set by the test. */
    static final class HandMembership implements Membership {
        private final List<Consumer<View>> listeners = new CopyOnWriteArrayList<>();
        private View view = new View(1, List.of());

        @Override
        public synchronized View view() {
            return view;
        }

        @Override
        public synchronized AutoCloseable onChange(Consumer<View> listener) {
            listeners.add(listener);
            listener.accept(view);
            return () -> listeners.remove(listener);
        }

        synchronized void join(Peer peer) {
            List<Peer> peers = new ArrayList<>(view.peers());
            peers.removeIf(other -> other.name().equals(peer.name()));
            peers.add(peer);
            show(peers);
        }

        synchronized void leave(String name) {
            List<Peer> peers = new ArrayList<>(view.peers());
            peers.removeIf(other -> other.name().equals(name));
            show(peers);
        }

        private void show(List<Peer> peers) {
            view = new View(view.version() + 1, peers);
            listeners.forEach(listener -> listener.accept(view));
        }
    }

    /** One saver's view of a membership, which may come to a halt. */
    static final class Blinkers implements Membership {
        private final Membership seen;
        private volatile @Nullable View frozen;

        Blinkers(Membership seen) {
            this.seen = seen;
        }

        /** No change is seen from here on. */
        void freeze() {
            frozen = seen.view();
        }

        @Override
        public View view() {
            View still = frozen;
            return still == null ? seen.view() : still;
        }

        @Override
        public AutoCloseable onChange(Consumer<View> listener) {
            return seen.onChange(changed -> {
                if (frozen == null) {
                    listener.accept(changed);
                }
            });
        }
    }

    /** One saver and its place in the membership. */
    static final class Instance implements ServiceContext<SaverConfig>, AutoCloseable {
        private final String name;
        private final SaverConfig config;
        private final HandMembership savers;
        private final Clock clock;
        private final @Nullable Path data;
        private final long life = LIVES.incrementAndGet();
        private final MeterRegistry meters = new SimpleMeterRegistry();
        private final List<BooleanSupplier> checks = new CopyOnWriteArrayList<>();
        private final Map<String, String> remarks = new ConcurrentHashMap<>();
        private final Service service;

        Instance(String name, SaverConfig config, HandMembership savers, Clock clock) throws Exception {
            this(name, config, savers, clock, null);
        }

        /** @param data its own directory */
        Instance(String name, SaverConfig config, HandMembership savers, Clock clock, @Nullable Path data)
                throws Exception {
            this.data = data;
            this.name = name;
            this.config = config;
            this.savers = savers;
            this.clock = clock;
            this.service = Saver.start(this);
        }

        boolean ready() {
            return checks.stream().allMatch(BooleanSupplier::getAsBoolean);
        }

        /** Gives its slots up, then ends. */
        void stop() {
            savers.leave(name);
            drain(Duration.ofSeconds(20));
            service.close();
        }

        /** Once it has left. */
        void drain(Duration atMost) {
            service.drain(atMost);
        }

        /** Ends as a crash would, as far as the stores can tell. */
        @Override
        public void close() {
            service.close();
        }

        @Override
        public SaverConfig config() {
            return config;
        }

        @Override
        public void onConfigChange(Consumer<SaverConfig> listener) {
            // These tests change no configuration.
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Optional<Path> dataDirectory() {
            return Optional.ofNullable(data);
        }

        @Override
        public long incarnation() {
            return life;
        }

        @Override
        public void onReincarnation(LongConsumer listener) {
            // A hand-kept membership has no sessions to lose.
        }

        @Override
        public Membership members(String service) {
            return service.equals("saver") ? savers : new HandMembership();
        }

        @Override
        public List<Registration> registrations(String service) {
            return List.of();
        }

        @Override
        public void advertise(Advertisement what) {
            savers.join(new Peer("saver", name, what.host(), what.port(), life, what.zone()));
        }

        @Override
        public MeterRegistry meters() {
            return meters;
        }

        @Override
        public Clock clock() {
            return clock;
        }

        /** Returns what it says of something; empty: nothing. */
        String remarkOn(String about) {
            return remarks.getOrDefault(about, "");
        }

        @Override
        public void remark(String about, String words) {
            remarks.put(about, words);
        }

        @Override
        public void health(String check, BooleanSupplier ok) {
            checks.add(ok);
        }
    }
}
