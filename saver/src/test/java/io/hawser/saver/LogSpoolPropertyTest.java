package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.Durability;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.saver.FaultyDatabase.Fault;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An available app's messages, each sent until it is accepted, while MySQL comes and goes, commits get lost, Redis is
 * flushed, and savers are killed, perhaps while their spools are being stored, or overtaken: in the end each is there
 * once, and where one saver has them all, in the order of its sender. {@code -Dhawser.seed=N} repeats one,
 * {@code -Dhawser.seeds=N} runs as many new ones.
 */
final class LogSpoolPropertyTest {
    private static final String PHONE = "class:phone";
    private static final int STEPS = 30;
    private static final int SEEDS = 1;
    private static LogCluster cluster;
    private final List<Sender> senders = new ArrayList<>();
    private Random random = new Random(0);
    private History history = new History();
    private boolean away;

    @BeforeAll
    static void startStores() {
        cluster = LogCluster.serving(Clock.systemUTC());
    }

    @AfterAll
    static void stopStores() {
        cluster.close();
    }

    static List<Long> seeds() {
        Long given = Long.getLong("hawser.seed");
        return given != null
                ? List.of(given)
                : ThreadLocalRandom.current()
                        .longs(Integer.getInteger("hawser.seeds", SEEDS), 0, 1_000_000)
                        .boxed()
                        .toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatWasAcceptedIsThereOnceAndInOrder(long seed) {
        run(seed, sender -> assertThat(sender.received()).isEqualTo(sender.accepted));
    }

    /** What one takes while another has something in its spool may come first. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatTwoSaversAcceptedIsThereOnce(long seed) {
        cluster.startNode("saver-2");
        try {
            cluster.awaitOwners();
            run(seed, sender -> assertThat(sender.received()).containsExactlyInAnyOrderElementsOf(sender.accepted));
        } finally {
            cluster.stopNode("saver-2");
            cluster.awaitOwners();
        }
    }

    private void run(long seed, Consumer<Sender> check) {
        random = new Random(seed);
        history = new History();
        for (String name : List.of("a", "b", "c")) {
            senders.add(new Sender("u" + seed + "-" + System.nanoTime() + "-" + name));
        }
        try {
            senders.forEach(Sender::open);
            IntStream.range(0, STEPS).forEach(step -> step());
            heal();
            senders.forEach(check);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("-Dhawser.seed=%d%n%s%n%s".formatted(seed, history, e.getMessage()), e);
        } finally {
            cluster.unblockSpools();
            cluster.reachMySql();
            cluster.heal();
        }
    }

    private void step() {
        int choice = random.nextInt(20);
        if (choice < 13) {
            senders.get(random.nextInt(senders.size())).send();
        } else if (choice < 16) {
            toggleMySql();
        } else if (choice < 18 && !away) {
            Fault fault = random.nextBoolean() ? Fault.LOST_BEFORE : Fault.LOST_AFTER;
            history.note("the next commit is %s".formatted(fault));
            cluster.failNextCommit(fault);
        } else if (choice == 18) {
            history.note("Redis is flushed");
            cluster.flushRedis();
        } else if (random.nextBoolean()) {
            restart();
        } else if (!away) {
            overtake();
        }
    }

    /** Each needs MySQL to begin its next life. */
    private void overtake() {
        history.note("the savers are overtaken");
        cluster.fenceAll();
        Sender sender = senders.getFirst();
        while (sender.send() == Durability.SPOOLED) {
            history.note("it has not found out, or has something in its spool");
        }
    }

    private void toggleMySql() {
        away = !away;
        history.note(away ? "MySQL is out" : "MySQL is back");
        if (away) {
            cluster.loseMySql();
        } else {
            cluster.reachMySql();
        }
    }

    /** Likewise. What its spool has on its way arrives in its next life. */
    private void restart() {
        boolean storing = random.nextBoolean();
        if (storing) {
            cluster.blockSpools();
        }
        if (away) {
            toggleMySql();
        }
        String saver = "saver-" + (1 + random.nextInt(cluster.nodeCount()));
        history.note("%s is killed%s".formatted(saver, storing ? ", while its spool is being stored" : ""));
        cluster.crashNode(saver);
        cluster.startNode(saver);
        cluster.awaitOwners();
        cluster.unblockSpools();
    }

    private void heal() {
        if (away) {
            toggleMySql();
        }
        cluster.heal();
        cluster.awaitOwners();
        cluster.awaitSpoolsEmpty();
    }

    /** Sends one message after the other. */
    private final class Sender {
        private final LogCalls log;
        private final List<String> accepted = new ArrayList<>();

        Sender(String user) {
            log = new LogCalls(cluster, user);
        }

        void open() {
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> log.open(PHONE).getHead() == 0);
        }

        Durability send() {
            String text = "m" + accepted.size();
            AppendRequest.Builder message = log.message(text).setAvailable(true);
            boolean keyed = random.nextBoolean();
            history.note("%s sends %s%s".formatted(log.user, text, keyed ? " under a key" : ""));
            AppendReply reply = insistOn(message.setKeyed(keyed));
            history.note("%s: %s, %s".formatted(text, reply.getDurability(), History.told(reply)));
            accepted.add(text);
            return reply.getDurability();
        }

        /** As centers do: what they repeat by themselves has a key. */
        private AppendReply insistOn(AppendRequest.Builder message) {
            return await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(
                            () -> {
                                AppendRequest.Builder attempt = message.clone();
                                message.setKeyed(true);
                                return log.append(attempt);
                            },
                            reply -> true);
        }

        List<String> received() {
            LoadReply all = await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> log.load(PHONE), reply -> true);
            assertThat(all.getMessagesList())
                    .extracting(StoredMessage::getSeq)
                    .isSorted()
                    .doesNotHaveDuplicates();
            return LogCalls.texts(all);
        }
    }
}
