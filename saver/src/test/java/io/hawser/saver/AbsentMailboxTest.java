package io.hawser.saver;

import static io.hawser.saver.LogCalls.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.MessageState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Mailboxes of devices that stay away for good, and of those that only have nothing to say. */
final class AbsentMailboxTest {
    private static final Duration ABSENCE = Duration.ofDays(90);
    private static final SteppedClock CLOCK = new SteppedClock();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String REMOVED = "hawser.saver.mailboxes.absent";

    /** Questions to the register that the test answers, by user; of all others it does not know. */
    private static final Map<String, CompletableFuture<Set<String>>> QUESTIONS = new ConcurrentHashMap<>();

    private static final Set<String> ASKED = ConcurrentHashMap.newKeySet();
    private static LogCluster cluster;

    @BeforeAll
    static void startStores() {
        cluster = LogCluster.servingWhereMailboxesGoAfter(ABSENCE, CLOCK);
        cluster.mailboxesRead(AbsentMailboxTest::mailboxesRead);
    }

    @AfterAll
    static void stopStores() {
        cluster.close();
    }

    @AfterEach
    void nobodyKnowsOfTheNextOnesUsers() {
        QUESTIONS.clear();
    }

    @Test
    void oneThatNobodyCameForGoesWhenSomethingIsNextDone() {
        LogCalls log = withPhoneAndPc("walter");
        log.append(lasting(log, "to both"));
        double before = cluster.counted(REMOVED);
        stayAway();
        nobodyReads(log);

        log.open("pc");
        awaitRemoved(log, "phone");

        await().atMost(SOON).until(() -> cluster.counted(REMOVED) > before);
        assertThat(log.texts("pc")).containsExactly("to both");
        assertThat(log.open("phone").getCreated()).isTrue();
        assertThat(log.texts("phone")).isEmpty();
    }

    @Test
    void thatIsKnownToMySqlToo() {
        LogCalls log = withPhoneAndPc("yves");
        log.append(lasting(log, "waits"));
        stayAway();
        nobodyReads(log);
        log.open("pc");
        awaitRemoved(log, "phone");
        cluster.awaitFolded();
        cluster.flushRedis();

        assertFails(ErrorCode.NOT_FOUND, log.startLoad("phone", 0));
        assertThat(log.texts("pc")).containsExactly("waits");
    }

    @Test
    void whatWasSentToItAloneKeepsItUntilThatHasExpired() {
        LogCalls log = withPhoneAndPc("victor");
        stayAway();
        log.open("pc");
        CompletableFuture<Set<String>> question = question(log);
        Duration ttl = Duration.ofDays(30);
        long seq = log.append(log.message("to the phone alone")
                        .setMailbox("phone")
                        .setExpiresMs(CLOCK.millis() + ttl.toMillis()))
                .getSeq();
        awaitAsked(log);

        question.complete(Set.of());

        assertThat(log.texts("phone")).containsExactly("to the phone alone");
        log.acknowledge("pc", seq);
        assertThat(log.status(seq).getState()).isEqualTo(MessageState.PENDING);

        CLOCK.advance(ttl);
        log.append(lasting(log, "to both"));
        awaitRemoved(log, "phone");
    }

    @Test
    void whatCameBeforeAllOthersWereThereKeepsIt() {
        LogCalls log = new LogCalls(cluster, "ulrich");
        log.open("phone");
        log.append(lasting(log, "to the only one there"));
        log.open("pc");
        stayAway();
        log.open("pc");
        CompletableFuture<Set<String>> question = question(log);
        log.acknowledge("pc", log.append(lasting(log, "to both")).getSeq());
        awaitAsked(log);

        question.complete(Set.of());

        assertThat(log.texts("phone")).containsExactly("to the only one there", "to both");
    }

    @Test
    void aUsersLastOneStays() {
        LogCalls log = new LogCalls(cluster, "xenia");
        log.open("phone");
        log.acknowledge("phone", log.append(lasting(log, "had")).getSeq());
        stayAway();
        nobodyReads(log);
        log.append(lasting(log, "one").setUserMustExist(true));
        cluster.awaitFolded();

        log.append(lasting(log, "two").setUserMustExist(true));

        assertThat(ASKED).doesNotContain(log.user);
        assertThat(log.open("phone").getCreated()).isFalse();
        assertThat(log.texts("phone")).containsExactly("one", "two");
    }

    @Test
    void whereAllAreAbsentTheOneForWhichMostWaitsStays() {
        LogCalls log = withPhoneAndPc("tilda");
        long first = log.append(lasting(log, "one")).getSeq();
        long second = log.append(lasting(log, "two")).getSeq();
        log.acknowledge("pc", first);
        log.acknowledge("phone", second);
        stayAway();
        nobodyReads(log);

        log.append(lasting(log, "three"));
        awaitRemoved(log, "phone");

        assertThat(log.open("pc").getCreated()).isFalse();
        assertThat(log.texts("pc")).containsExactly("two", "three");
    }

    @Test
    void oneThatWasOpenedBeforeASaverDiedStays() {
        LogCalls log = withPhoneAndPc("siegfried");
        stayAway();
        cluster.failFolds();
        log.open("phone");
        cluster.crashNode("saver-1");
        cluster.heal();
        cluster.startNode("saver-1");
        cluster.awaitOwners();
        nobodyReads(log);

        log.insistOn(lasting(log, "to both"));
        awaitRemoved(log, "pc");

        assertThat(log.texts("phone")).containsExactly("to both");
    }

    @Test
    void oneThatWasOpenedWhileRedisWasFullStays() {
        LogCalls log = withPhoneAndPc("rosa");
        stayAway();
        cluster.limitRedisMemory(true);
        try {
            assertThat(log.open("phone").getCreated()).isFalse();
        } finally {
            cluster.limitRedisMemory(false);
        }
        nobodyReads(log);

        log.append(lasting(log, "to both"));
        awaitRemoved(log, "pc");

        assertThat(log.texts("phone")).containsExactly("to both");
    }

    @Test
    void oneThatASessionReadsStays() {
        LogCalls log = withPhoneAndPc("zoe");
        stayAway();
        log.open("pc");
        CompletableFuture<Set<String>> question = question(log);
        log.append(lasting(log, "after a long silence"));
        awaitAsked(log);

        question.complete(Set.of("phone"));

        assertThat(log.texts("phone")).containsExactly("after a long silence");
    }

    @Test
    void whoBindsWhileTheRegisterIsAskedStays() {
        LogCalls log = withPhoneAndPc("anton");
        stayAway();
        log.open("pc");
        CompletableFuture<Set<String>> question = question(log);
        log.append(lasting(log, "welcome back"));
        awaitAsked(log);

        assertThat(log.open("phone").getCreated()).isFalse();
        question.complete(Set.of());

        assertThat(log.texts("phone")).containsExactly("welcome back");
    }

    @Test
    void whereNobodyKnowsWhoReadsItStaysUntilTheNextTime() {
        LogCalls log = withPhoneAndPc("berta");
        stayAway();
        log.open("pc");
        CompletableFuture<Set<String>> question = question(log);
        log.append(lasting(log, "one"));
        awaitAsked(log);

        question.completeExceptionally(away());
        assertThat(log.texts("phone")).containsExactly("one");

        nobodyReads(log);
        log.append(lasting(log, "two"));
        awaitRemoved(log, "phone");
    }

    @Test
    void anAbsenceIsNoShortOne() {
        assertThatThrownBy(() -> SaverHarness.quick(Duration.ofHours(1), Duration.ofDays(29)))
                .hasMessage("longestAbsence: PT696H (expected: 0 s for never, or at least 30 days)");
    }

    private static LogCalls withPhoneAndPc(String user) {
        LogCalls log = new LogCalls(cluster, user);
        log.open("phone");
        log.open("pc");
        return log;
    }

    private static CompletionStage<Set<String>> mailboxesRead(String user) {
        CompletableFuture<Set<String>> answer = QUESTIONS.get(user);
        if (answer == null) {
            return CompletableFuture.failedFuture(away());
        }
        ASKED.add(user);
        return answer;
    }

    private static HawserException away() {
        return HawserException.refusal(ErrorCode.UNAVAILABLE, "register: away");
    }

    private static void nobodyReads(LogCalls log) {
        QUESTIONS.put(log.user, CompletableFuture.completedFuture(Set.of()));
    }

    private static CompletableFuture<Set<String>> question(LogCalls log) {
        CompletableFuture<Set<String>> question = new CompletableFuture<>();
        QUESTIONS.put(log.user, question);
        return question;
    }

    /** What was done before is folded before: a fold of it that late would look at who has not come yet. */
    private static void stayAway() {
        cluster.awaitFolded();
        CLOCK.advance(ABSENCE);
    }

    private static void awaitAsked(LogCalls log) {
        await().atMost(SOON).until(() -> ASKED.contains(log.user));
    }

    private static void awaitRemoved(LogCalls log, String mailbox) {
        await().atMost(SOON).untilAsserted(() -> assertFails(ErrorCode.NOT_FOUND, log.startLoad(mailbox, 0)));
    }

    private static AppendRequest.Builder lasting(LogCalls log, String text) {
        return log.message(text)
                .setExpiresMs(CLOCK.millis() + Duration.ofDays(1_000).toMillis());
    }
}
