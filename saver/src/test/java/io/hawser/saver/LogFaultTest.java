package io.hawser.saver;

import static io.hawser.saver.LogCalls.answer;
import static io.hawser.saver.LogCalls.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.id.Seq;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.saver.FaultyDatabase.Fault;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Single misfortunes, one at a time, where {@link LogPropertyTest} mixes them. */
final class LogFaultTest {
    private static final String PHONE = "class:phone";
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
    void aSaverThatWasDeclaredDeadStillTakesGenerationsInItsNextLife() {
        LogCalls log = log("fenced");
        log.append("before");
        cluster.fenceAll();
        cluster.loseMarker(log.user);
        // A fold may have found out before.
        assertThatThrownBy(() -> answer(log.startAppend(log.message("meanwhile"))))
                .isInstanceOfSatisfying(
                        HawserException.class,
                        e -> assertThat(e.code()).isIn(ErrorCode.UNAVAILABLE, ErrorCode.NOT_OWNER));
        log.insist("in the next life");
        cluster.loseMarker(log.user);
        log.insist("in a generation of that life");
    }

    @Test
    void aRedisThatRefusesWritesCostsNoGeneration() {
        LogCalls log = log("refused");
        log.append("before");
        int generation = cluster.generation(log.user);
        cluster.limitRedisMemory(true);
        try {
            assertFails(ErrorCode.UNAVAILABLE, log.startAppend(log.message("meanwhile")));
            assertFails(ErrorCode.UNAVAILABLE, log.startAppend(log.message("and again")));
        } finally {
            cluster.limitRedisMemory(false);
        }
        log.append("after");
        assertThat(cluster.generation(log.user)).isEqualTo(generation);
    }

    @Test
    void aLostMarkerIsSetAgainThoughRedisIsAtItsLimit() {
        LogCalls log = log("marker");
        log.append("before");
        log.open(PHONE);
        int generation = cluster.generation(log.user);
        cluster.loseMarker(log.user);
        cluster.limitRedisMemory(true);
        try {
            assertFails(ErrorCode.UNAVAILABLE, log.startAppend(log.message("meanwhile")));
            await().untilAsserted(() -> assertThat(cluster.generation(log.user)).isEqualTo(generation + 1));
        } finally {
            cluster.limitRedisMemory(false);
        }
        log.insist("after");
        assertThat(cluster.generation(log.user)).isEqualTo(generation + 1);
    }

    @Test
    void aSlotWhoseGenerationsAreUsedUpIsServedNoMore() {
        LogCalls log = log("usedup");
        log.append("before");
        cluster.setGeneration(log.user, Seq.MAX_GENERATION);
        cluster.loseMarker(log.user);
        assertFails(ErrorCode.NOT_OWNER, log.startAppend(log.message("after")));
    }

    @Test
    void anErrorWhileACommitIsWrittenHoldsUpNothing() {
        LogCalls log = log("error");
        AppendRequest.Builder message = log.message("once");
        cluster.failNextCommit(Fault.ERROR);
        assertFails(ErrorCode.UNAVAILABLE, log.startAppend(message));
        await().ignoreExceptions().until(() -> log.append(message).getRepeated());
    }

    @Test
    void aRepeatedRecallIsTrueOnceTheFirstIsCommitted() {
        LogCalls log = log("recalled");
        log.open(PHONE);
        long seq = log.append("sent too early").getSeq();
        cluster.failNextCommit(Fault.LOST_BEFORE);
        cluster.failNextCommit(Fault.LOST_BEFORE);
        assertThatThrownBy(() -> log.recall(seq)).isInstanceOf(HawserException.class);
        assertThatThrownBy(() -> log.recall(seq)).isInstanceOf(HawserException.class);
        await().ignoreExceptions().until(() -> log.recall(seq));
    }

    @Test
    void aMessageThatExpiredAndLeftNoTraceIsNotAcknowledged() {
        LogCalls log = log("expired");
        log.open(PHONE);
        long seq = log.append(log.message("one").setExpiresMs(System.currentTimeMillis() + 1))
                .getSeq();
        cluster.forgetMessage(log.user, seq);
        MessageStatusReply status = log.status(seq);
        assertThat(status.getState()).isEqualTo(MessageState.EXPIRED);
        assertThat(status.getMailboxesList())
                .singleElement()
                .satisfies(mailbox -> assertThat(mailbox.getState()).isEqualTo(MessageState.EXPIRED));
        assertThatThrownBy(() -> log.status(seq + 1))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }

    @Test
    void anAcknowledgementOutlivesAForgettingThatMySqlRefuses() {
        LogCalls log = log("not forgotten");
        log.open(PHONE);
        long seq = log.append("read").getSeq();
        log.acknowledge(PHONE, seq);
        cluster.failNextCommit(Fault.REFUSED);
        assertThatThrownBy(() -> log.forget(PHONE)).isInstanceOf(HawserException.class);
        assertThat(log.open(PHONE).getAcknowledged()).isEqualTo(seq);
    }

    @Test
    void anAcknowledgementOutlivesAnErasureThatMySqlRefuses() {
        LogCalls log = log("not erased");
        log.open(PHONE);
        long seq = log.append("read").getSeq();
        log.acknowledge(PHONE, seq);
        cluster.failNextCommit(Fault.REFUSED);
        assertFails(ErrorCode.UNAVAILABLE, cluster.erase(log.user));
        assertThat(log.open(PHONE).getAcknowledged()).isEqualTo(seq);
    }

    private static LogCalls log(String user) {
        return new LogCalls(cluster, user);
    }
}
