package io.hawser.saver;

import io.hawser.saver.FaultyDatabase.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random interleavings of everything that is done to logs and everything that may happen to the stores and the savers,
 * against {@link LogModel}. {@code -Dhawser.seed=N} repeats one, {@code -Dhawser.seeds=N} runs as many new ones,
 * {@code -Dhawser.steps=N} makes them longer.
 */
final class LogPropertyTest {
    private static final List<String> MAILBOXES = List.of("class:phone", "class:pc");
    private static final SteppedClock CLOCK = new SteppedClock();
    private static LogCluster cluster;
    private Random random = new Random(0);
    private String prefix = "";
    private int number;
    private List<ModelledLog> users = List.of();
    private boolean flushed;
    private boolean crashed;
    private boolean fenced;

    @BeforeAll
    static void startStores() {
        cluster = new LogCluster(CLOCK);
    }

    @AfterAll
    static void stopStores() {
        cluster.close();
    }

    static List<Long> seeds() {
        String given = System.getProperty("hawser.seed");
        return given != null
                ? List.of(Long.parseLong(given))
                : ThreadLocalRandom.current()
                        .longs(Integer.getInteger("hawser.seeds", 3), 0, 1_000_000)
                        .boxed()
                        .toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingAcceptedIsLostWhateverHappens(long seed) {
        random = new Random(seed);
        prefix = "u" + seed + "-" + System.nanoTime() + "-";
        users = List.of(user("a"), user("b"), user("c"));
        if (!cluster.isUp("saver-1")) {
            cluster.startNode("saver-1");
        }
        cluster.awaitOwners();
        int steps = Integer.getInteger("hawser.steps", 150);
        for (int step = 0; step < steps; step++) {
            step();
        }
        cluster.heal();
        quiesce();
        CLOCK.advance(Duration.ofSeconds(30));
        for (ModelledLog user : users) {
            user.model.sent.stream().filter(message -> message.seq != 0).forEach(user::status);
            MAILBOXES.forEach(mailbox -> user.readAll(mailbox, most()));
        }
    }

    private ModelledLog user(String name) {
        return new ModelledLog(cluster, CLOCK, prefix + name);
    }

    private void step() {
        int choice = random.nextInt(100);
        ModelledLog user = any(users);
        if (choice < 35) {
            appendSome();
        } else if (choice < 46) {
            user.readOn(any(MAILBOXES), most());
        } else if (choice < 56) {
            user.readAll(any(MAILBOXES), most());
        } else if (choice < 69) {
            acknowledge(user, any(MAILBOXES));
        } else if (choice < 73) {
            withKnown(user, user::recall);
        } else if (choice < 77) {
            withKnown(user, user::status);
        } else if (choice < 81) {
            repeat(user);
        } else if (choice < 84) {
            CLOCK.advance(Duration.ofSeconds(random.nextInt(30)));
        } else if (choice < 86) {
            quiesce();
        } else if (choice < 88) {
            forget(user);
        } else if (choice < 89) {
            user.erase();
        } else {
            misfortune(user);
        }
    }

    private void misfortune(ModelledLog user) {
        switch (random.nextInt(11)) {
            case 0 -> flushDuringAppends();
            case 1 -> cluster.loseMarker(user.model.user);
            case 2 -> cluster.dropRedisConnections();
            case 3 -> cluster.failNextCommit(Fault.LOST_BEFORE);
            case 4 -> cluster.failNextCommit(Fault.LOST_AFTER);
            case 5 -> cluster.failNextCommit(Fault.REFUSED);
            case 6 -> crashDuringAppends();
            case 7 -> toggleNode();
            case 8 -> fenceDuringAppends();
            case 9 -> fillRedis(user);
            default -> {
                cluster.flushRedis();
                relaxIfAcknowledgementsMayBeLost(true, crashed);
            }
        }
    }

    private void flushDuringAppends() {
        List<CompletableFuture<Runnable>> answers = startAppends(4);
        cluster.flushRedis();
        relaxIfAcknowledgementsMayBeLost(true, crashed);
        answers.forEach(answer -> answer.join().run());
    }

    private void crashDuringAppends() {
        List<CompletableFuture<Runnable>> answers = startAppends(4);
        String name =
                cluster.isUp("saver-2") && (random.nextBoolean() || !cluster.isUp("saver-1")) ? "saver-2" : "saver-1";
        cluster.crashNode(name);
        relaxIfAcknowledgementsMayBeLost(flushed, true);
        if (cluster.nodeCount() == 0 || random.nextBoolean()) {
            cluster.startNode(name);
        }
        answers.forEach(answer -> answer.join().run());
    }

    /** The savers are taken for dead, and find out when they next write to MySQL. */
    private void fenceDuringAppends() {
        List<CompletableFuture<Runnable>> answers = startAppends(random.nextInt(3));
        cluster.fenceAll();
        fenced = true;
        relaxIfAcknowledgementsMayBeLost(flushed, true);
        answers.forEach(answer -> answer.join().run());
    }

    /** Redis refuses what takes memory for a while. */
    private void fillRedis(ModelledLog user) {
        cluster.limitRedisMemory(true);
        try {
            List<CompletableFuture<Runnable>> answers = startAppends(3);
            if (random.nextBoolean()) {
                cluster.loseMarker(user.model.user);
            }
            List.copyOf(user.model.readers.keySet()).forEach(mailbox -> {
                user.readOn(mailbox, most());
                acknowledge(user, mailbox);
            });
            answers.forEach(answer -> answer.join().run());
        } finally {
            cluster.limitRedisMemory(false);
        }
    }

    private void toggleNode() {
        if (!cluster.isUp("saver-2")) {
            cluster.startNode("saver-2");
        } else if (!cluster.isUp("saver-1")) {
            cluster.startNode("saver-1");
        } else {
            cluster.stopNode(random.nextBoolean() ? "saver-1" : "saver-2");
        }
    }

    /** An acknowledgement is in Redis and in the saver's memory at once; in MySQL a moment later. Losing both may lose it. */
    private void relaxIfAcknowledgementsMayBeLost(boolean nowFlushed, boolean nowCrashed) {
        flushed = nowFlushed;
        crashed = nowCrashed;
        if (flushed && crashed) {
            users.forEach(user -> user.model.mayForgetAcknowledgements());
        }
    }

    /** Until MySQL has all there is to know. */
    private void quiesce() {
        fold();
        if (fenced) {
            // Perhaps that was only how a saver found out; what it knew and MySQL did not is in Redis.
            fold();
        }
        fenced = false;
        flushed = false;
        crashed = false;
    }

    private void fold() {
        cluster.awaitOwners();
        users.forEach(user -> MAILBOXES.forEach(user::open));
        cluster.awaitFolded();
    }

    private void appendSome() {
        List<CompletableFuture<Runnable>> answers = startAppends(1 + random.nextInt(5));
        ModelledLog user = any(users);
        user.model.readers.keySet().forEach(mailbox -> user.readOn(mailbox, most()));
        answers.forEach(answer -> answer.join().run());
    }

    /** Sends messages at once, without waiting for one another; returns what tells the model of each answer. */
    private List<CompletableFuture<Runnable>> startAppends(int count) {
        List<CompletableFuture<Runnable>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ModelledLog user = any(users);
            SentMessage message = message(user);
            answers.add(user.append(message));
            if (!message.keyed && random.nextInt(3) == 0) {
                answers.add(user.append(message.again("m" + ++number)));
            }
        }
        return answers;
    }

    private SentMessage message(ModelledLog user) {
        Collection<String> mailboxes = user.model.readers.keySet();
        String target = random.nextInt(4) == 0 && !mailboxes.isEmpty() ? any(mailboxes) : "";
        String key = random.nextInt(5) == 0 ? "k" + random.nextInt(2) : "";
        long expires = CLOCK.millis() + 1_000 + random.nextInt(random.nextBoolean() ? 60_000 : 10_000_000);
        boolean keyed = random.nextInt(3) > 0;
        int maxMessages = random.nextInt(5) == 0 ? 1 + random.nextInt(12) : 0;
        number++;
        return new SentMessage("m" + number, prefix + "r" + number, keyed, target, key, expires, maxMessages);
    }

    /** The same request again, as a sender does that got no answer, or lost it. */
    private void repeat(ModelledLog user) {
        List<SentMessage> sent = user.model.sent;
        if (!sent.isEmpty()) {
            SentMessage message = random.nextBoolean() ? sent.getLast() : any(sent);
            user.append(message.keyed ? message : message.again("m" + ++number))
                    .join()
                    .run();
        }
    }

    private void withKnown(ModelledLog user, Consumer<SentMessage> work) {
        List<SentMessage> known =
                user.model.sent.stream().filter(message -> message.seq != 0).toList();
        if (!known.isEmpty()) {
            work.accept(any(known));
        }
    }

    /** A device logs out. */
    private void forget(ModelledLog user) {
        Collection<String> mailboxes = user.model.readers.keySet();
        if (!mailboxes.isEmpty()) {
            user.forget(any(mailboxes));
        }
    }

    private void acknowledge(ModelledLog user, String mailbox) {
        List<Long> seen = user.reader(mailbox).seen.stream().sorted().toList();
        if (!seen.isEmpty()) {
            user.acknowledge(mailbox, any(seen));
        }
    }

    private int most() {
        return 1 + random.nextInt(20);
    }

    private <T> T any(Collection<T> of) {
        return List.copyOf(of).get(random.nextInt(of.size()));
    }
}
