package io.hawser.saver;

import static io.hawser.saver.LogCalls.answer;
import static io.hawser.saver.LogCalls.assertFails;
import static io.hawser.saver.LogCalls.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.saver.FaultyDatabase.Fault;
import io.hawser.saver.FaultyDatabase.Hold;
import io.hawser.wire.ErrorCode;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is told of a log while a commit of it is under way: nothing that may still come to nothing. */
final class LogCommitTest {
    private record Both(
            Hold commit, CompletableFuture<AppendReply> append, CompletableFuture<AcknowledgeReply> acknowledgement) {}

    private static final String PHONE = "class:phone";
    private static final long BEYOND_ALL = Long.MAX_VALUE >> 11;
    private static LogCluster cluster;

    @BeforeAll
    static void startStores() {
        cluster = LogCluster.serving(Clock.systemUTC());
    }

    @AfterAll
    static void stopStores() {
        cluster.close();
    }

    @Test
    void aReadIsAnsweredWhenWhatItShowsIsCommitted() {
        LogCalls log = opened("read");
        log.append("before");
        Hold commit = cluster.holdNextCommit();
        CompletableFuture<AppendReply> append = log.startAppend(log.message("on its way"));
        commit.awaitCommit();
        CompletableFuture<LoadReply> read = log.startLoad(PHONE, 0);
        awaitTurn(log);
        assertThat(read).isNotDone();
        commit.release();
        assertThat(texts(answer(read))).containsExactly("before", "on its way");
        assertThat(answer(read).getTo()).isEqualTo(answer(append).getSeq());
    }

    @Test
    void aReadOfWhatIsCommittedWaitsForNothing() {
        LogCalls log = opened("below");
        log.append("before");
        Hold commit = cluster.holdNextCommit();
        CompletableFuture<AppendReply> append = log.startAppend(log.message("on its way"));
        commit.awaitCommit();
        LoadReply read = answer(log.startLoad(PHONE, 1));
        assertThat(append).isNotDone();
        commit.release();
        assertThat(texts(read)).containsExactly("before");
        assertThat(read.getMore()).isTrue();
        assertThat(answer(append).getSeq()).isGreaterThan(read.getTo());
    }

    @Test
    void aReadOfWhatIsRefusedFailsAndTheNextShowsNothingOfIt() {
        LogCalls log = opened("refused");
        long before = log.append("before").getSeq();
        Hold commit = cluster.holdNextCommit();
        cluster.failNextCommit(Fault.REFUSED);
        AppendRequest.Builder message = log.message("refused");
        CompletableFuture<AppendReply> append = log.startAppend(message);
        commit.awaitCommit();
        CompletableFuture<LoadReply> read = log.startLoad(PHONE, 0);
        CompletableFuture<OpenMailboxReply> open = log.startOpen(PHONE, before);
        awaitTurn(log);
        assertThat(open).isNotDone();
        commit.release();
        assertFails(ErrorCode.UNAVAILABLE, append);
        assertFails(ErrorCode.UNAVAILABLE, read);
        assertFails(ErrorCode.UNAVAILABLE, open);

        LoadReply next = log.load(PHONE);
        assertThat(texts(next)).containsExactly("before");
        assertThat(next.getTo()).isEqualTo(before);
        OpenMailboxReply opened = log.open(PHONE, next.getTo());
        assertThat(opened.getReset()).isFalse();
        assertThat(opened.getHead()).isEqualTo(before);

        assertThat(log.append(message).getRepeated()).isFalse();
        assertThat(log.texts(PHONE)).containsExactly("before", "refused");
    }

    @Test
    void aReadBehindACollapseShowsAllThatFollows() {
        LogCalls log = opened("collapse");
        log.append(log.message("0 : 0").setCollapseKey("score"));
        log.append("between");
        Hold commit = cluster.holdNextCommit();
        CompletableFuture<AppendReply> append =
                log.startAppend(log.message("1 : 0").setCollapseKey("score"));
        commit.awaitCommit();
        CompletableFuture<LoadReply> read = log.startLoad(PHONE, 0);
        awaitTurn(log);
        assertThat(read).isNotDone();
        commit.release();
        assertThat(texts(answer(read))).containsExactly("between", "1 : 0");
        assertThat(answer(read).getTo()).isEqualTo(answer(append).getSeq());
    }

    @Test
    void whatARefusedMessageHadReplacedIsThereAgain() {
        LogCalls log = opened("replaced");
        log.append(log.message("0 : 0").setCollapseKey("score"));
        long between = log.append("between").getSeq();
        cluster.failNextCommit(Fault.REFUSED);
        assertFails(ErrorCode.UNAVAILABLE, log.startAppend(log.message("1 : 0").setCollapseKey("score")));
        assertThat(log.texts(PHONE)).containsExactly("0 : 0", "between");
        assertThat(log.load(PHONE).getTo()).isEqualTo(between);
    }

    @Test
    void aReadFailsAndDoesNotHangWhileMySqlDoesNotAnswer() {
        LogCalls log = opened("silent");
        Hold first = cluster.holdNextCommit();
        Hold again = cluster.holdNextCommit();
        cluster.failNextCommit(Fault.LOST_BEFORE);
        CompletableFuture<AppendReply> append = log.startAppend(log.message("in the end"));
        first.awaitCommit();
        CompletableFuture<LoadReply> read = log.startLoad(PHONE, 0);
        awaitTurn(log);
        first.release();
        assertFails(ErrorCode.UNAVAILABLE, append);
        assertFails(ErrorCode.UNAVAILABLE, read);

        again.awaitCommit();
        CompletableFuture<LoadReply> next = log.startLoad(PHONE, 0);
        awaitTurn(log);
        assertThat(next).isNotDone();
        again.release();
        assertThat(texts(answer(next))).containsExactly("in the end");
    }

    @Test
    void whoOpensAMailboxAgainWaitsForItsCreation() {
        LogCalls log = log("opened-twice");
        Hold commit = cluster.holdNextCommit();
        CompletableFuture<OpenMailboxReply> first = log.startOpen(PHONE, 0);
        commit.awaitCommit();
        CompletableFuture<OpenMailboxReply> second = log.startOpen(PHONE, 0);
        awaitTurn(log);
        assertThat(second).isNotDone();
        commit.release();
        assertThat(answer(first).getCreated()).isTrue();
        assertThat(answer(second).getCreated()).isFalse();
    }

    @Test
    void aMailboxWhoseCreationIsRefusedIsOpenedByNobody() {
        LogCalls log = log("never-opened");
        Hold commit = cluster.holdNextCommit();
        cluster.failNextCommit(Fault.REFUSED);
        CompletableFuture<OpenMailboxReply> first = log.startOpen(PHONE, 0);
        commit.awaitCommit();
        CompletableFuture<OpenMailboxReply> second = log.startOpen(PHONE, 0);
        awaitTurn(log);
        commit.release();
        assertFails(ErrorCode.UNAVAILABLE, first);
        assertFails(ErrorCode.UNAVAILABLE, second);
        assertFails(ErrorCode.NOT_FOUND, log.startLoad(PHONE, 0));
        assertThat(log.open(PHONE).getCreated()).isTrue();
    }

    @Test
    void aRecallOfWhatWasRecalledIsTrueWhenTheFirstIsCommitted() {
        LogCalls log = opened("recalled-twice");
        long seq = log.append("sent too early").getSeq();
        Hold commit = cluster.holdNextCommit();
        CompletableFuture<Boolean> first = log.startRecall(seq);
        commit.awaitCommit();
        CompletableFuture<Boolean> second = log.startRecall(seq);
        awaitTurn(log);
        assertThat(second).isNotDone();
        commit.release();
        assertThat(answer(first)).isTrue();
        assertThat(answer(second)).isTrue();
    }

    @Test
    void anAcknowledgementBeyondWhatCameToNothingCountsToTheHead() {
        LogCalls log = opened("acknowledged");
        Hold commit = cluster.holdNextCommit();
        CompletableFuture<AppendReply> first = log.startAppend(log.message("first"));
        commit.awaitCommit();
        // Runs on the lane, so the acknowledgement goes to Redis right behind the message that comes to nothing.
        CompletableFuture<Both> both = log.startLoad(PHONE, 0).thenApply(read -> {
            Hold second = cluster.holdNextCommit();
            cluster.failNextCommit(Fault.REFUSED);
            return new Both(second, log.startAppend(log.message("refused")), log.startAcknowledge(PHONE, BEYOND_ALL));
        });
        awaitTurn(log);
        commit.release();
        long head = answer(first).getSeq();
        assertThat(answer(answer(both).acknowledgement).getAcknowledged()).isGreaterThan(head);
        answer(both).commit.release();
        assertFails(ErrorCode.UNAVAILABLE, answer(both).append);

        OpenMailboxReply opened = log.open(PHONE);
        assertThat(opened.getAcknowledged()).isEqualTo(head);
        assertThat(opened.getHead()).isEqualTo(head);
        log.append("next");
        cluster.awaitFolded();
        cluster.flushRedis();
        assertThat(log.texts(PHONE)).containsExactly("next");
    }

    /** Until Redis has answered all that was asked before: an acknowledgement of nothing waits for no commit. */
    private static void awaitTurn(LogCalls log) {
        log.acknowledge(PHONE, 0);
    }

    private static LogCalls opened(String user) {
        LogCalls log = log(user);
        log.open(PHONE);
        return log;
    }

    private static LogCalls log(String user) {
        return new LogCalls(cluster, user);
    }
}
