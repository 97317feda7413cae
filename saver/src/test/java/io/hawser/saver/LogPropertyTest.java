package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.RecallReply;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.saver.LogModel.Reader;
import io.hawser.saver.LogModel.Sent;
import io.hawser.saver.log.Lane;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
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
    private List<LogModel> users = List.of();
    private boolean flushed;
    private boolean crashed;

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
        users = List.of(new LogModel(prefix + "a"), new LogModel(prefix + "b"), new LogModel(prefix + "c"));
        if (!cluster.isUp("saver-1")) {
            cluster.startNode("saver-1");
        }
        cluster.awaitOwners();
        int steps = Integer.getInteger("hawser.steps", 250);
        for (int step = 0; step < steps; step++) {
            step();
        }
        cluster.heal();
        quiesce();
        users.forEach(user -> user.readers.keySet().forEach(mailbox -> readAll(user, mailbox)));
    }

    private void step() {
        int choice = random.nextInt(100);
        LogModel user = users.get(random.nextInt(users.size()));
        if (choice < 35) {
            appendSome();
        } else if (choice < 50) {
            readOn(user, mailbox());
        } else if (choice < 60) {
            readAll(user, mailbox());
        } else if (choice < 75) {
            acknowledge(user, mailbox());
        } else if (choice < 79) {
            recall(user);
        } else if (choice < 83) {
            repeat(user);
        } else if (choice < 86) {
            CLOCK.advance(Duration.ofSeconds(random.nextInt(30)));
        } else if (choice < 88) {
            quiesce();
        } else {
            misfortune(user);
        }
    }

    private void misfortune(LogModel user) {
        switch (random.nextInt(9)) {
            case 0 -> flushDuringAppends();
            case 1 -> cluster.loseMarker(user.user);
            case 2 -> cluster.dropRedisConnections();
            case 3 -> cluster.failNextCommit(FaultyDatabase.Fault.LOST_BEFORE);
            case 4 -> cluster.failNextCommit(FaultyDatabase.Fault.LOST_AFTER);
            case 5 -> cluster.failNextCommit(FaultyDatabase.Fault.REFUSED);
            case 6 -> crashDuringAppends();
            case 7 -> toggleNode();
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
        if (!cluster.isUp("saver-1") && !cluster.isUp("saver-2")) {
            cluster.startNode("saver-1");
        }
        answers.forEach(answer -> answer.join().run());
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
            users.forEach(LogModel::mayForgetAcknowledgements);
        }
    }

    private void quiesce() {
        cluster.awaitOwners();
        for (LogModel user : users) {
            for (String mailbox : MAILBOXES) {
                reader(user, mailbox);
            }
        }
        cluster.awaitFolded();
        flushed = false;
        crashed = false;
    }

    private void appendSome() {
        List<CompletableFuture<Runnable>> answers = startAppends(1 + random.nextInt(5));
        LogModel user = users.get(random.nextInt(users.size()));
        user.readers.forEach((mailbox, reader) -> readOn(user, mailbox, reader));
        answers.forEach(answer -> answer.join().run());
    }

    /** Sends messages at once, without waiting for one another; returns what tells the model of each answer. */
    private List<CompletableFuture<Runnable>> startAppends(int count) {
        List<CompletableFuture<Runnable>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            LogModel user = users.get(random.nextInt(users.size()));
            String target = random.nextInt(4) == 0 && !user.readers.isEmpty() ? randomReader(user) : "";
            String key = random.nextInt(5) == 0 ? "k" + random.nextInt(2) : "";
            long expires = CLOCK.millis() + 1_000 + random.nextInt(random.nextBoolean() ? 60_000 : 10_000_000);
            Sent message = new Sent("m" + ++number, prefix + "r" + number, target, key, expires);
            user.issued(message);
            answers.add(append(user, message));
        }
        return answers;
    }

    private CompletableFuture<Runnable> append(LogModel user, Sent message) {
        long headBefore = user.head();
        user.mayCollapse(message);
        return call(user, lane -> lane.append(LogCluster.id(user.user), request(user, message)))
                .thenApply(reply -> () -> reply.ifPresent(
                        answer -> user.accepted(message, answer.getSeq(), message.seq != 0 ? 0 : headBefore)));
    }

    private AppendRequest request(LogModel user, Sent message) {
        return AppendRequest.newBuilder()
                .setApp("demo")
                .setUser(user.user)
                .setMailbox(message.target)
                .setRequestId(message.requestId)
                .setKeyed(true)
                .setBodyHash(ByteString.copyFromUtf8(message.text))
                .setContent(ByteString.copyFromUtf8(message.text))
                .setCollapseKey(message.collapseKey)
                .setExpiresMs(message.expiresMs)
                .build();
    }

    /** The same request again, as a sender does that got no answer, or lost it. */
    private void repeat(LogModel user) {
        if (!user.sent.isEmpty()) {
            Sent message = user.sent.get(random.nextInt(user.sent.size()));
            user.mayCollapse(message);
            call(user, lane -> lane.append(LogCluster.id(user.user), request(user, message)))
                    .thenAccept(reply -> reply.ifPresent(answer -> user.accepted(message, answer.getSeq(), 0)))
                    .join();
        }
    }

    private void recall(LogModel user) {
        List<Sent> known =
                user.sent.stream().filter(message -> message.seq != 0).toList();
        if (known.isEmpty()) {
            return;
        }
        Sent message = known.get(random.nextInt(known.size()));
        message.maybeGone = true;
        RecallRequest request = RecallRequest.newBuilder()
                .setApp("demo")
                .setUser(user.user)
                .setSeq(message.seq)
                .build();
        Optional<RecallReply> reply = call(user, lane -> lane.recall(LogCluster.id(user.user), request))
                .join();
        message.gone |= reply.isPresent() && reply.get().getRecalled();
    }

    private void acknowledge(LogModel user, String mailbox) {
        Reader reader = reader(user, mailbox);
        if (reader.seen.isEmpty()) {
            return;
        }
        List<Long> seen = reader.seen.stream().sorted().toList();
        long seq = seen.get(random.nextInt(seen.size()));
        AcknowledgeRequest request = AcknowledgeRequest.newBuilder()
                .setApp("demo")
                .setUser(user.user)
                .setMailbox(mailbox)
                .setSeq(seq)
                .build();
        Optional<AcknowledgeReply> reply = call(user, lane -> lane.acknowledge(LogCluster.id(user.user), request))
                .join();
        reply.ifPresent(answer -> {
            assertThat(answer.getAcknowledged()).isGreaterThanOrEqualTo(Math.max(seq, reader.acknowledged));
            reader.acknowledged = answer.getAcknowledged();
        });
    }

    /** Loads all that a mailbox has beyond what is acknowledged. */
    private void readAll(LogModel user, String mailbox) {
        Reader reader = reader(user, mailbox);
        List<StoredMessage> messages = new ArrayList<>();
        long after = reader.acknowledged;
        boolean more = true;
        while (more) {
            LoadReply reply = insist(user, load(user, mailbox, after));
            messages.addAll(reply.getMessagesList());
            after = reply.getTo();
            more = reply.getMore();
        }
        user.loaded(mailbox, reader.acknowledged, messages, CLOCK.millis());
    }

    /** Reads on from where this reader stopped, as a room does for a binding. */
    private void readOn(LogModel user, String mailbox) {
        readOn(user, mailbox, reader(user, mailbox));
    }

    private void readOn(LogModel user, String mailbox, Reader reader) {
        Optional<LoadReply> reply =
                call(user, load(user, mailbox, reader.position)).join();
        reply.ifPresent(answer -> {
            for (StoredMessage stored : answer.getMessagesList()) {
                user.returned(mailbox, reader, stored, CLOCK.millis());
                reader.seen.add(stored.getSeq());
            }
            user.readUpTo(mailbox, reader, answer.getTo(), CLOCK.millis());
        });
    }

    private Function<Lane, CompletableFuture<LoadReply>> load(LogModel user, String mailbox, long after) {
        LoadRequest request = LoadRequest.newBuilder()
                .setApp("demo")
                .setUser(user.user)
                .setMailbox(mailbox)
                .setAfter(after)
                .setMaxMessages(1 + random.nextInt(20))
                .build();
        return lane -> lane.load(LogCluster.id(user.user), request);
    }

    /** The mailbox's reader; opens the mailbox where it was not. */
    private Reader reader(LogModel user, String mailbox) {
        Reader known = user.readers.get(mailbox);
        OpenMailboxRequest request = OpenMailboxRequest.newBuilder()
                .setApp("demo")
                .setUser(user.user)
                .setMailbox(mailbox)
                .setPosition(known == null ? 0 : known.position)
                .build();
        OpenMailboxReply reply = insist(user, lane -> lane.open(LogCluster.id(user.user), request));
        if (known == null) {
            Reader created = new Reader(reply.getAcknowledged());
            if (user.readers.isEmpty()) {
                assertThat(reply.getAcknowledged())
                        .as("where the first mailbox begins")
                        .isZero();
            }
            user.readers.put(mailbox, created);
            return created;
        }
        assertThat(reply.getReset()).as("position above the head").isFalse();
        assertThat(reply.getCreated()).as("a mailbox is created once").isFalse();
        assertThat(reply.getAcknowledged()).isGreaterThanOrEqualTo(known.acknowledged);
        known.acknowledged = reply.getAcknowledged();
        return known;
    }

    private String mailbox() {
        return MAILBOXES.get(random.nextInt(MAILBOXES.size()));
    }

    private String randomReader(LogModel user) {
        List<String> names = List.copyOf(user.readers.keySet());
        return names.get(random.nextInt(names.size()));
    }

    private <R> R insist(LogModel user, Function<Lane, CompletableFuture<R>> work) {
        return await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> call(user, work).join(), Optional::isPresent)
                .orElseThrow();
    }

    /** Empty: refused for now, or the outcome is unknown. Any other failure is a failure of the test. */
    private <R> CompletableFuture<Optional<R>> call(LogModel user, Function<Lane, CompletableFuture<R>> work) {
        return cluster.on(user.user, work)
                .orTimeout(20, TimeUnit.SECONDS)
                .thenApply(Optional::of)
                .exceptionally(failure -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause instanceof HawserException e
                            && (e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.NOT_OWNER)) {
                        return Optional.empty();
                    }
                    throw new CompletionException(cause);
                });
    }

    /** Moves when it is told to. */
    private static final class SteppedClock extends Clock {
        private final AtomicLong nowMs = new AtomicLong(System.currentTimeMillis());

        void advance(Duration by) {
            nowMs.addAndGet(by.toMillis());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("UTC only");
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(nowMs.get());
        }

        @Override
        public long millis() {
            return nowMs.get();
        }
    }
}
