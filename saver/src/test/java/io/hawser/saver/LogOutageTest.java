package io.hawser.saver;

import static io.hawser.saver.LogCalls.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.Durability;
import io.hawser.rpc.v1.MessageState;
import io.hawser.saver.FaultyDatabase.Fault;
import io.hawser.saver.log.LaneSettings;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Redis is away for longer than a moment: MySQL alone serves. */
final class LogOutageTest {
    private static final String PHONE = "class:phone";
    private static final String PC = "class:pc";
    /** Of a log of which everything is acknowledged, in Redis. */
    private static final long LONGEST_MS =
            LaneSettings.defaults().emptyLifetime().toMillis() * 5 / 4;

    private static final Duration SOON = Duration.ofSeconds(30);
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
    void redisServesAgain() {
        cluster.heal();
        cluster.resumeRedis();
        cluster.awaitRedis();
    }

    @Test
    void whatIsSentMeanwhileIsAcceptedAndReadInOrder() {
        LogCalls log = log("served");
        log.open(PHONE);
        long before = log.append("before").getSeq();
        outage();
        AppendReply meanwhile = log.insistOn(log.message("meanwhile"));
        assertThat(meanwhile.getDurability()).isEqualTo(Durability.DATABASE_ONLY);
        assertThat(meanwhile.getSeq()).isGreaterThan(before);
        assertThat(log.texts(PHONE)).containsExactly("before", "meanwhile");
        redisIsBack();
        AppendReply after = log.append("after");
        assertThat(after.getDurability()).isEqualTo(Durability.STRICT);
        assertThat(after.getSeq()).isGreaterThan(meanwhile.getSeq());
        assertThat(log.texts(PHONE)).containsExactly("before", "meanwhile", "after");
    }

    @Test
    void aRedisThatCannotWriteItsFilesIsDoneWithoutUntilItCan() throws IOException {
        LogCalls log = log("misconf");
        log.append("before");
        cluster.failRedisSaves();
        try {
            AppendReply meanwhile = log.insistOn(log.message("meanwhile"));
            assertThat(meanwhile.getDurability()).isEqualTo(Durability.DATABASE_ONLY);
        } finally {
            cluster.redis(commands -> commands.configSet("save", ""));
        }
        cluster.awaitRedis();
        assertThat(log.append("after").getDurability()).isEqualTo(Durability.STRICT);
    }

    @Test
    void oneThatMySqlIsNotToldOfStaysInRedisAlsoWhereAllIsAcknowledged() {
        LogCalls log = log("untold");
        log.open(PHONE);
        long seq = log.append("one").getSeq();
        cluster.awaitFolded();
        cluster.failFolds();
        log.acknowledge(PHONE, seq);
        // The first does not know yet that it fails.
        await().atMost(SOON).until(() -> cluster.failedFolds() >= 4);
        await().atMost(SOON).until(() -> lifetimeMs(log) > LONGEST_MS);
    }

    private static long lifetimeMs(LogCalls log) {
        return cluster.redis(commands -> commands.pttl(log.key("s")));
    }

    /** A Redis that happens to be lost twice costs more: such a round says nothing. */
    @Test
    void eachChangeCostsOneGeneration() {
        await().atMost(Duration.ofMinutes(2)).until(LogOutageTest::aRoundWithOneOutageCostsTwoGenerations);
    }

    private static boolean aRoundWithOneOutageCostsTwoGenerations() {
        LogCalls log = log("generations");
        log.insist("before");
        cluster.awaitFolded();
        int generation = cluster.generation(log.user);
        double outages = cluster.outages();
        outage();
        log.insist("meanwhile");
        int meanwhile = cluster.generation(log.user);
        redisIsBack();
        log.insist("after");
        int after = cluster.generation(log.user);
        boolean once = cluster.outages() == outages + LogCluster.LANES;
        if (once) {
            assertThat(List.of(meanwhile, after)).containsExactly(generation + 1, generation + 2);
        }
        return once;
    }

    @Test
    void acknowledgementsOfBothTimesCount() {
        LogCalls log = log("acknowledged");
        log.open(PHONE);
        log.acknowledge(PHONE, log.append("one").getSeq());
        outage();
        assertThat(log.texts(PHONE)).isEmpty();
        log.acknowledge(PHONE, log.insist("two").getSeq());
        log.insist("three");
        redisIsBack();
        assertThat(log.texts(PHONE)).containsExactly("three");
    }

    @Test
    void repeatsOfWhatWasSentBeforeAreRepeats() {
        LogCalls log = log("repeated");
        AppendRequest.Builder keyed = log.message("once").setKeyed(true);
        long seq = log.append(keyed).getSeq();
        cluster.awaitFolded();
        outage();
        assertThat(log.insistOn(keyed).getRepeated()).isTrue();
        AppendRequest.Builder meanwhile = log.message("once meanwhile").setKeyed(true);
        long second = log.insistOn(meanwhile).getSeq();
        redisIsBack();
        assertThat(log.append(keyed).getSeq()).isEqualTo(seq);
        assertThat(log.append(meanwhile).getSeq()).isEqualTo(second);
        assertThat(log.append(meanwhile).getRepeated()).isTrue();
    }

    @Test
    void collapseRecallAndStatusWorkMeanwhile() {
        LogCalls log = log("collapsed");
        log.open(PHONE);
        long older = log.append(log.message("older").setCollapseKey("key")).getSeq();
        long unwanted = log.append("unwanted").getSeq();
        outage();
        long newer = log.insistOn(log.message("newer").setCollapseKey("key")).getSeq();
        assertThat(log.recall(unwanted)).isTrue();
        assertThat(log.texts(PHONE)).containsExactly("newer");
        assertThat(log.status(older).getState()).isEqualTo(MessageState.COLLAPSED);
        redisIsBack();
        assertThat(log.texts(PHONE)).containsExactly("newer");
        assertThat(log.status(unwanted).getState()).isEqualTo(MessageState.RECALLED);
        assertThat(log.status(newer).getState()).isEqualTo(MessageState.PENDING);
    }

    @Test
    void mailboxesAreOpenedAndForgottenMeanwhile() {
        LogCalls log = log("mailboxes");
        log.open(PHONE);
        log.append("for the phone");
        outage();
        log.insist("for it too");
        assertThat(log.open(PC).getCreated()).isTrue();
        log.insist("for both");
        assertThat(log.forget(PHONE)).isTrue();
        redisIsBack();
        assertThat(log.open(PC).getCreated()).isFalse();
        assertThat(log.texts(PC)).containsExactly("for both");
        assertThat(log.open(PHONE).getCreated()).isTrue();
        assertThat(log.texts(PHONE)).isEmpty();
    }

    @Test
    void aMailboxIsFullMeanwhileToo() {
        LogCalls log = log("full");
        log.open(PHONE);
        log.append("one");
        outage();
        log.insist("two");
        assertFails(ErrorCode.MAILBOX_FULL, log.startAppend(log.message("three").setMaxMessages(2)));
        assertFails(ErrorCode.MAILBOX_FULL, log.startAppend(log.message("three").setMaxBytes(10)));
        log.append(log.message("three").setMaxBytes(11));
    }

    @Test
    void whatMySqlRefusesIsUndoneMeanwhile() {
        LogCalls log = log("undone");
        log.open(PHONE);
        outage();
        log.insist("one");
        cluster.failNextCommit(Fault.REFUSED);
        assertFails(ErrorCode.UNAVAILABLE, log.startAppend(log.message("refused")));
        log.insist("two");
        assertThat(log.texts(PHONE)).containsExactly("one", "two");
    }

    @Test
    void aSaverThatStartsMeanwhileServes() {
        LogCalls log = log("restarted");
        log.open(PHONE);
        log.append("before");
        outage();
        log.insist("meanwhile");
        cluster.crashNode("saver-1");
        cluster.startNode("saver-1");
        log.insist("in its next life");
        assertThat(log.texts(PHONE)).containsExactly("before", "meanwhile", "in its next life");
    }

    @Test
    void slotsChangeHandsMeanwhile() {
        LogCalls log = log("given");
        log.open(PHONE);
        outage();
        log.insist("one");
        cluster.startNode("saver-2");
        cluster.awaitOwners();
        cluster.stopNode("saver-1");
        log.insist("two");
        assertThat(log.texts(PHONE)).containsExactly("one", "two");
        cluster.startNode("saver-1");
        cluster.awaitOwners();
        cluster.stopNode("saver-2");
        log.insist("three");
        assertThat(log.texts(PHONE)).containsExactly("one", "two", "three");
    }

    /** Its marker would refuse it in Redis; memory alone does not. */
    @Test
    void aSaverThatWasOvertakenTellsNothingFromItsMemory() {
        cluster.startNode("saver-2");
        cluster.awaitOwners();
        LogCalls log = ownedBy("saver-1", "in memory");
        log.open(PHONE);
        outage();
        log.insist("meanwhile");
        assertThat(log.texts(PHONE)).containsExactly("meanwhile");
        cluster.awaitFolded();
        cluster.cutOff("saver-1");
        log.insist("by its new owner");
        assertTellsNothing("saver-1", log);
        assertThat(log.texts(PHONE)).containsExactly("meanwhile", "by its new owner");
        serveAlone("saver-1", "saver-2");
    }

    /** Its marker is still the newest in Redis: who overtook it does not reach Redis. */
    @Test
    void aSaverThatWasOvertakenTellsNothingFromRedisEither() {
        cluster.startNodeWithoutRedis("saver-2");
        cluster.awaitOwners();
        LogCalls log = ownedBy("saver-1", "in Redis");
        log.open(PHONE);
        log.insist("before");
        assertThat(log.texts(PHONE)).containsExactly("before");
        cluster.awaitFolded();
        cluster.cutOff("saver-1");
        assertThat(log.insist("by its new owner").getDurability()).isEqualTo(Durability.DATABASE_ONLY);
        assertTellsNothing("saver-1", log);
        assertThat(log.texts(PHONE)).containsExactly("before", "by its new owner");
        serveAlone("saver-1", "saver-2");
        assertThat(log.texts(PHONE)).containsExactly("before", "by its new owner");
    }

    private static void assertTellsNothing(String node, LogCalls log) {
        assertThatThrownBy(() -> log.at(node).load(PHONE))
                .isInstanceOfSatisfying(
                        HawserException.class,
                        e -> assertThat(e.code()).isIn(ErrorCode.UNAVAILABLE, ErrorCode.NOT_OWNER));
    }

    /** One that was cut off comes back in a new life, and the other gives it all. */
    private static void serveAlone(String node, String other) {
        cluster.crashNode(node);
        cluster.startNode(node);
        cluster.awaitOwners();
        cluster.stopNode(other);
        cluster.awaitOwners();
    }

    @Test
    void nobodyIsErasedMeanwhileForRedisHoldsSomeOfIt() {
        LogCalls log = log("erased");
        log.open(PHONE);
        log.append("before");
        outage();
        log.insist("meanwhile");
        assertFails(ErrorCode.UNAVAILABLE, cluster.erase(log.user));
        redisIsBack();
        LogCalls.answer(cluster.erase(log.user));
        assertThat(cluster.rowsOf(log.user)).isZero();
        assertThat(log.open(PHONE).getCreated()).isTrue();
    }

    @Test
    void nothingStandsInForARedisThatEvicts() {
        LogCalls log = log("evicted");
        log.append("before");
        setPolicy("allkeys-lru");
        try {
            cluster.dropRedisConnections();
            await().until(() -> !cluster.isWorking());
            await().during(Duration.ofSeconds(2)).until(() -> !cluster.isWorking());
            assertFails(ErrorCode.UNAVAILABLE, log.startAppend(log.message("meanwhile")));
        } finally {
            setPolicy("noeviction");
        }
        assertThat(log.insist("after").getDurability()).isEqualTo(Durability.STRICT);
    }

    private static void setPolicy(String policy) {
        cluster.redis(commands -> commands.configSet("maxmemory-policy", policy));
    }

    private static void outage() {
        cluster.pauseRedis();
        cluster.awaitOutage();
    }

    private static void redisIsBack() {
        cluster.resumeRedis();
        cluster.awaitRedis();
        log("anybody").insist("its slot has its generation");
    }

    private static LogCalls ownedBy(String node, String prefix) {
        String user = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> prefix + " " + i)
                .filter(name -> cluster.ownerOf(name).equals(node))
                .findFirst()
                .orElseThrow();
        return log(user);
    }

    private static LogCalls log(String user) {
        return new LogCalls(cluster, user);
    }
}
