package io.hawser.saver;

import static io.hawser.saver.LogCalls.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.AppendRequest;
import io.hawser.saver.log.LaneSettings;
import io.hawser.wire.ErrorCode;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A user who reinstalls for ever, or has had many devices, can always bind the one in hand. */
final class MailboxLimitTest {
    private static final int MOST = LaneSettings.defaults().maxMailboxes();
    private static final Duration AWAY = LaneSettings.defaults().mailboxAway();
    private static final SteppedClock CLOCK = new SteppedClock();
    private static LogCluster cluster;

    @BeforeAll
    static void startStores() {
        cluster = LogCluster.serving(CLOCK);
    }

    @AfterAll
    static void stopStores() {
        cluster.close();
    }

    @Test
    void asManyAsThereMayBeAndNoneAwayForLong() {
        LogCalls log = full("busy");

        assertFails(ErrorCode.RESOURCE_EXHAUSTED, log.startOpen("device:new", 0));
        assertThat(log.open("device:3").getCreated()).isFalse();
    }

    @Test
    void theOneAwayLongestGivesWayToANewOne() {
        LogCalls log = full("returning");
        long seq = log.append(lasting(log, "to all")).getSeq();
        CLOCK.advance(AWAY.plusHours(2));
        log.open("device:0");
        log.acknowledge("device:1", seq);

        assertThat(log.open("device:new").getCreated()).isTrue();

        assertFails(ErrorCode.NOT_FOUND, log.startLoad("device:2", 0));
        assertThat(log.texts("device:0")).containsExactly("to all");
        assertThat(log.texts("device:3")).containsExactly("to all");
        assertThat(log.texts("device:new")).isEmpty();
    }

    @Test
    void whoGaveWayAndWhoWasSeenIsKnownToMySqlToo() {
        LogCalls log = full("flushed");
        CLOCK.advance(AWAY.plusHours(2));
        log.open("device:0");
        log.open("device:new");
        cluster.awaitFolded();
        cluster.flushRedis();

        assertFails(ErrorCode.NOT_FOUND, log.startLoad("device:1", 0));
        assertThat(log.open("device:newer").getCreated()).isTrue();
        assertFails(ErrorCode.NOT_FOUND, log.startLoad("device:2", 0));
        assertThat(log.open("device:0").getCreated()).isFalse();
        assertThat(log.open("device:new").getCreated()).isFalse();
    }

    private static LogCalls full(String user) {
        LogCalls log = new LogCalls(cluster, user);
        for (int i = 0; i < MOST; i++) {
            log.open("device:" + i);
        }
        return log;
    }

    private static AppendRequest.Builder lasting(LogCalls log, String text) {
        return log.message(text)
                .setExpiresMs(CLOCK.millis() + Duration.ofDays(90).toMillis());
    }
}
