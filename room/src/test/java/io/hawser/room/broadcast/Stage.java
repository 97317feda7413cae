package io.hawser.room.broadcast;

import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.PaceGrant;
import io.hawser.rpc.v1.TaskState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** One event loop's part of a room's broadcasts, with a log, a store and time in the test's hands. */
final class Stage {
    final TrueLog log = new TrueLog();
    final HandHost host = new HandHost();
    final ScarceMemory memory = new ScarceMemory();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final LateStores stores;
    final Progress progress;
    final LoopBroadcasts room;
    final List<ModelClient> clients = new ArrayList<>();
    private final Cursors cursors;
    private final Paces paces;
    private final List<FollowedLog> followed = new ArrayList<>();
    private final int heldEntries;

    Stage() {
        this(new Random(1), config(64, 64, 64), 64);
    }

    /** Compresses bodies of 100 bytes and more, once so many members took them as they are. */
    static Stage compressing(int after) {
        BroadcastConfig d = BroadcastConfig.defaults();
        CompressionConfig compression =
                new CompressionConfig(CompressionConfig.Method.DEFLATE, new ByteSize(100), after);
        return new Stage(new Random(1), config(64, 64, d.tailBytes(), 64, compression), 64);
    }

    /** @param heldEntries of the log, at most */
    Stage(Random random, BroadcastConfig config, int heldEntries) {
        this.heldEntries = heldEntries;
        stores = new LateStores(log, random);
        BroadcastMeters meters = new BroadcastMeters(registry);
        progress = new Progress(10_000, meters);
        cursors = new Cursors(stores, () -> 1_000, meters);
        paces = new Paces(() -> TimeUnit.MILLISECONDS.toNanos(host.nowMs));
        Parts parts = new Parts(
                stores,
                new Feed(),
                progress,
                paces,
                cursors,
                meters,
                () -> config,
                () -> new SplittableRandom(random.nextLong()),
                memory);
        room = new LoopBroadcasts(host, parts);
    }

    static BroadcastConfig config(int window, int tailEntries, int membersATurn) {
        return config(window, tailEntries, BroadcastConfig.defaults().tailBytes(), membersATurn);
    }

    static BroadcastConfig config(int window, int tailEntries, ByteSize tailBytes, int membersATurn) {
        return config(window, tailEntries, tailBytes, membersATurn, CompressionConfig.defaults());
    }

    static BroadcastConfig config(
            int window, int tailEntries, ByteSize tailBytes, int membersATurn, CompressionConfig compression) {
        BroadcastConfig c = BroadcastConfig.defaults();
        return new BroadcastConfig(
                c.followInterval(),
                c.openWithin(),
                c.storeTimeout(),
                c.followEntries(),
                c.followBytes(),
                tailEntries,
                tailBytes,
                3,
                c.readBytes(),
                1,
                2,
                window,
                membersATurn,
                c.encodedBytes(),
                compression,
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                c.maxUnsaved(),
                c.reportEvery(),
                c.maxCounted(),
                c.joinsWaiting(),
                c.transientsPerLoop(),
                c.fruitlessAfter(),
                c.fruitlessFree(),
                c.fruitlessFirst(),
                c.fruitlessMax());
    }

    private final class Feed implements Following {
        @Override
        public void join(Subscriber subscriber) {
            FollowedLog one = new FollowedLog("demo");
            one.join(subscriber);
            followed.add(one);
        }

        @Override
        public void leave(Subscriber subscriber) {
            followed.removeIf(one -> one.leave(subscriber));
        }

        @Override
        public void hint(String app, long bseq) {
            // It is polled.
        }
    }

    ModelClient client(String user) {
        ModelClient client = new ModelClient(user, host);
        clients.add(client);
        return client;
    }

    /** A client that is bound, with all that takes. */
    ModelClient bound(String user) {
        ModelClient client = client(user);
        client.connect(room);
        settle();
        return client;
    }

    /** Questions and answers arrive, and nothing is read of the log. */
    void settleUnfollowed() {
        for (int i = 0; i < 20; i++) {
            host.run(1_000);
            var _ = stores.arrive();
        }
    }

    void poll() {
        for (FollowedLog one : List.copyOf(followed)) {
            if (!one.isFull()) {
                FollowBroadcastsRequest question = FollowBroadcastsRequest.newBuilder()
                        .addApps(one.question())
                        .setMaxEntries(5)
                        .build();
                log.follow(question).getAppsList().forEach(news -> {
                    one.take(news);
                    one.dropTo(one.tail().to() - heldEntries);
                    one.tell();
                });
            }
        }
    }

    long append(String... groups) {
        return log.append("x", groups);
    }

    long appendPaced(TaskState state) {
        return log.append(TrueLog.entry("x").setPaced(true).setState(state));
    }

    void grant(long bseq, int membersPerSecond, int validMs) {
        paces.grant(PaceGrant.newBuilder()
                .setApp("demo")
                .setBseq(bseq)
                .setMembersPerSecond(membersPerSecond)
                .setValidMs(validMs)
                .build());
    }

    void pass(long ms) {
        host.nowMs += ms;
        clients.forEach(ModelClient::tick);
        room.onTick();
        var _ = cursors.flush();
    }

    /** Everything that is under way arrives, and is read by those clients who read; no time passes. */
    void settle() {
        for (int i = 0; i < 40; i++) {
            poll();
            for (int j = 0; j < 50 && stores.arrive(); j++) {
                host.run(50);
            }
            host.run(1_000);
            for (ModelClient client : clients) {
                while (client.receive() || client.hand() || client.arrive()) {
                    // More comes.
                }
            }
        }
    }

    double count(String name) {
        return registry.get("hawser.room.broadcasts." + name).counter().count();
    }

    /** The client acknowledges what it had, and is told its cursor. */
    void syncAndPass(ModelClient client) {
        client.sync();
        settle();
        pass(1_100);
        settle();
    }
}
