package io.hawser.saver;

import static io.hawser.saver.LogCalls.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.AppendRequest;
import io.hawser.wire.ErrorCode;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How much a log may take, in Redis and of what its sender allows, and for how long. */
final class LogBoundsTest {
    private static final String PHONE = "class:phone";
    private static final String PC = "class:pc";
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
    void aRedisAtItsLimitTakesAcknowledgementsSoThatMemoryIsFreed() {
        LogCalls log = log("atlimit");
        log.open(PHONE);
        log.open(PC);
        long first = log.append("one").getSeq();
        long second = log.append("two").getSeq();
        cluster.limitRedisMemory(true);
        try {
            assertThat(log.acknowledge(PHONE, second)).isEqualTo(second);
            assertThat(log.acknowledge(PC, first)).isEqualTo(first);
            assertThat(log.texts(PC)).containsExactly("two");
            log.forget(PC);
        } finally {
            cluster.limitRedisMemory(false);
        }
        long left = cluster.redis(commands -> commands.exists(log.key("l")));
        assertThat(left).isZero();
    }

    @Test
    void whatWasCollapsedOrRecalledTakesNoPlace() {
        LogCalls log = log("places");
        log.open(PHONE);
        log.append("x".repeat(100));
        for (int i = 0; i < 40; i++) {
            log.append(bounded(log, 1_000).setCollapseKey("state"));
        }
        long second = log.append(bounded(log, 4_000)).getSeq();
        log.append(bounded(log, 4_000));
        assertFails(ErrorCode.MAILBOX_FULL, log.startAppend(bounded(log, 4_000)));
        log.recall(second);
        log.append(bounded(log, 4_000));
        assertFails(ErrorCode.MAILBOX_FULL, log.startAppend(bounded(log, 4_000)));
        assertThat(log.texts(PHONE)).hasSize(4);
    }

    @Test
    void aFullLogTakesWhatReplacesAMessageAndFindsWhatHasExpired() {
        LogCalls log = log("full");
        log.open(PHONE);
        int most = 270;
        for (int i = 1; i < most; i++) {
            log.append("lives long");
        }
        log.append(log.message("old").setCollapseKey("state").setExpiresMs(System.currentTimeMillis() + 600_000));
        log.append(log.message("new").setCollapseKey("state").setMaxMessages(most));
        assertFails(
                ErrorCode.MAILBOX_FULL,
                log.startAppend(log.message("one too many").setMaxMessages(most)));
        log.append(log.message("expired").setExpiresMs(1));
        log.append(log.message("in its place").setMaxMessages(most + 1));
    }

    @Test
    void whoFindsThatAnotherHasSweptFindsTheRoomThatIsLeft() {
        LogCalls log = log("sweptbefore");
        log.open(PHONE);
        log.append(log.message("expired").setExpiresMs(1));
        log.append(log.message("expired too").setExpiresMs(1));
        var first = log.startAppend(log.message("first").setMaxMessages(1));
        var second = log.startAppend(log.message("second").setMaxMessages(2));
        first.join();
        second.join();
        assertThat(log.texts(PHONE)).containsExactly("first", "second");
        assertFails(
                ErrorCode.MAILBOX_FULL,
                log.startAppend(log.message("one too many").setMaxMessages(2)));
    }

    @Test
    void tombstonesAreBoundedWhileTheReaderIsAway() {
        LogCalls log = log("buried");
        log.open(PHONE);
        log.append("unread");
        for (int i = 0; i < 2_000; i++) {
            log.append(log.message("state").setCollapseKey("state"));
        }
        long buried = cluster.redis(commands -> commands.hlen(log.key("t")));
        assertThat(buried).isBetween(1_000L, 1_250L);
        cluster.awaitFolded();
        cluster.flushRedis();
        assertThat(log.texts(PHONE)).containsExactly("unread", "state");
        long restored = cluster.redis(commands -> commands.hlen(log.key("t")));
        assertThat(restored).isEqualTo(1_000);
    }

    @Test
    void aCollapseKeyIsForgottenWithItsMessage() {
        LogCalls log = log("keys");
        log.open(PHONE);
        log.open(PC);
        log.append("keeps the log");
        log.append(log.message("expires").setCollapseKey("expiring").setExpiresMs(1));
        log.append(log.message("of another")
                .setCollapseKey("another")
                .setExpiresMs(1)
                .setMailbox(PC));
        long recalled =
                log.append(log.message("recalled").setCollapseKey("recalled")).getSeq();
        log.append(log.message("state").setCollapseKey("state"));
        long state =
                log.append(log.message("new state").setCollapseKey("state")).getSeq();
        assertThat(collapseKeys(log)).isEqualTo(4);
        log.texts(PHONE);
        log.recall(recalled);
        log.append(log.message("swept").setCollapseKey("swept").setExpiresMs(1));
        assertThat(collapseKeys(log)).isEqualTo(2);
        log.append(log.message("has others swept").setCollapseKey("last").setMaxMessages(3));
        assertThat(collapseKeys(log)).isEqualTo(2);
        log.acknowledge(PHONE, state);
        assertThat(collapseKeys(log)).isEqualTo(2);
        log.acknowledge(PC, state);
        assertThat(collapseKeys(log)).isEqualTo(1);
        log.append(log.message("the last one").setCollapseKey("last"));
        assertThat(log.texts(PHONE)).containsExactly("the last one");
    }

    @Test
    void whatWasReplacedLeavesTheKeyToItsSuccessor() {
        LogCalls log = log("successor");
        log.open(PHONE);
        log.open(PC);
        for (int i = 0; i < 150; i++) {
            log.append(log.message("state").setCollapseKey("state " + i % 140));
        }
        long last = log.append("unkeyed").getSeq();
        log.acknowledge(PHONE, last);
        log.acknowledge(PC, last - 2);
        assertThat(collapseKeys(log)).isEqualTo(1);
        log.append(log.message("newest").setCollapseKey("state 9"));
        assertThat(log.texts(PC)).containsExactly("unkeyed", "newest");
    }

    private static long collapseKeys(LogCalls log) {
        return cluster.redis(commands -> commands.hlen(log.key("c")));
    }

    @Test
    void aLogLeavesRedisAfterAWhileItsStateFirst() {
        LogCalls log = log("lifetime");
        log.open(PHONE);
        log.append(log.message("old").setCollapseKey("state"));
        log.append(log.message("new").setCollapseKey("state"));
        assertLifetimes(log);
        cluster.redis(commands -> commands.del(log.key("s")));
        assertThat(log.texts(PHONE)).containsExactly("new");
        assertLifetimes(log);

        long seq = log.append("another").getSeq();
        log.acknowledge(PHONE, seq - 1);
        assertLifetimes(log);
    }

    @Test
    void ofAUserNeverSeenOnlyTheStateIsRememberedForAShortWhile() {
        LogCalls log = log("neverseen");
        assertFails(ErrorCode.NOT_FOUND, log.startLoad(PHONE, 0));
        assertThat(lifetimeMs(log, "s")).isBetween(1L, 600_000L);
    }

    /** All that is there has an end, and what the messages are read by has it before them. */
    private static void assertLifetimes(LogCalls log) {
        assertThat(lifetimeMs(log, "s")).isPositive().isLessThan(lifetimeMs(log, "l"));
        for (String kind : List.of("t", "c")) {
            assertThat(lifetimeMs(log, kind)).as(kind).isNotEqualTo(-1);
        }
    }

    private static long lifetimeMs(LogCalls log, String kind) {
        return cluster.redis(commands -> commands.pttl(log.key(kind)));
    }

    /** A message of so many bytes to a log of 10,000. */
    private static AppendRequest.Builder bounded(LogCalls log, int bytes) {
        return log.message("x".repeat(bytes)).setMaxBytes(10_000);
    }

    private static LogCalls log(String user) {
        return new LogCalls(cluster, user);
    }
}
