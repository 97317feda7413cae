package io.hawser.saver.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.saver.journal.FencedException;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReadFenceTest {
    private static final long LIFE = 7;

    private final ArrayDeque<Runnable> committer = new ArrayDeque<>();
    private final List<Long> checked = new ArrayList<>();
    private final List<FencedException> fenced = new ArrayList<>();
    private boolean alive = true;
    private boolean away;
    private final ReadFence fence = new ReadFence(
            Runnable::run, committer::add, this::lives, this::over, new LaneMeters(new SimpleMeterRegistry()));

    @BeforeEach
    void aLifeBegins() {
        fence.begin(LIFE);
    }

    @Test
    void manyReadsAtOnceCostOneCheck() {
        List<CompletableFuture<String>> answers = List.of(read("one"), read("two"), read("three"));
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        runAll();
        assertThat(answers).map(CompletableFuture::join).containsExactly("one", "two", "three");
        assertThat(checked).containsExactly(LIFE);
    }

    @Test
    void whatIsReadWhileACheckIsUnderWayWaitsForTheNext() {
        CompletableFuture<String> first = read("first");
        fence.run();
        CompletableFuture<String> second = read("second");
        fence.run();
        committer.remove().run();
        assertThat(first).isCompletedWithValue("first");
        assertThat(second).isNotDone();
        runAll();
        assertThat(second).isCompletedWithValue("second");
        assertThat(checked).hasSize(2);
    }

    @Test
    void aSaverThatWasOvertakenSaysNothing() {
        CompletableFuture<String> answer = read("of long ago");
        alive = false;
        runAll();
        assertFailsUnavailable(answer);
        assertThat(fenced).extracting(FencedException::incarnation).containsExactly(LIFE);
    }

    @Test
    void aCommitThatWasBegunSinceIsACheck() {
        Read read = new Read(true);
        CompletableFuture<String> answer = fence.guard(read);
        fence.proven(System.nanoTime());
        read.result.complete("committed");
        assertThat(answer).isCompletedWithValue("committed");
    }

    @Test
    void aCommitThatWasBegunBeforeIsNone() {
        fence.proven(System.nanoTime() - 1);
        assertThat(read("asked later")).isNotDone();
    }

    @Test
    void whatRedisSaysNeedsNoCheckWhereOneIsNotOlderThanTheLease() {
        fence.proven(System.nanoTime());
        assertThat(read("by Redis", false)).isCompletedWithValue("by Redis");
        assertThat(checked).isEmpty();
    }

    @Test
    void whatRedisSaysToOneThatMayHaveBeenOvertakenLongAgoIsChecked() {
        fence.proven(System.nanoTime() - 2 * ReadFence.LEASE_NANOS);
        CompletableFuture<String> answer = read("by Redis", false);
        assertThat(answer).isNotDone();
        runAll();
        assertThat(answer).isCompletedWithValue("by Redis");
        assertThat(read("once more", false)).isCompletedWithValue("once more");
        assertThat(checked).hasSize(1);
    }

    @Test
    void aSaverThatWasOvertakenDoesNotSayWhatRedisSays() {
        CompletableFuture<String> answer = read("of long ago", false);
        alive = false;
        runAll();
        assertFailsUnavailable(answer);
    }

    @Test
    void whereMySqlDoesNotAnswerRedisDoesAndMySqlIsAskedOn() {
        away = true;
        CompletableFuture<String> byRedis = read("by Redis", false);
        CompletableFuture<String> byMemory = read("by memory");
        runAll();
        assertThat(byRedis).isCompletedWithValue("by Redis");
        assertFailsUnavailable(byMemory);

        CompletableFuture<String> next = read("at once", false);
        fence.run();
        assertThat(next).isCompletedWithValue("at once");
        away = false;
        runAll();
        CompletableFuture<String> later = read("checked already", false);
        assertThat(later).isCompletedWithValue("checked already");
        assertThat(checked).hasSize(1);
    }

    @Test
    void aMySqlThatIsSilentIsWaitedForAsLongAsItIsSaid() {
        CompletableFuture<String> byRedis = read("by Redis", false);
        CompletableFuture<String> byMemory = read("by memory");
        fence.run();
        for (int tick = 1; tick < ReadFence.PATIENCE_TICKS; tick++) {
            tick();
        }
        assertThat(byRedis).isNotDone();
        tick();
        assertThat(byRedis).isCompletedWithValue("by Redis");
        assertThat(byMemory).isNotDone();
        assertThat(committer).hasSize(1);
        runAll();
        assertThat(byMemory).isCompletedWithValue("by memory");
    }

    @Test
    void aMySqlThatDidNotAnswerIsAskedAgainThoughNobodyWaits() {
        away = true;
        CompletableFuture<String> byRedis = read("by Redis", false);
        runAll();
        assertThat(byRedis).isCompletedWithValue("by Redis");
        away = false;
        for (int tick = 0; tick < ReadFence.TICKS_BETWEEN_CHECKS; tick++) {
            tick();
        }
        runAll();
        assertThat(checked).containsExactly(LIFE);
    }

    @Test
    void anotherLifeDoesNotTakeMySqlForSilent() {
        away = true;
        var _ = read("by Redis", false);
        runAll();
        fence.abandon(HawserException.refusal(ErrorCode.UNAVAILABLE, "over"));
        fence.begin(LIFE + 1);
        CompletableFuture<String> answer = read("in the next life", false);
        fence.run();
        assertThat(answer).isNotDone();
    }

    @Test
    void whoIsGivenAnAnswerMayAskForMore() {
        away = true;
        List<CompletableFuture<String>> more = new ArrayList<>();
        CompletableFuture<String> first = read("first", false);
        var _ = first.thenRun(() -> more.add(read("second", false)));
        runAll();
        assertThat(more).hasSize(1);
        runAll();
        assertThat(more.getFirst()).isCompletedWithValue("second");
    }

    @Test
    void anotherLifeIsNotProvenByTheOneBefore() {
        fence.proven(System.nanoTime());
        fence.abandon(HawserException.refusal(ErrorCode.UNAVAILABLE, "over"));
        fence.begin(LIFE + 1);
        assertThat(read("by Redis", false)).isNotDone();
    }

    private void tick() {
        fence.tick();
        fence.run();
    }

    @Test
    void aRefusalIsAnAnswerUnlessItSaysNothingOfTheLog() {
        Read absent = new Read(true);
        CompletableFuture<String> answer = fence.guard(absent);
        absent.fail(HawserException.refusal(ErrorCode.NOT_FOUND, "mailbox: none such"));
        assertThat(answer).isNotDone();
        Read away = new Read(true);
        CompletableFuture<String> refused = fence.guard(away);
        away.fail(HawserException.refusal(ErrorCode.UNAVAILABLE, "Redis: no connection"));
        assertFailsUnavailable(refused);
        assertThat(answer).isNotDone();
        runAll();
        assertThatThrownBy(answer::join).hasMessageContaining("none such");
    }

    @Test
    void whereMySqlDoesNotAnswerNorDoesTheSaver() {
        away = true;
        CompletableFuture<String> answer = read("one");
        runAll();
        assertFailsUnavailable(answer);
        away = false;
        CompletableFuture<String> later = read("two");
        runAll();
        assertThat(later).isCompletedWithValue("two");
    }

    @Test
    void aCheckOfALifeThatIsOverTellsNothingOfTheNext() {
        CompletableFuture<String> before = read("before");
        fence.run();
        fence.abandon(HawserException.refusal(ErrorCode.UNAVAILABLE, "over"));
        assertFailsUnavailable(before);
        fence.begin(LIFE + 1);
        CompletableFuture<String> after = read("after");
        committer.remove().run();
        assertThat(after).isNotDone();
        runAll();
        assertThat(after).isCompletedWithValue("after");
        assertThat(checked).containsExactly(LIFE, LIFE + 1);
    }

    private CompletableFuture<String> read(String text) {
        return read(text, true);
    }

    private CompletableFuture<String> read(String text, boolean fromMemory) {
        Read read = new Read(fromMemory);
        CompletableFuture<String> answer = fence.guard(read);
        read.result.complete(text);
        return answer;
    }

    /** As a lane does after each run of tasks. */
    private void runAll() {
        fence.run();
        while (!committer.isEmpty()) {
            committer.remove().run();
            fence.run();
        }
    }

    private boolean lives(long incarnation) throws SQLException {
        if (away) {
            throw new SQLException("away");
        }
        checked.add(incarnation);
        return alive;
    }

    /** As a lane drops everything. */
    private void over(FencedException cause) {
        fenced.add(cause);
        fence.abandon(new HawserException(ErrorCode.UNAVAILABLE, "the saver's life is over", cause));
    }

    private static void assertFailsUnavailable(CompletableFuture<String> answer) {
        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }

    /** An operation whose answer the test gives. */
    private static final class Read extends Operation<String> {
        Read(boolean fromMemory) {
            super(new UserLog(new LogId(1, "demo", "ann")), Script.LIST, false);
            withoutRedis = fromMemory;
        }

        @Override
        byte[][] arguments(byte[] generation, long nowMs) {
            return new byte[][] {generation};
        }

        @Override
        void answered(Reply reply) {
            throw new IllegalStateException("was sent nowhere");
        }
    }
}
