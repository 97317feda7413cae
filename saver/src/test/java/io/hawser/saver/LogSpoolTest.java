package io.hawser.saver;

import static io.hawser.saver.LogCalls.answer;
import static io.hawser.saver.LogCalls.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.Durability;
import io.hawser.saver.FaultyDatabase.Fault;
import io.hawser.saver.FaultyDatabase.Hold;
import io.hawser.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** MySQL is out, and an app chose to be available. */
final class LogSpoolTest {
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

    @AfterEach
    void allIsWell() {
        cluster.heal();
        cluster.holdSpools(false);
        cluster.unblockSpools();
        cluster.reachMySql();
        if (!cluster.isUp("saver-1")) {
            cluster.startNode("saver-1");
        }
        if (cluster.isUp("saver-2")) {
            cluster.stopNode("saver-2");
        }
        cluster.awaitOwners();
        cluster.awaitSpoolsEmpty();
    }

    @Test
    void whatIsSentMeanwhileIsSpooledAndIsThereOnceMySqlIsBack() {
        LogCalls log = opened("meanwhile");
        log.append("before");
        mySqlIsOut();
        AppendRequest.Builder message = available(log, "meanwhile");
        AppendReply spooled = log.append(message);
        assertThat(spooled.getDurability()).isEqualTo(Durability.SPOOLED);
        assertThat(spooled.getSeq()).isZero();
        assertThat(spooled.getMailboxesList()).isEmpty();
        assertThat(log.texts(PHONE)).as("what is committed can be read").containsExactly("before");
        assertThatThrownBy(() -> answer(cluster.on(log.user, lane -> lane.erase(LogCluster.id(log.user)))))
                .hasMessage("spool: has messages of user meanwhile that are not stored yet");
        assertFails(ErrorCode.UNAVAILABLE, log.startAppend(log.message("strict")));
        mySqlIsBack();
        assertThat(log.texts(PHONE)).containsExactly("before", "meanwhile");
        AppendReply repeated = stored(log, message);
        assertThat(repeated.getRepeated()).isTrue();
        assertThat(repeated.getDurability()).isEqualTo(Durability.STRICT);
        assertThat(stored(log, available(log, "after")).getSeq()).isGreaterThan(repeated.getSeq());
        assertThat(log.texts(PHONE)).containsExactly("before", "meanwhile", "after");
    }

    /** SIGSTOP: statements are not refused, they are not answered. */
    @Test
    void aMySqlThatStandsStillIsNotWaitedFor() {
        LogCalls log = opened("silent");
        log.append("before");
        cluster.pauseMySql();
        try {
            assertThat(log.append(available(log, "one")).getDurability()).isEqualTo(Durability.SPOOLED);
            assertThat(log.append(available(log, "two")).getDurability()).isEqualTo(Durability.SPOOLED);
        } finally {
            cluster.resumeMySql();
        }
        cluster.awaitSpoolsEmpty();
        assertThat(log.texts(PHONE)).containsExactly("before", "one", "two");
    }

    @Test
    void whatFollowsAMessageInTheSpoolComesBehindIt() {
        LogCalls log = opened("behind");
        mySqlIsOut();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            if (i == 8) {
                cluster.reachMySql();
            }
            sent.add("m" + i);
            log.insistOn(available(log, "m" + i));
        }
        cluster.awaitSpoolsEmpty();
        sent.add("last");
        assertThat(stored(log, available(log, "last")).getDurability()).isEqualTo(Durability.STRICT);
        assertThat(log.texts(PHONE)).isEqualTo(sent);
    }

    /** In the spool it would come behind, too, but a user who is sent to all the time would never be out of it. */
    @Test
    void whileWhatWasSpooledIsBeingStoredItsUsersSendsWaitForThat() {
        LogCalls log = opened("leaving");
        cluster.blockSpools();
        answer(cluster.spool("saver-1", available(log, "spooled").build()));
        assertFails(ErrorCode.UNAVAILABLE, log.startAppend(available(log, "waited in vain")));
        assertFails(ErrorCode.UNAVAILABLE, cluster.on(log.user, lane -> lane.erase(LogCluster.id(log.user))));
        cluster.unblockSpools();
        assertThat(stored(log, available(log, "behind")).getSeq()).isPositive();
        assertThat(log.texts(PHONE)).containsExactly("spooled", "behind");
    }

    /** It is not known when: nobody waits for that. */
    @Test
    void whileNobodyStoresWhatWasSpooledItsUsersSendsAreSpooledBehindIt() {
        LogCalls log = opened("staying");
        cluster.holdSpools(true);
        answer(cluster.spool("saver-1", available(log, "spooled").build()));
        assertThat(log.insistOn(available(log, "behind")).getDurability()).isEqualTo(Durability.SPOOLED);
        cluster.holdSpools(false);
        cluster.awaitSpoolsEmpty();
        assertThat(log.texts(PHONE)).containsExactly("spooled", "behind");
    }

    @Test
    void theNewestByItsCollapseKeyStaysTheNewest() {
        LogCalls log = opened("collapsing");
        mySqlIsOut();
        log.append(available(log, "0 : 0").setCollapseKey("score"));
        cluster.reachMySql();
        log.insistOn(available(log, "1 : 0").setCollapseKey("score"));
        cluster.awaitSpoolsEmpty();
        assertThat(log.texts(PHONE)).containsExactly("1 : 0");
    }

    /** The first attempt is in the journal, and nobody knows. */
    @Test
    void whatWasCommittedAllTheSameIsThereOnce() {
        LogCalls log = opened("committed");
        log.append("before");
        cluster.failNextCommit(Fault.LOST_AFTER);
        AppendRequest.Builder message = available(log, "once").setKeyed(true);
        assertThat(log.append(message).getDurability()).isEqualTo(Durability.SPOOLED);
        cluster.awaitSpoolsEmpty();
        cluster.awaitFolded();
        assertThat(stored(log, message).getRepeated()).isTrue();
        assertThat(log.texts(PHONE)).containsExactly("before", "once");
    }

    @Test
    void aCommitThatTakesTooLongIsNotWaitedForAndCounts() {
        LogCalls log = opened("slow");
        Hold commit = cluster.holdNextCommit();
        CompletableFuture<AppendReply> append = log.startAppend(available(log, "slow"));
        commit.awaitCommit();
        assertThat(answer(append).getDurability()).isEqualTo(Durability.SPOOLED);
        commit.release();
        cluster.awaitSpoolsEmpty();
        assertThat(log.texts(PHONE)).containsExactly("slow");
    }

    /** Its user has as many in the spool as its app lets a mailbox hold, but it is stored all the same. */
    @Test
    void whatTheSpoolRefusesAfterAFirstAttemptIsUnknown() {
        LogCalls log = opened("unknown");
        Hold commit = cluster.holdNextCommit();
        CompletableFuture<AppendReply> first = log.startAppend(score(log, "0 : 0"));
        CompletableFuture<AppendReply> second = log.startAppend(score(log, "1 : 0"));
        commit.awaitCommit();
        assertThat(answer(first).getDurability()).isEqualTo(Durability.SPOOLED);
        assertFails(ErrorCode.UNAVAILABLE, second);
        assertFails(ErrorCode.MAILBOX_FULL, log.startAppend(score(log, "not begun")));
        commit.release();
        cluster.awaitSpoolsEmpty();
        await().untilAsserted(() -> assertThat(log.texts(PHONE)).containsExactly("1 : 0"));
    }

    @Test
    void aSaverThatIsKilledFindsWhatItHadSpooled() {
        LogCalls log = opened("killed");
        log.append("before");
        cluster.failNextCommit(Fault.LOST_AFTER);
        assertThat(log.append(available(log, "committed, and spooled")).getDurability())
                .isEqualTo(Durability.SPOOLED);
        cluster.loseMySql();
        AppendRequest.Builder last = available(log, "spooled");
        await().ignoreExceptions().until(() -> log.append(last).getDurability() == Durability.SPOOLED);
        cluster.crashNode("saver-1");
        cluster.flushRedis();
        cluster.reachMySql();
        cluster.startNode("saver-1");
        cluster.awaitOwners();
        cluster.awaitSpoolsEmpty();
        await().ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(log.texts(PHONE)).containsExactly("before", "committed, and spooled", "spooled"));
    }

    /** What it had on its way arrives when its next life appends the same. */
    @Test
    void aSaverThatIsKilledWhileItsSpoolIsBeingStoredStoresItOnce() {
        LogCalls log = opened("killed-while-storing");
        cluster.blockSpools();
        for (String text : List.of("one", "two", "three")) {
            answer(cluster.spool("saver-1", available(log, text).build()));
        }
        cluster.crashNode("saver-1");
        cluster.startNode("saver-1");
        cluster.awaitOwners();
        cluster.unblockSpools();
        cluster.awaitSpoolsEmpty();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(log.texts(PHONE)).containsExactly("one", "two", "three"));
    }

    @Test
    void whatASaverSpooledThatWasOvertakenIsAppendedInTheNextGeneration() {
        LogCalls log = opened("overtaken");
        long before = log.append("before").getSeq();
        mySqlIsOut();
        AppendRequest.Builder message = available(log, "of a life that is over");
        assertThat(log.append(message).getDurability()).isEqualTo(Durability.SPOOLED);
        int generation = cluster.generation(log.user);
        cluster.fenceAll();
        mySqlIsBack();
        AppendReply known = stored(log, message);
        assertThat(known.getRepeated()).isTrue();
        assertThat(known.getSeq()).isGreaterThan(before);
        assertThat(cluster.generation(log.user)).isGreaterThan(generation);
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(log.texts(PHONE)).containsExactly("before", "of a life that is over"));
    }

    /** Another may have had its slots meanwhile, and what is repeated here. */
    @Test
    void aSaverThatLostItsSessionSpoolsNothingBeforeItHasItsSlotsAgain() {
        LogCalls log = opened("session");
        mySqlIsOut();
        cluster.loseSession("saver-1");
        assertFails(ErrorCode.NOT_OWNER, log.startAppend(available(log, "refused")));
        cluster.reachMySql();
        log.insistOn(available(log, "accepted"));
        cluster.awaitSpoolsEmpty();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(log.texts(PHONE)).containsExactly("accepted"));
    }

    /** As operations.md tells: its files are put into another's directory, which is started again. */
    @Test
    void theSpoolOfAHostThatIsGoneIsAppendedByAnotherSaver() throws Exception {
        LogCalls log = opened("gone");
        mySqlIsOut();
        assertThat(log.append(available(log, "of a host that is gone")).getDurability())
                .isEqualTo(Durability.SPOOLED);
        cluster.crashNode("saver-1");
        cluster.reachMySql();
        move(cluster.spoolOf("saver-1"), cluster.spoolOf("saver-2"));
        cluster.startNode("saver-2");
        cluster.awaitOwners();
        cluster.awaitSpoolsEmpty();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(log.texts(PHONE)).containsExactly("of a host that is gone"));
    }

    /** Its first attempt has no key: it is known for as long as the spool may repeat it, and the journal does not have it. */
    @Test
    void whatWasCommittedAndFoldedIsThereOnceWhenTheSpoolComesToIt() {
        LogCalls log = opened("folded");
        cluster.holdSpools(true);
        AppendRequest.Builder message = committedAndSpooled(log, "once");
        cluster.awaitFolded();
        assertThat(log.append(message).getSeq()).as("a repeat knows it").isPositive();
        cluster.holdSpools(false);
        cluster.awaitSpoolsEmpty();
        assertThat(log.texts(PHONE)).containsExactly("once");
    }

    @Test
    void whatWasCommittedAndFoldedIsThereOnceAfterItsSaverWasKilled() {
        LogCalls log = opened("folded-and-killed");
        cluster.holdSpools(true);
        committedAndSpooled(log, "once");
        cluster.awaitFolded();
        startAnewAndLetSpoolsGo();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(log.texts(PHONE)).containsExactly("once"));
    }

    /** Its file stays for another's sake, and a start reads it again: so it has to be known, though it had no key. */
    @Test
    void whatTheSpoolRepeatedIsThereOnceThoughItsFileIsReadAgain() {
        LogCalls log = opened("repeated");
        LogCalls neighbour = opened("neighbour");
        cluster.holdSpoolsOf(neighbour.user);
        answer(cluster.spool("saver-1", available(neighbour, "in the same file").build()));
        committedAndSpooled(log, "once");
        cluster.awaitSpooled(1);
        cluster.awaitFolded();
        startAnewAndLetSpoolsGo();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(log.texts(PHONE)).containsExactly("once"));
    }

    /** A sender had no answer from one saver, and repeated to another, as it does: under a key. */
    @Test
    void whatIsInTheSpoolsOfTwoSaversIsThereOnce() {
        LogCalls log = opened("twice");
        cluster.startNode("saver-2");
        cluster.awaitOwners();
        cluster.holdSpools(true);
        AppendRequest request = available(log, "once").build();
        answer(cluster.spool("saver-1", request));
        answer(cluster.spool("saver-2", request.toBuilder().setKeyed(true).build()));
        cluster.holdSpools(false);
        cluster.awaitSpoolsEmpty();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(log.texts(PHONE)).containsExactly("once"));
    }

    @Test
    void whatAnotherSaverStoredUnderAKeyIsNotStoredAgain() {
        LogCalls log = opened("stored");
        cluster.holdSpools(true);
        AppendRequest.Builder first = log.message("once");
        answer(cluster.spool("saver-1", first.build()));
        AppendRequest.Builder again = first.setKeyed(true).setSpooled(true);
        assertThat(log.append(again).getRepeated()).isFalse();
        cluster.awaitFolded();
        cluster.holdSpools(false);
        cluster.awaitSpoolsEmpty();
        assertThat(log.texts(PHONE)).containsExactly("once");
    }

    @Test
    void whatExpiresInTheSpoolIsNotDelivered() {
        LogCalls log = opened("expiring");
        cluster.holdSpools(true);
        AppendRequest.Builder late = log.message("late").setExpiresMs(System.currentTimeMillis() - 1);
        answer(cluster.spool("saver-1", late.build()));
        answer(cluster.spool("saver-1", log.message("in time").build()));
        cluster.holdSpools(false);
        cluster.awaitSpoolsEmpty();
        assertThat(log.texts(PHONE)).containsExactly("in time");
    }

    /** What it sends would come before what is in the spool. */
    @Test
    void anAppThatIsStrictAgainWaitsForWhatWasSpooled() {
        LogCalls log = opened("switched");
        cluster.holdSpools(true);
        answer(cluster.spool("saver-1", available(log, "spooled").build()));
        assertThatThrownBy(() -> log.append("strict"))
                .hasMessage("spool: has messages of user switched that are not stored yet");
        cluster.holdSpools(false);
        log.insist("strict");
        assertThat(log.texts(PHONE)).containsExactly("spooled", "strict");
    }

    @Test
    void aUserIsNotErasedWhileAMessageOfItMayStillBeSpooled() {
        LogCalls log = opened("erased");
        Hold commit = cluster.holdNextCommit();
        CompletableFuture<AppendReply> append = log.startAppend(available(log, "slow"));
        commit.awaitCommit();
        assertFails(ErrorCode.UNAVAILABLE, cluster.on(log.user, lane -> lane.erase(LogCluster.id(log.user))));
        commit.release();
        answer(append);
        cluster.awaitSpoolsEmpty();
        await().ignoreExceptions().until(() -> answer(cluster.erase(log.user)) != null);
        assertThat(cluster.rowsOf(log.user)).isZero();
    }

    /** Beyond what a user may have: they were accepted. Their chains have to fit into MySQL. */
    @Test
    void mailboxesBeyondTheLimitAreMadeForWhatWasSpooled() {
        LogCalls log = opened("many");
        for (int i = 1; i < SaverHarness.quick().maxMailboxes(); i++) {
            log.insistOn(log.message("m" + i).setMailbox("device:" + i));
        }
        cluster.holdSpools(true);
        for (int i = 0; i < 16; i++) {
            answer(cluster.spool(
                    "saver-1",
                    available(log, "new " + i).setMailbox("device:new-" + i).build()));
        }
        answer(cluster.spool("saver-1", available(log, "to all").setKeyed(true).build()));
        cluster.holdSpools(false);
        cluster.awaitSpoolsEmpty();
        cluster.awaitFolded();
        assertThat(log.texts("device:new-15")).containsExactly("new 15", "to all");
        assertFails(
                ErrorCode.RESOURCE_EXHAUSTED,
                log.startAppend(log.message("strict").setMailbox("device:other")));
    }

    /** Nothing in the spool has a number: an outage of Redis, and its loss, are nothing to it. */
    @Test
    void whatIsSpooledOutlivesTheLossOfRedis() {
        LogCalls log = opened("redis");
        log.append("before");
        mySqlIsOut();
        log.append(available(log, "meanwhile"));
        cluster.flushRedis();
        assertThat(log.append(available(log, "without both")).getDurability()).isEqualTo(Durability.SPOOLED);
        mySqlIsBack();
        await().ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(log.texts(PHONE)).containsExactly("before", "meanwhile", "without both"));
    }

    private static LogCalls opened(String user) {
        LogCalls log = new LogCalls(cluster, user);
        await().ignoreExceptions().until(() -> log.open(PHONE).getHead() >= 0);
        return log;
    }

    /** A saver that was killed, and a Redis that has nothing. */
    private static void startAnewAndLetSpoolsGo() {
        cluster.crashNode("saver-1");
        cluster.flushRedis();
        cluster.startNode("saver-1");
        cluster.awaitOwners();
        cluster.holdSpools(false);
        cluster.awaitSpoolsEmpty();
    }

    /** Its first attempt comes through, and nobody hears of it in time. */
    private static AppendRequest.Builder committedAndSpooled(LogCalls log, String text) {
        AppendRequest.Builder message = available(log, text);
        Hold commit = cluster.holdNextCommit();
        CompletableFuture<AppendReply> append = log.startAppend(message);
        commit.awaitCommit();
        assertThat(answer(append).getDurability()).isEqualTo(Durability.SPOOLED);
        commit.release();
        return message;
    }

    /** Each takes the place of the one before. */
    private static AppendRequest.Builder score(LogCalls log, String text) {
        return available(log, text).setCollapseKey("score").setMaxMessages(1);
    }

    private static AppendRequest.Builder available(LogCalls log, String text) {
        return log.message(text).setAvailable(true);
    }

    /** Sends it until it is committed: where a machine is slow it may be spooled first. */
    private static AppendReply stored(LogCalls log, AppendRequest.Builder message) {
        return await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> log.append(message), reply -> reply.getDurability() != Durability.SPOOLED);
    }

    /** It is, and each lane knows. */
    private static void mySqlIsOut() {
        List<LogCalls> others = IntStream.range(0, LogCluster.LANES)
                .mapToObj(LogSpoolTest::anyOfLane)
                .toList();
        others.forEach(other -> other.insist("known to Redis"));
        cluster.loseMySql();
        for (LogCalls other : others) {
            assertThat(other.append(available(other, "finds out")).getDurability())
                    .isEqualTo(Durability.SPOOLED);
        }
    }

    private static LogCalls anyOfLane(int lane) {
        return Stream.iterate(0, n -> n + 1)
                .map(n -> "other-" + n)
                .filter(user -> LogCluster.id(user).slot() % LogCluster.LANES == lane)
                .map(user -> new LogCalls(cluster, user))
                .findFirst()
                .orElseThrow();
    }

    private static void mySqlIsBack() {
        cluster.reachMySql();
        cluster.awaitSpoolsEmpty();
    }

    private static void move(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".spool")).toList()) {
                Files.move(file, to.resolve(file.getFileName()));
            }
        }
    }
}
