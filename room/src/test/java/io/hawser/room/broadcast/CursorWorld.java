package io.hawser.room.broadcast;

import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.PaceGrant;
import io.hawser.rpc.v1.TaskState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Some clients, a loop of a room, and a log, between which all happens in some order. */
final class CursorWorld {
    private static final List<String> GROUPS = List.of("a", "b");

    final TrueLog log = new TrueLog();
    final HandHost host = new HandHost();
    final List<ModelClient> clients = new ArrayList<>();
    private final Random random;
    private final LateStores stores;
    private final LoopBroadcasts room;
    private final Cursors cursors;
    private final Paces paces;
    private final List<FollowedLog> followed = new ArrayList<>();
    private final TreeSet<Long> unfinished = new TreeSet<>();
    private final TreeSet<Long> cancelled = new TreeSet<>();
    private final StringBuilder story = new StringBuilder();
    private boolean calm;

    CursorWorld(Random random) {
        this.random = random;
        this.stores = new LateStores(log, random);
        stores.lossPercent = 10;
        BroadcastConfig config = config(1 + random.nextInt(64), 1 + random.nextInt(12), 1 + random.nextInt(3));
        BroadcastMeters meters = new BroadcastMeters(new SimpleMeterRegistry());
        cursors = new Cursors(stores, () -> 1_000, meters);
        paces = new Paces(() -> TimeUnit.MILLISECONDS.toNanos(host.nowMs));
        Parts parts = new Parts(
                stores,
                new Feed(),
                new Progress(10_000, meters),
                paces,
                cursors,
                meters,
                () -> config,
                () -> new SplittableRandom(random.nextLong()));
        room = new LoopBroadcasts(host, parts);
        for (int i = 0; i < 4; i++) {
            clients.add(new ModelClient("user" + i, true, host));
        }
    }

    /** With tails so short that many are behind them. */
    private static BroadcastConfig config(int window, int tailEntries, int membersATurn) {
        BroadcastConfig c = BroadcastConfig.defaults();
        return new BroadcastConfig(
                c.followInterval(),
                c.openWithin(),
                c.storeTimeout(),
                c.followEntries(),
                c.followBytes(),
                tailEntries,
                c.tailBytes(),
                3,
                c.readBytes(),
                1,
                2,
                window,
                membersATurn,
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                c.maxUnsaved(),
                c.reportEvery(),
                c.maxCounted(),
                c.joinsWaiting(),
                c.transientsPerLoop(),
                Duration.ofHours(1),
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

    void poll() {
        for (FollowedLog one : List.copyOf(followed)) {
            if (!one.isFull()) {
                log.follow(FollowBroadcastsRequest.newBuilder()
                                .addApps(one.question())
                                .setMaxEntries(5)
                                .build())
                        .getAppsList()
                        .forEach(news -> {
                            one.take(news);
                            one.dropTo(one.tail().to() - 4);
                            one.tell();
                        });
            }
        }
    }

    void act() {
        ModelClient client = clients.get(random.nextInt(clients.size()));
        switch (random.nextInt(24)) {
            case 0, 1 -> append();
            case 2 -> changeState();
            case 3, 4 -> grantSome();
            case 5 -> poll();
            case 6 -> pass(random.nextInt(700));
            case 7, 8, 9 -> client.receive();
            case 10, 11 -> client.hand();
            case 12 -> client.sync();
            case 13, 14 -> client.arrive();
            case 15 -> client.writable(random.nextInt(3) > 0);
            case 16 -> {
                if (!client.isConnected()) {
                    tell("connect " + client);
                    client.connect(room);
                } else if (random.nextInt(12) == 0) {
                    tell("disconnect " + client);
                    client.disconnect();
                }
            }
            case 17 -> join(client);
            case 18, 19 -> stores.arrive();
            default -> host.run(1 + random.nextInt(4));
        }
    }

    private void join(ModelClient client) {
        if (random.nextInt(10) == 0) {
            String group = GROUPS.get(random.nextInt(GROUPS.size()));
            tell("join " + group + " " + client);
            if (random.nextBoolean()) {
                client.join(group);
            } else {
                log.add(client.user, group);
            }
        }
    }

    private void append() {
        BroadcastEntry.Builder entry = random.nextInt(3) == 0
                ? TrueLog.entry("x")
                : TrueLog.entry("x", GROUPS.get(random.nextInt(GROUPS.size())));
        boolean paced = random.nextInt(3) == 0 && unfinished.size() < 64;
        entry.setPaced(paced).setUrgent(random.nextInt(4) == 0);
        entry.setState(paced && random.nextBoolean() ? TaskState.TASK_QUEUED : TaskState.TASK_RUNNING);
        long bseq = log.append(entry);
        tell("append " + bseq + entry.getGroupsList() + " " + entry.getState() + (paced ? " paced" : ""));
        if (paced) {
            unfinished.add(bseq);
        }
    }

    private void changeState() {
        if (unfinished.isEmpty()) {
            return;
        }
        long bseq = List.copyOf(unfinished).get(random.nextInt(unfinished.size()));
        TaskState state = List.of(
                        TaskState.TASK_RUNNING,
                        TaskState.TASK_RUNNING,
                        TaskState.TASK_PAUSED,
                        TaskState.TASK_DONE,
                        TaskState.TASK_CANCELLED)
                .get(random.nextInt(5));
        log.change(bseq, state);
        tell("change " + bseq + " " + state);
        if (state == TaskState.TASK_DONE || state == TaskState.TASK_CANCELLED) {
            unfinished.remove(bseq);
        }
        if (state == TaskState.TASK_CANCELLED) {
            cancelled.add(bseq);
        }
    }

    private void grantSome() {
        if (!unfinished.isEmpty()) {
            long bseq = List.copyOf(unfinished).get(random.nextInt(unfinished.size()));
            paces.grant(PaceGrant.newBuilder()
                    .setApp("demo")
                    .setBseq(bseq)
                    .setMembersPerSecond(random.nextInt(5))
                    .setValidMs(1_000)
                    .build());
        }
    }

    private void pass(int ms) {
        host.nowMs += ms;
        clients.forEach(ModelClient::tick);
        room.onTick();
        cursors.flush();
    }

    /** All is done that is under way, and nothing is lost any more. */
    void calmDown() {
        calm = true;
        stores.lossPercent = 0;
        for (long bseq : unfinished) {
            log.change(bseq, TaskState.TASK_DONE);
        }
        for (ModelClient client : clients) {
            if (!client.isConnected()) {
                client.connect(room);
            }
            client.writable(true);
        }
        for (int i = 0; i < 400; i++) {
            poll();
            pass(100);
            for (int j = 0; j < 20; j++) {
                stores.arrive();
                host.run(50);
            }
            for (ModelClient client : clients) {
                while (client.receive() || client.hand() || client.arrive()) {
                    // All that is under way arrives.
                }
                client.sync();
                client.arrive();
            }
        }
    }

    /** Checks what each was given. */
    void check() {
        for (ModelClient client : clients) {
            TreeSet<Long> once = new TreeSet<>(client.heard);
            if (once.size() != client.heard.size()) {
                throw new AssertionError("twice: " + client);
            }
            for (long bseq = 1; bseq <= log.watermark(); bseq++) {
                check(client, bseq, once.contains(bseq));
            }
            if (client.mostNamed > BroadcastConfig.MAX_NAMED + 1) {
                throw new AssertionError("cursor of " + client.mostNamed + ": " + client);
            }
        }
    }

    private void check(ModelClient client, long bseq, boolean heard) {
        BroadcastEntry entry = log.entry(bseq);
        if (entry == null) {
            return;
        }
        boolean isFor = entry.getGroupsCount() == 0
                ? bseq > client.began
                : entry.getGroupsList().stream().anyMatch(group -> {
                    long since = log.memberSince(client.user, "d1", group);
                    return since >= 0 && since < bseq;
                });
        if (heard && !isFor) {
            throw new AssertionError(bseq + " is not for " + client);
        }
        if (!heard && isFor && bseq > client.began && !cancelled.contains(bseq)) {
            throw new AssertionError(bseq + " " + entry.getGroupsList() + " is missing: " + client);
        }
    }

    private void tell(String what) {
        if (!calm) {
            story.append(what).append('\n');
        }
    }

    String story() {
        return story.toString();
    }
}
