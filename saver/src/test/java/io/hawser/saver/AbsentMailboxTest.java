package io.hawser.saver;

import static io.hawser.saver.LogCalls.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Mailboxes of devices that stay away for good, and of those that only have nothing to say. */
final class AbsentMailboxTest {
    private static final Duration ABSENCE = Duration.ofDays(90);
    private static final SteppedClock CLOCK = new SteppedClock();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String REMOVED = "hawser.saver.mailboxes.absent";

    /** Questions to the register that the test answers, by user; all others are offline. */
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

    @Test
    void oneThatNobodyCameForGoesWhenSomethingIsNextDone() {
        LogCalls log = new LogCalls(cluster, "walter");
        log.open("phone");
        log.open("pc");
        log.append(lasting(log, "to both"));
        double before = cluster.counted(REMOVED);
        stayAway();

        log.open("pc");
        awaitRemoved(log, "phone");

        await().atMost(SOON).until(() -> cluster.counted(REMOVED) == before + 1);
        assertThat(log.texts("pc")).containsExactly("to both");
        assertThat(log.open("phone").getCreated()).isTrue();
        assertThat(log.texts("phone")).isEmpty();
    }

    @Test
    void whatWaitsInTheLastOneIsForWhoeverComesNext() {
        LogCalls log = new LogCalls(cluster, "xenia");
        log.open("phone");
        log.acknowledge("phone", log.append(lasting(log, "had")).getSeq());
        log.append(lasting(log, "to all"));
        stayAway();
        long own = log.append(lasting(log, "to the phone alone").setMailbox("phone"))
                .getSeq();
        awaitRemoved(log, "phone");

        OpenMailboxReply again = log.open("phone");

        assertThat(again.getCreated()).isTrue();
        assertThat(log.texts("phone")).containsExactly("to all", "to the phone alone");
        assertThat(log.append(lasting(log, "next").setMailbox("phone"))
                        .getMailboxes(0)
                        .getPrev())
                .as("nobody is told that nothing came before")
                .isGreaterThanOrEqualTo(own);
    }

    @Test
    void thatIsKnownToMySqlToo() {
        LogCalls log = new LogCalls(cluster, "yves");
        log.open("phone");
        log.append(lasting(log, "waits"));
        stayAway();
        log.append(lasting(log, "waits, too"));
        awaitRemoved(log, "phone");
        cluster.awaitFolded();
        cluster.flushRedis();

        assertThat(log.open("tv").getCreated()).isTrue();
        assertThat(log.texts("tv")).containsExactly("waits", "waits, too");
    }

    @Test
    void oneThatASessionReadsStays() {
        LogCalls log = new LogCalls(cluster, "zoe");
        log.open("phone");
        CompletableFuture<Set<String>> question = question(log);
        stayAway();
        log.append(lasting(log, "after a long silence"));
        awaitAsked(log);

        question.complete(Set.of("phone"));

        assertThat(log.texts("phone")).containsExactly("after a long silence");
    }

    @Test
    void whoBindsWhileTheRegisterIsAskedStays() {
        LogCalls log = new LogCalls(cluster, "anton");
        log.open("phone");
        CompletableFuture<Set<String>> question = question(log);
        stayAway();
        log.append(lasting(log, "welcome back"));
        awaitAsked(log);

        assertThat(log.open("phone").getCreated()).isFalse();
        question.complete(Set.of());

        assertThat(log.texts("phone")).containsExactly("welcome back");
    }

    @Test
    void whereNobodyKnowsWhoReadsItStaysUntilTheNextTime() {
        LogCalls log = new LogCalls(cluster, "berta");
        log.open("phone");
        CompletableFuture<Set<String>> question = question(log);
        stayAway();
        log.append(lasting(log, "one"));
        awaitAsked(log);

        question.completeExceptionally(HawserException.refusal(ErrorCode.UNAVAILABLE, "register: away"));
        assertThat(log.texts("phone")).containsExactly("one");

        QUESTIONS.remove(log.user);
        log.append(lasting(log, "two"));
        awaitRemoved(log, "phone");
    }

    @Test
    void anAbsenceIsNoShortOne() {
        assertThatThrownBy(() -> SaverHarness.quick(Duration.ofHours(1), Duration.ofHours(1)))
                .hasMessage("longestAbsence: PT1H (expected: 0 s for never, or at least 1 day)");
    }

    private static CompletionStage<Set<String>> mailboxesRead(String user) {
        ASKED.add(user);
        return QUESTIONS.getOrDefault(user, CompletableFuture.completedFuture(Set.of()));
    }

    private static CompletableFuture<Set<String>> question(LogCalls log) {
        CompletableFuture<Set<String>> question = new CompletableFuture<>();
        QUESTIONS.put(log.user, question);
        return question;
    }

    /** What was done before is not looked at as late as that: nobody has come yet who is about to. */
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
