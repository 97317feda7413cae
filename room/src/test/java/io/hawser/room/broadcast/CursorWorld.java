package io.hawser.room.broadcast;

import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.TaskState;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Some clients, a loop of a room, and a log, between which all happens in some order. */
final class CursorWorld {
    private static final List<String> GROUPS = List.of("a", "b");

    private final Random random;
    private final Stage stage;
    private final TrueLog log;
    private final List<ModelClient> clients;
    private final TreeSet<Long> unfinished = new TreeSet<>();
    private final TreeSet<Long> cancelled = new TreeSet<>();
    private final StringBuilder story = new StringBuilder();
    private boolean calm;

    /** With tails so short that many are behind them. */
    CursorWorld(Random random) {
        this.random = random;
        this.stage = new Stage(
                random, Stage.config(1 + random.nextInt(64), 1 + random.nextInt(12), 1 + random.nextInt(3)), 4);
        this.log = stage.log;
        this.clients = stage.clients;
        stage.stores.lossPercent = 10;
        for (int i = 0; i < 4; i++) {
            stage.client("user" + i);
        }
    }

    void act() {
        ModelClient client = clients.get(random.nextInt(clients.size()));
        switch (random.nextInt(24)) {
            case 0, 1 -> append();
            case 2 -> changeState();
            case 3, 4 -> grantSome();
            case 5 -> stage.poll();
            case 6 -> stage.pass(random.nextInt(700));
            case 7, 8, 9 -> client.receive();
            case 10, 11 -> client.hand();
            case 12 -> client.sync();
            case 13, 14 -> client.arrive();
            case 15 -> client.writable(random.nextInt(3) > 0);
            case 16 -> {
                if (!client.isConnected()) {
                    tell("connect " + client);
                    client.connect(stage.room);
                } else if (random.nextInt(12) == 0) {
                    tell("disconnect " + client);
                    client.disconnect();
                } else if (random.nextInt(6) == 0) {
                    tell("resume " + client);
                    client.resume();
                }
            }
            case 17 -> join(client);
            case 18, 19 -> stage.stores.arrive();
            default -> stage.host.run(1 + random.nextInt(4));
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
        append(entry);
        // Several for the same audience go as one.
        for (int more = random.nextInt(6); more > 2 && !paced; more--) {
            append(entry.clone());
        }
    }

    private void append(BroadcastEntry.Builder entry) {
        long bseq = log.append(entry);
        tell("append " + bseq + entry.getGroupsList() + " " + entry.getState() + (entry.getPaced() ? " paced" : ""));
        if (entry.getPaced()) {
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
            stage.grant(bseq, random.nextInt(5), 1_000);
        }
    }

    /** All is done that is under way, and nothing is lost any more. */
    void calmDown() {
        calm = true;
        stage.stores.lossPercent = 0;
        for (long bseq : unfinished) {
            log.change(bseq, TaskState.TASK_DONE);
        }
        for (ModelClient client : clients) {
            if (!client.isConnected()) {
                client.connect(stage.room);
            }
            client.writable(true);
        }
        for (int i = 0; i < 250; i++) {
            stage.pass(600);
            stage.settle();
            clients.forEach(ModelClient::sync);
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
