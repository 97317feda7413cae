package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Logs in which nothing waits for anybody leave Redis, and are there again when they are touched. */
final class EmptyLogTest {
    private static final Duration LIFETIME = Duration.ofSeconds(1);
    /** The shortest, and what it is spread over. */
    private static final long LONGEST_MS = LIFETIME.toMillis() * 5 / 4;

    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final Duration SOON = Duration.ofSeconds(30);

    private static LogCluster cluster;

    @BeforeAll
    static void startStores() {
        cluster = LogCluster.servingWhereEmptyLogsLeaveAfter(LIFETIME);
    }

    @AfterAll
    static void stopStores() {
        cluster.close();
    }

    @Test
    void oneOfWhichAllIsAcknowledgedLeavesRedisAndGoesOnWhereItWas() {
        LogCalls log = new LogCalls(cluster, "quinn");
        long first = readOne(log);
        awaitLeft(log);

        AppendReply next = log.append("next");

        assertThat(next.getSeq()).isGreaterThan(first);
        assertThat(log.open("user").getAcknowledged()).isEqualTo(first);
        assertThat(log.texts("user")).containsExactly("next");
    }

    @Test
    void oneThatHasSomethingForSomebodyStays() {
        LogCalls log = new LogCalls(cluster, "rupert");
        log.open("phone");
        log.open("pc");
        log.acknowledge("phone", log.append("for both").getSeq());
        cluster.awaitFolded();

        assertThat(lifetimeMs(log)).isGreaterThan(DAY_MS);
    }

    @Test
    void aMessageThatComesInTheMeantimeKeepsItThere() {
        LogCalls log = new LogCalls(cluster, "sybil");
        readOne(log);
        assertThat(lifetimeMs(log)).isLessThanOrEqualTo(LONGEST_MS);

        log.append("another");

        assertThat(lifetimeMs(log)).isGreaterThan(DAY_MS);
    }

    @Test
    void whoOnlyLooksWhetherThereIsSomethingKeepsItNoLongerThanThat() {
        LogCalls log = new LogCalls(cluster, "trent");
        readOne(log);
        awaitLeft(log);

        assertThat(log.open("user").getCreated()).isFalse();

        assertThat(lifetimeMs(log)).isLessThanOrEqualTo(LONGEST_MS);
        awaitLeft(log);
    }

    @Test
    void aRequestIsKnownStillWhenItIsRepeated() {
        LogCalls log = new LogCalls(cluster, "ursula");
        log.open("user");
        AppendRequest.Builder request = log.message("once").setKeyed(true);
        AppendReply first = log.append(request);
        log.acknowledge("user", first.getSeq());
        cluster.awaitFolded();
        awaitLeft(log);

        AppendReply repeated = log.append(request);

        assertThat(repeated.getRepeated()).isTrue();
        assertThat(repeated.getSeq()).isEqualTo(first.getSeq());
    }

    @Test
    void whoOnlyLooksAtOneWithRequestsKeepsItNoLongerEither() {
        LogCalls log = new LogCalls(cluster, "walter");
        log.open("user");
        AppendReply sent = log.append(log.message("once").setKeyed(true));
        log.acknowledge("user", sent.getSeq());
        cluster.awaitFolded();
        awaitLeft(log);

        assertThat(log.open("user").getAcknowledged()).isEqualTo(sent.getSeq());

        assertThat(lifetimeMs(log)).isLessThanOrEqualTo(LONGEST_MS);
    }

    @Test
    void oneThatNobodyReadsAnyMoreLeavesToo() {
        LogCalls log = new LogCalls(cluster, "victor");
        log.open("user");
        long seq = log.append("never read").getSeq();
        log.forget("user");
        cluster.awaitFolded();
        awaitLeft(log);

        assertThat(log.open("user").getAcknowledged()).isEqualTo(seq);
        assertThat(log.texts("user")).isEmpty();
    }

    /** Returns the seq of a message that was sent, read, and told to MySQL as acknowledged. */
    private static long readOne(LogCalls log) {
        log.open("user");
        long seq = log.append("one").getSeq();
        assertThat(log.acknowledge("user", seq)).isEqualTo(seq);
        cluster.awaitFolded();
        return seq;
    }

    private static void awaitLeft(LogCalls log) {
        await().atMost(SOON)
                .until(() -> cluster.redis(commands -> commands.keys("*/" + log.user)), keys -> keys.isEmpty());
    }

    /** Returns how long the log stays in Redis from now on; negative: it is not there. */
    private static long lifetimeMs(LogCalls log) {
        return cluster.redis(commands -> commands.pttl(log.key("s")));
    }
}
