package io.hawser.saver.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.id.Seq;
import io.hawser.saver.redis.LogKeys;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.redis.RedisPipe;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.redis.TestRedis;
import io.hawser.saver.redis.WorkingCopy;
import io.hawser.stores.EmbeddedRedis;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Memory says what Redis says, to whatever it is asked. {@code -Dhawser.seed=N} repeats a run, {@code -Dhawser.seeds=N}
 * makes as many new ones.
 */
final class CopiesAgreeTest {
    private static final List<String> MAILBOXES = List.of("phone", "pc", "tv");
    private static final List<String> REQUESTS = List.of("r1", "r2", "r3", "r4", "r5", "r6");
    private static final List<String> COLLAPSE_KEYS = List.of("", "", "k1", "k2");
    private static final int STEPS = 400;
    /** So many messages are looked at at once (forget.lua). */
    private static final int PAGE = 64;

    private static final long HOUR_MS = Duration.ofHours(1).toMillis();
    /** Redis goes by a clock of its own. */
    private static final long LONG_MS = Duration.ofDays(20_000).toMillis();

    private static final AtomicInteger SLOTS = new AtomicInteger();

    private static EmbeddedRedis server;
    private static RedisConnector connector;
    private static ExecutorService lane;
    private static RedisPipe redis;
    private static MemoryCopy memory;

    private final List<Long> seqs = new ArrayList<>();
    private Random random = new Random(0);
    private LogKeys keys = new LogKeys(0, "demo", "nobody");
    private String user = "nobody";
    private final int slot = SLOTS.incrementAndGet();
    private int generation;
    private long nowMs = 1_000_000_000_000L;

    @BeforeAll
    static void startRedis() {
        server = EmbeddedRedis.temporary();
        lane = Executors.newSingleThreadExecutor();
        connector = new RedisConnector(TestRedis.at(server.address()));
        redis = connector.connect(lane).join();
        memory = new MemoryCopy("memory", lane, Clock.systemUTC(), Long.MAX_VALUE, 1_000, () -> {});
    }

    @AfterAll
    static void stopRedis() {
        connector.close();
        lane.shutdown();
        server.kill();
    }

    static List<Long> seeds() {
        String given = System.getProperty("hawser.seed");
        return given != null
                ? List.of(Long.parseLong(given))
                : ThreadLocalRandom.current()
                        .longs(Integer.getInteger("hawser.seeds", 5), 0, 1_000_000)
                        .boxed()
                        .toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void memorySaysWhatRedisSays(long seed) {
        random = new Random(seed);
        user = "u" + seed + "-" + System.nanoTime();
        keys = new LogKeys(slot, "demo", user);
        ask(Script.STATE, keys.all(), "0", LONG_MS);
        nextGeneration();
        ask(Script.STATE, keys.all(), generation, LONG_MS);
        restore();
        for (int step = 0; step < STEPS; step++) {
            step();
        }
        ask(Script.LIST, keys.all(), generation);
        ask(Script.STATE, keys.all(), generation, LONG_MS);
    }

    @Test
    void whatLeavesWhileItIsPutBackIsUnknown() {
        user = "gone-" + System.nanoTime();
        keys = new LogKeys(slot, "demo", user);
        nextGeneration();
        Reply restored = ask(Script.RESTORE, keys.all(), generation, "1-1", Seq.of(1, 1), nowMs, "", "", "text");
        assertThat(restored.outcome()).isEqualTo(Script.UNKNOWN);
        Reply ended = ask(Script.RECONCILED, keys.all(), generation, LONG_MS, Seq.of(1, 1), 4);
        assertThat(ended.outcome()).isEqualTo(Script.UNKNOWN);
        ask(Script.STATE, keys.all(), generation, LONG_MS);
    }

    @Test
    void anAbsentMailboxGoesWhereNothingWaitsForItAlone() {
        begin("absent");
        open("phone");
        open("pc");
        assertThat(appended("", HOUR_MS)).isPositive();
        assertThat(goesAsAbsent("phone")).isTrue();
        assertThat(goesAsAbsent("pc")).as("the last one").isFalse();
    }

    @Test
    void anAbsentMailboxWaitsForWhatWasSentToItAlone() {
        begin("awaited");
        open("phone");
        open("pc");
        appended("phone", HOUR_MS);
        for (int more = 0; more < 2 * PAGE; more++) {
            appended("", 2 * HOUR_MS);
        }
        assertThat(goesAsAbsent("phone")).isFalse();
        nowMs += HOUR_MS;
        long last = appended("phone", HOUR_MS);
        assertThat(goesAsAbsent("phone"))
                .as("behind a page of what is for others, too")
                .isFalse();
        ask(Script.ACKNOWLEDGE, keys.all(), generation, "phone", last, nowMs);
        assertThat(goesAsAbsent("phone")).as("it has it").isTrue();
    }

    @Test
    void anAbsentMailboxWaitsForWhatCameBeforeAllOthersWereThere() {
        begin("first");
        open("phone");
        appended("", HOUR_MS);
        open("pc");
        appended("", 2 * HOUR_MS);
        assertThat(goesAsAbsent("phone")).isFalse();
        nowMs += HOUR_MS;
        assertThat(goesAsAbsent("phone")).as("that has expired").isTrue();
    }

    private void begin(String name) {
        user = name + "-" + System.nanoTime();
        keys = new LogKeys(slot, "demo", user);
        nextGeneration();
        ask(Script.RECONCILE, keys.all(), generation, 1, 0, 0, 0, 0);
    }

    private void open(String mailbox) {
        ask(Script.OPEN, keys.all(), generation, mailbox, 64, nowMs, HOUR_MS);
    }

    private long appended(String target, long ttlMs) {
        byte[][] six = {keys.marker(), keys.state(), keys.messages(), record("r1"), keys.tombstones(), keys.collapse()};
        Reply reply = ask(
                Script.APPEND,
                six,
                generation,
                target,
                nowMs + ttlMs,
                "text",
                "hash",
                0,
                nowMs,
                "",
                0,
                1_000,
                1_000_000,
                64,
                0,
                1);
        return reply.number(1);
    }

    private boolean goesAsAbsent(String mailbox) {
        return ask(Script.FORGET, keys.all(), generation, mailbox, nowMs, nowMs).number(1) == 1;
    }

    private void step() {
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> append();
            case 4, 5 -> load();
            case 6, 7 -> ask(Script.ACKNOWLEDGE, keys.all(), generation, any(MAILBOXES), anySeq(), nowMs);
            case 8 -> ask(Script.OPEN, keys.all(), generation, any(MAILBOXES), random.nextInt(4), nowMs, HOUR_MS);
            case 9 -> ask(Script.REMOVE, keys.all(), generation, anySeq(), 5, nowMs);
            case 10 -> ask(Script.STATUS, keys.all(), generation, anySeq());
            case 11 -> ask(Script.LIST, keys.all(), generation);
            case 12 -> seldom();
            default -> nowMs += random.nextLong(HOUR_MS);
        }
    }

    private void seldom() {
        switch (random.nextInt(5)) {
            case 0 -> {
                nextGeneration();
                ask(Script.STATE, keys.all(), generation, LONG_MS);
                restore();
            }
            case 1 -> ask(Script.LOAD, keys.all(), generation - 1, "phone", 0, 10, 1_000, nowMs);
            case 2 -> ask(Script.MARK, new byte[][] {keys.marker()}, generation - 1);
            case 3 -> ask(Script.FORGET, keys.all(), generation, any(MAILBOXES), sometimesIfAbsent(), nowMs);
            default -> ask(Script.SWEEP, keys.all(), generation, nowMs, 1_000, "");
        }
    }

    private Object sometimesIfAbsent() {
        return random.nextBoolean() ? "" : nowMs - random.nextLong(HOUR_MS);
    }

    private void append() {
        String request = any(REQUESTS);
        byte[][] six = {
            keys.marker(), keys.state(), keys.messages(), record(request), keys.tombstones(), keys.collapse()
        };
        Reply reply = ask(
                Script.APPEND,
                six,
                generation,
                random.nextInt(3) == 0 ? any(MAILBOXES) : "",
                nowMs + random.nextLong(3 * HOUR_MS),
                "x".repeat(random.nextInt(50)),
                "hash " + random.nextInt(2),
                random.nextInt(3) == 0 ? LONG_MS : 0,
                nowMs,
                any(COLLAPSE_KEYS),
                random.nextInt(2),
                random.nextInt(4) == 0 ? 3 + random.nextInt(5) : 1_000,
                1_000_000,
                2 + random.nextInt(2),
                random.nextInt(3),
                1);
        if (reply.outcome() == Script.OK) {
            seqs.add(reply.number(1));
        }
    }

    private void load() {
        int most = 1 + random.nextInt(10);
        ask(Script.LOAD, keys.all(), generation, any(MAILBOXES), anySeq(), most, 10 + random.nextInt(200), nowMs);
    }

    private void nextGeneration() {
        generation++;
        ask(Script.MARK, new byte[][] {keys.marker()}, generation);
    }

    /** Puts a log back that has some of everything. */
    private void restore() {
        long before = Seq.of(generation - 1, 100);
        long floor = seqs.isEmpty() ? 0 : seqs.getLast();
        long head = before + 4;
        long seenMs = nowMs - random.nextLong(2 * HOUR_MS);
        ask(Script.RECONCILE, keys.all(), generation, 0, head, head, floor, 0, "phone", floor, 0, floor, seenMs);
        List<Object> messages = new ArrayList<>(List.of(generation));
        for (long seq = before + 1; seq <= head; seq++) {
            String id = Seq.generation(seq) + "-" + Seq.n(seq);
            String key = any(COLLAPSE_KEYS);
            messages.addAll(List.of(id, seq, nowMs + random.nextLong(HOUR_MS), "", key, "restored " + seq));
            seqs.add(seq);
        }
        ask(Script.RESTORE, keys.all(), messages.toArray());
        byte[][] ofRecord = {keys.marker(), keys.state(), record("r1")};
        ask(Script.REMEMBER, ofRecord, generation, "hash 0", head, nowMs, LONG_MS, "phone", before);
        ask(Script.RECONCILED, keys.all(), generation, any(List.of(0L, LONG_MS)), before, 4);
    }

    private byte[] record(String request) {
        return LogKeys.request(slot, "demo", user, request);
    }

    private long anySeq() {
        return seqs.isEmpty() ? 1 : any(seqs) + random.nextInt(2);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Asks both, and has them agree. */
    private static Reply ask(Script script, byte[][] keys, Object... arguments) {
        byte[][] bytes = new byte[arguments.length][];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = arguments[i].toString().getBytes(StandardCharsets.UTF_8);
        }
        Reply fromRedis = run(redis, script, keys, bytes);
        Reply fromMemory = run(memory, script, keys, bytes);
        assertThat(texts(fromMemory)).as("%s %s", script, List.of(arguments)).isEqualTo(texts(fromRedis));
        return fromRedis;
    }

    private static Reply run(WorkingCopy copy, Script script, byte[][] keys, byte[][] arguments) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        lane.execute(() -> {
            copy.run(script, keys, arguments, (reply, failure) -> {
                if (reply == null) {
                    answer.completeExceptionally(failure);
                } else {
                    answer.complete(reply);
                }
            });
            copy.flush();
        });
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static List<String> texts(Reply reply) {
        return reply.values().stream()
                .map(value ->
                        value instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : String.valueOf(value))
                .toList();
    }
}
