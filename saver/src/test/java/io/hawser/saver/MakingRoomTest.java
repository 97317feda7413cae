package io.hawser.saver;

import static io.hawser.saver.LogCalls.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.MailboxMessageStatus;
import io.hawser.rpc.v1.MessageState;
import io.hawser.wire.ErrorCode;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes where a full log takes a new message in the place of older ones. */
final class MakingRoomTest {
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
    void aFullLogTakesWhatIsNewInThePlaceOfTheOldestWhereItsSenderHasItSo() {
        LogCalls log = log("dropping");
        log.open(PHONE);
        List<Long> seqs = IntStream.range(0, 5)
                .mapToObj(i ->
                        log.append(log.message("message " + i).setMaxMessages(3).setDropOldest(true)))
                .map(AppendReply::getSeq)
                .toList();
        for (int round = 0; round < 2; round++) {
            assertThat(log.texts(PHONE)).containsExactly("message 2", "message 3", "message 4");
            assertThat(log.status(seqs.get(1)).getState()).isEqualTo(MessageState.DISPLACED);
            assertThat(log.status(seqs.get(2)).getState()).isEqualTo(MessageState.PENDING);
            // And by what MySQL has of it.
            cluster.awaitFolded();
            cluster.flushRedis();
        }
    }

    @Test
    void asManyAreDroppedAsTheNewOneTakesBytesAndNoneForOneThatNeverFits() {
        LogCalls log = log("droppedbytes");
        log.open(PHONE);
        log.append(dropping(log, "a", 4_000));
        log.append(dropping(log, "b", 4_000));
        log.append(dropping(log, "c", 4_000));
        assertThat(starts(log)).containsExactly("b", "c");
        assertFails(ErrorCode.MAILBOX_FULL, log.startAppend(dropping(log, "x", 10_001)));
        assertThat(starts(log)).containsExactly("b", "c");
        log.append(dropping(log, "d", 9_000));
        assertThat(starts(log)).containsExactly("d");
    }

    @Test
    void whatHasExpiredAndWhatIsReplacedMakesRoomBeforeTheOldest() {
        LogCalls log = log("droppedlast");
        log.open(PHONE);
        log.append("oldest");
        log.append(log.message("state").setCollapseKey("state"));
        log.append(log.message("expired").setExpiresMs(1));
        log.append(log.message("in its place").setMaxMessages(3).setDropOldest(true));
        log.append(log.message("new state")
                .setCollapseKey("state")
                .setMaxMessages(3)
                .setDropOldest(true));
        assertThat(log.texts(PHONE)).containsExactly("oldest", "in its place", "new state");
    }

    @Test
    void aLogFarBeyondANewLimitShrinksByManyAndIsNeverRefused() {
        LogCalls log = log("shrinking");
        log.open(PHONE);
        for (int i = 0; i < 300; i++) {
            log.append("m" + i);
        }
        log.append(log.message("first").setMaxMessages(10).setDropOldest(true));
        long left = cluster.redis(commands -> commands.xlen(log.key("l")));
        assertThat(left).isEqualTo(300 - 256 + 1);
        log.append(log.message("second").setMaxMessages(10).setDropOldest(true));
        assertThat(log.texts(PHONE)).hasSize(10).endsWith("m299", "first", "second");
    }

    @Test
    void whatIsDroppedForAMessageThatMySqlRefusesIsThereAgain() {
        LogCalls log = log("undropped");
        log.open(PHONE);
        log.append("oldest");
        log.append("newer");
        cluster.failNextCommit(FaultyDatabase.Fault.REFUSED);
        assertFails(
                ErrorCode.UNAVAILABLE,
                log.startAppend(log.message("refused").setMaxMessages(2).setDropOldest(true)));
        assertThat(log.texts(PHONE)).containsExactly("oldest", "newer");
        log.insistOn(log.message("taken").setMaxMessages(2).setDropOldest(true));
        assertThat(log.texts(PHONE)).containsExactly("newer", "taken");
    }

    @Test
    void whatItsMailboxHasAcknowledgedGoesBeforeWhatAnotherHasNotRead() {
        LogCalls log = log("settledfirst");
        log.open(PHONE);
        log.open(PC);
        log.append("unread by the pc");
        List<Long> own = IntStream.range(0, 20)
                .mapToObj(i -> log.append(log.message("own " + i).setMailbox(PHONE)))
                .map(AppendReply::getSeq)
                .toList();
        log.append("unread by the pc, too");
        log.acknowledge(PHONE, own.get(18));
        for (int i = 0; i < 19; i++) {
            log.append(log.message("new " + i).setMaxMessages(22).setDropOldest(true));
        }
        assertThat(log.texts(PC))
                .startsWith("unread by the pc", "unread by the pc, too")
                .hasSize(21);
        assertThat(log.texts(PHONE))
                .startsWith("own 19", "unread by the pc, too")
                .hasSize(21);
        log.acknowledge(PHONE, own.get(19));
        log.append(
                log.message("in the place of the last own").setMaxMessages(22).setDropOldest(true));
        assertThat(log.texts(PC)).startsWith("unread by the pc");
        log.append(log.message("in the place of the oldest").setMaxMessages(22).setDropOldest(true));
        assertThat(log.texts(PC)).startsWith("unread by the pc, too");
        assertThat(log.status(own.get(3)).getState()).isEqualTo(MessageState.ACKNOWLEDGED);
    }

    @Test
    void whatMadeRoomIsAcknowledgedOrDisplacedByMailbox() {
        LogCalls log = log("bymailbox");
        log.open(PHONE);
        log.open(PC);
        long toAll = log.append("to all").getSeq();
        long toPhone = log.append(log.message("to phone").setMailbox(PHONE)).getSeq();
        long toPc = log.append(log.message("to pc").setMailbox(PC)).getSeq();
        log.acknowledge(PHONE, toPhone);
        IntStream.range(0, 3)
                .forEach(i ->
                        log.append(log.message("new " + i).setMaxMessages(3).setDropOldest(true)));
        for (int round = 0; round < 2; round++) {
            assertThat(states(log, toAll))
                    .isEqualTo(Map.of(PHONE, MessageState.ACKNOWLEDGED, PC, MessageState.DISPLACED));
            assertThat(log.status(toAll).getState()).isEqualTo(MessageState.DISPLACED);
            assertThat(states(log, toPhone)).isEqualTo(Map.of(PHONE, MessageState.ACKNOWLEDGED));
            assertThat(log.status(toPhone).getState()).isEqualTo(MessageState.ACKNOWLEDGED);
            assertThat(states(log, toPc)).isEqualTo(Map.of(PC, MessageState.DISPLACED));
            // And by what MySQL has of it.
            cluster.awaitFolded();
            cluster.flushRedis();
        }
        long newest = log.load(PHONE).getTo();
        log.acknowledge(PHONE, newest);
        assertThat(states(log, toPc)).isEqualTo(Map.of(PC, MessageState.DISPLACED));
    }

    private static Map<String, MessageState> states(LogCalls log, long seq) {
        return log.status(seq).getMailboxesList().stream()
                .collect(Collectors.toMap(MailboxMessageStatus::getMailbox, MailboxMessageStatus::getState));
    }

    private static AppendRequest.Builder dropping(LogCalls log, String start, int bytes) {
        return log.message(start + "x".repeat(bytes - 1)).setMaxBytes(10_000).setDropOldest(true);
    }

    private static List<String> starts(LogCalls log) {
        return log.texts(PHONE).stream().map(text -> text.substring(0, 1)).toList();
    }

    private static LogCalls log(String user) {
        return new LogCalls(cluster, user);
    }
}
