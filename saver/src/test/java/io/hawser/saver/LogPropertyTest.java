package io.hawser.saver;

import io.hawser.saver.FaultyDatabase.Fault;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
    private List<ModelledLog> users = List.of();
    private RandomSends sends = new RandomSends(random, CLOCK, "", users);
    private History history = new History();
    private boolean flushed;
    /** Redis stands still. */
    private boolean away;

    private boolean crashed;
    private boolean fenced;
    /** A commit is lost, or is to be: where the next one is refused, that ends the saver's life. */
    private boolean lost;

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
        String prefix = "u" + seed + "-" + System.nanoTime() + "-";
        history = new History();
        users = Stream.of("a", "b", "c")
                .map(name -> new ModelledLog(cluster, CLOCK, prefix + name, history))
                .toList();
        sends = new RandomSends(random, CLOCK, prefix, users);
        try {
            run();
        } catch (AssertionError | RuntimeException e) {
            cluster.heal();
            throw new AssertionError("-Dhawser.seed=%d%n%s%n%s".formatted(seed, history, e.getMessage()), e);
        }
    }

    private void run() {
        if (!cluster.isUp("saver-1")) {
            cluster.startNode("saver-1");
        }
        cluster.awaitOwners();
        int steps = Integer.getInteger("hawser.steps", 150);
        for (int step = 0; step < steps; step++) {
            step();
        }
        quiesce();
        CLOCK.advance(Duration.ofSeconds(30));
        for (ModelledLog user : users) {
            user.model.sent.stream().filter(message -> message.seq != 0).forEach(user::status);
            MAILBOXES.forEach(mailbox -> user.readAll(mailbox, most()));
        }
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
            sends.repeat(user);
        } else if (choice < 84) {
            CLOCK.advance(Duration.ofSeconds(random.nextInt(30)));
            history.note("it is %d".formatted(CLOCK.millis()));
        } else if (choice < 86) {
            quiesce();
        } else if (choice < 88) {
            forget(user);
        } else if (choice < 89 && !away) {
            user.erase();
        } else {
            misfortune(user);
        }
    }

    private void misfortune(ModelledLog user) {
        if (away) {
            misfortuneWithoutRedis();
            return;
        }
        switch (random.nextInt(14)) {
            case 12, 13 -> forgetLogDuringAppends(user);
            case 0 -> flushDuringAppends();
            case 1 -> loseMarker(user);
            case 2 -> dropRedisConnections();
            case 3 -> failNextCommit(Fault.LOST_BEFORE);
            case 4 -> failNextCommit(Fault.LOST_AFTER);
            case 5 -> failNextCommit(Fault.REFUSED);
            case 6 -> crashDuringAppends();
            case 7 -> toggleNode();
            case 8 -> fenceDuringAppends();
            case 9 -> fillRedis(user);
            case 10 -> outageOfRedis();
            default -> flush();
        }
    }

    private void misfortuneWithoutRedis() {
        switch (random.nextInt(6)) {
            case 0 -> failNextCommit(Fault.LOST_BEFORE);
            case 1 -> failNextCommit(Fault.LOST_AFTER);
            case 2 -> failNextCommit(Fault.REFUSED);
            case 3 -> crashDuringAppends();
            case 4 -> toggleNode();
            default -> fenceDuringAppends();
        }
    }

    private void loseMarker(ModelledLog user) {
        history.note("the marker of %s's slot is lost".formatted(user.model.user));
        cluster.loseMarker(user.model.user);
    }

    private void dropRedisConnections() {
        history.note("connections to Redis are dropped");
        cluster.dropRedisConnections();
    }

    private void failNextCommit(Fault fault) {
        history.note("the next commit is %s".formatted(fault));
        cluster.failNextCommit(fault);
        if (fault == Fault.REFUSED && lost) {
            relaxIfAcknowledgementsMayBeLost(flushed, true);
        }
        lost |= fault != Fault.REFUSED;
    }

    private void flush() {
        history.note("Redis is flushed");
        cluster.flushRedis();
        relaxIfAcknowledgementsMayBeLost(true, crashed);
    }

    private void flushDuringAppends() {
        List<CompletableFuture<Runnable>> answers = sends.start(4);
        flush();
        answers.forEach(answer -> answer.join().run());
    }

    /** Of logs that nothing is appended to Redis lets the state go first. */
    private void forgetLogDuringAppends(ModelledLog user) {
        List<CompletableFuture<Runnable>> answers = sends.start(random.nextInt(4));
        history.note("%s leaves Redis".formatted(user.model.user));
        cluster.forgetLog(user.model.user);
        relaxIfAcknowledgementsMayBeLost(true, crashed);
        answers.forEach(answer -> answer.join().run());
    }

    private void crashDuringAppends() {
        List<CompletableFuture<Runnable>> answers = sends.start(4);
        String name =
                cluster.isUp("saver-2") && (random.nextBoolean() || !cluster.isUp("saver-1")) ? "saver-2" : "saver-1";
        history.note("%s crashes".formatted(name));
        cluster.crashNode(name);
        relaxIfAcknowledgementsMayBeLost(flushed, true);
        if (cluster.nodeCount() == 0 || random.nextBoolean()) {
            start(name);
        }
        answers.forEach(answer -> answer.join().run());
    }

    /** The savers are taken for dead, and find out when they next write to MySQL. */
    private void fenceDuringAppends() {
        List<CompletableFuture<Runnable>> answers = sends.start(random.nextInt(3));
        history.note("all savers are fenced");
        cluster.fenceAll();
        fenced = true;
        relaxIfAcknowledgementsMayBeLost(flushed, true);
        answers.forEach(answer -> answer.join().run());
    }

    /** Redis refuses what takes memory for a while. */
    private void fillRedis(ModelledLog user) {
        history.note("Redis is full");
        cluster.limitRedisMemory(true);
        try {
            List<CompletableFuture<Runnable>> answers = sends.start(3);
            if (random.nextBoolean()) {
                loseMarker(user);
            }
            List.copyOf(user.model.readers.keySet()).forEach(mailbox -> {
                user.readOn(mailbox, most());
                acknowledge(user, mailbox);
            });
            answers.forEach(answer -> answer.join().run());
        } finally {
            cluster.limitRedisMemory(false);
            history.note("Redis is full no more");
        }
    }

    /** MySQL alone serves for a while. What Redis holds is not there then, and is there again. */
    private void outageOfRedis() {
        List<CompletableFuture<Runnable>> answers = sends.start(random.nextInt(4));
        history.note("Redis stands still");
        relaxIfAcknowledgementsMayBeLost(true, crashed);
        cluster.pauseRedis();
        away = true;
        try {
            cluster.awaitOutage();
            history.note("MySQL alone serves");
            for (int step = 0; step < 20; step++) {
                step();
            }
        } finally {
            cluster.resumeRedis();
            away = false;
        }
        history.note("Redis goes on");
        answers.forEach(answer -> answer.join().run());
        if (random.nextBoolean()) {
            cluster.awaitRedis();
            history.note("Redis serves");
        }
    }

    private void toggleNode() {
        if (!cluster.isUp("saver-2")) {
            start("saver-2");
        } else if (!cluster.isUp("saver-1")) {
            start("saver-1");
        } else {
            stop(random.nextBoolean() ? "saver-1" : "saver-2");
        }
    }

    private void start(String name) {
        history.note("%s starts".formatted(name));
        cluster.startNode(name);
    }

    private void stop(String name) {
        history.note("%s stops".formatted(name));
        cluster.stopNode(name);
    }

    /** An acknowledgement is in Redis and in the saver's memory at once; in MySQL a moment later. Losing both may lose it. */
    private void relaxIfAcknowledgementsMayBeLost(boolean nowFlushed, boolean nowCrashed) {
        flushed = nowFlushed;
        crashed = nowCrashed;
        if (flushed && crashed) {
            history.note("acknowledgements may be lost");
            users.forEach(user -> user.model.mayForgetAcknowledgements());
        }
    }

    /** Until MySQL has all there is to know. */
    private void quiesce() {
        cluster.heal();
        fold();
        if (fenced || lost) {
            // Perhaps that was only how a saver found out; what it knew and MySQL did not is in Redis.
            fold();
        }
        fenced = false;
        lost = false;
        // What is acknowledged from here on is not in a Redis that is away.
        flushed = away;
        crashed = false;
    }

    private void fold() {
        cluster.awaitOwners();
        users.forEach(user -> MAILBOXES.forEach(user::open));
        cluster.awaitFolded();
        history.note("all is folded");
    }

    private void appendSome() {
        List<CompletableFuture<Runnable>> answers = sends.start(1 + random.nextInt(5));
        ModelledLog user = any(users);
        user.model.readers.keySet().forEach(mailbox -> user.readOn(mailbox, most()));
        answers.forEach(answer -> answer.join().run());
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
