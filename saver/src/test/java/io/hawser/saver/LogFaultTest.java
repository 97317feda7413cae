package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Seq;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.log.Lane;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Single misfortunes and bounds, one at a time, where {@link LogPropertyTest} mixes them. */
final class LogFaultTest {
    private static final String PHONE = "class:phone";
    private static LogCluster cluster;
    private int number;

    @BeforeAll
    static void startStores() {
        cluster = new LogCluster(Clock.systemUTC());
        cluster.startNode("saver-1");
        cluster.awaitOwners();
    }

    @AfterAll
    static void stopStores() {
        cluster.close();
    }

    @Test
    void aSaverThatWasDeclaredDeadStillTakesGenerationsInItsNextLife() {
        append("fenced", "before");
        cluster.fenceAll();
        cluster.loseMarker("fenced");
        assertFails(ErrorCode.UNAVAILABLE, "fenced", lane -> lane.append(id("fenced"), request("meanwhile")));
        insist("fenced", "in the next life");
        cluster.loseMarker("fenced");
        insist("fenced", "in a generation of that life");
    }

    @Test
    void aRedisThatRefusesWritesCostsNoGeneration() {
        append("refused", "before");
        int generation = cluster.generation("refused");
        cluster.limitRedisMemory(true);
        try {
            assertFails(ErrorCode.UNAVAILABLE, "refused", lane -> lane.append(id("refused"), request("meanwhile")));
            assertFails(ErrorCode.UNAVAILABLE, "refused", lane -> lane.append(id("refused"), request("and again")));
        } finally {
            cluster.limitRedisMemory(false);
        }
        append("refused", "after");
        assertThat(cluster.generation("refused")).isEqualTo(generation);
    }

    @Test
    void aLostMarkerIsSetAgainThoughRedisIsAtItsLimit() {
        append("marker", "before");
        open("marker", PHONE);
        int generation = cluster.generation("marker");
        cluster.loseMarker("marker");
        cluster.limitRedisMemory(true);
        try {
            assertFails(ErrorCode.UNAVAILABLE, "marker", lane -> lane.append(id("marker"), request("meanwhile")));
            await().untilAsserted(() -> assertThat(cluster.generation("marker")).isEqualTo(generation + 1));
        } finally {
            cluster.limitRedisMemory(false);
        }
        insist("marker", "after");
        assertThat(cluster.generation("marker")).isEqualTo(generation + 1);
    }

    @Test
    void aSlotWhoseGenerationsAreUsedUpIsServedNoMore() {
        append("usedup", "before");
        cluster.setGeneration("usedup", Seq.MAX_GENERATION);
        cluster.loseMarker("usedup");
        assertFails(ErrorCode.NOT_OWNER, "usedup", lane -> lane.append(id("usedup"), request("after")));
    }

    @Test
    void aRedisAtItsLimitTakesAcknowledgementsSoThatMemoryIsFreed() {
        open("atlimit", PHONE);
        open("atlimit", "class:pc");
        long first = append("atlimit", "one").getSeq();
        long second = append("atlimit", "two").getSeq();
        cluster.limitRedisMemory(true);
        try {
            assertThat(acknowledge("atlimit", PHONE, second)).isEqualTo(second);
            assertThat(acknowledge("atlimit", "class:pc", first)).isEqualTo(first);
            assertThat(texts("atlimit", "class:pc")).containsExactly("two");
            forget("atlimit", "class:pc");
        } finally {
            cluster.limitRedisMemory(false);
        }
        long left = cluster.redis(commands -> commands.exists(key("atlimit", "l")));
        assertThat(left).isZero();
    }

    @Test
    void whatWasCollapsedOrRecalledTakesNoPlace() {
        open("places", PHONE);
        append("places", message("x".repeat(100)));
        for (int i = 0; i < 40; i++) {
            append("places", bounded(1_000).setCollapseKey("state"));
        }
        long second = append("places", bounded(4_000)).getSeq();
        append("places", bounded(4_000));
        assertFails(ErrorCode.MAILBOX_FULL, "places", lane -> lane.append(id("places"), of("places", bounded(4_000))));
        recall("places", second);
        append("places", bounded(4_000));
        assertFails(ErrorCode.MAILBOX_FULL, "places", lane -> lane.append(id("places"), of("places", bounded(4_000))));
        assertThat(texts("places", PHONE)).hasSize(4);
    }

    @Test
    void aFullLogTakesWhatReplacesAMessageAndFindsWhatHasExpired() {
        open("full", PHONE);
        int most = 270;
        for (int i = 1; i < most; i++) {
            append("full", "lives long");
        }
        append("full", message("old").setCollapseKey("state").setExpiresMs(System.currentTimeMillis() + 600_000));
        append("full", message("new").setCollapseKey("state").setMaxMessages(most));
        assertFails(
                ErrorCode.MAILBOX_FULL,
                "full",
                lane -> lane.append(
                        id("full"), of("full", message("one too many").setMaxMessages(most))));
        append("full", message("expired").setExpiresMs(1));
        append("full", message("in its place").setMaxMessages(most + 1));
    }

    @Test
    void anErrorWhileACommitIsWrittenHoldsUpNothing() {
        AppendRequest request = of("error", message("once"));
        cluster.failNextCommit(FaultyDatabase.Fault.ERROR);
        assertFails(ErrorCode.UNAVAILABLE, "error", lane -> lane.append(id("error"), request));
        await().ignoreExceptions()
                .until(() ->
                        call("error", lane -> lane.append(id("error"), request)).getRepeated());
    }

    @Test
    void tombstonesAreBoundedWhileTheReaderIsAway() {
        open("buried", PHONE);
        append("buried", "unread");
        for (int i = 0; i < 2_000; i++) {
            append("buried", message("state").setCollapseKey("state"));
        }
        long buried = cluster.redis(commands -> commands.hlen(key("buried", "t")));
        assertThat(buried).isBetween(1_000L, 1_250L);
        cluster.awaitFolded();
        cluster.flushRedis();
        assertThat(texts("buried", PHONE)).containsExactly("unread", "state");
        long restored = cluster.redis(commands -> commands.hlen(key("buried", "t")));
        assertThat(restored).isEqualTo(1_000);
    }

    @Test
    void aLogLeavesRedisAfterAWhileItsStateFirst() {
        open("lifetime", PHONE);
        append("lifetime", message("old").setCollapseKey("state"));
        append("lifetime", message("new").setCollapseKey("state"));
        assertLifetimes("lifetime");
        cluster.redis(commands -> commands.del(key("lifetime", "s")));
        assertThat(texts("lifetime", PHONE)).containsExactly("new");
        assertLifetimes("lifetime");

        long seq = append("lifetime", "another").getSeq();
        acknowledge("lifetime", PHONE, seq - 1);
        assertLifetimes("lifetime");
    }

    @Test
    void ofAUserNeverSeenOnlyTheStateIsRememberedForAShortWhile() {
        assertFails(ErrorCode.NOT_FOUND, "neverseen", lane -> lane.load(id("neverseen"), loadOf("neverseen", PHONE)));
        assertThat(lifetimeMs("neverseen", "s")).isBetween(1L, 600_000L);
    }

    /** All that is there has an end, and what the messages are read by has it before them. */
    private static void assertLifetimes(String user) {
        assertThat(lifetimeMs(user, "s")).isPositive().isLessThan(lifetimeMs(user, "l"));
        for (String kind : List.of("t", "c")) {
            assertThat(lifetimeMs(user, kind)).as(kind).isNotEqualTo(-1);
        }
    }

    private static long lifetimeMs(String user, String kind) {
        return cluster.redis(commands -> commands.pttl(key(user, kind)));
    }

    @Test
    void aRepeatedRecallIsTrueOnceTheFirstIsCommitted() {
        open("recalled", PHONE);
        long seq = append("recalled", "sent too early").getSeq();
        cluster.failNextCommit(FaultyDatabase.Fault.LOST_BEFORE);
        cluster.failNextCommit(FaultyDatabase.Fault.LOST_BEFORE);
        assertThatThrownBy(() -> recall("recalled", seq)).isInstanceOf(HawserException.class);
        assertThatThrownBy(() -> recall("recalled", seq)).isInstanceOf(HawserException.class);
        await().ignoreExceptions().until(() -> recall("recalled", seq));
    }

    /** A message of so many bytes to a log of 10,000. */
    private AppendRequest.Builder bounded(int bytes) {
        return message("x".repeat(bytes)).setMaxBytes(10_000);
    }

    private static AppendRequest of(String user, AppendRequest.Builder message) {
        return message.setUser(user).build();
    }

    private static boolean recall(String user, long seq) {
        RecallRequest request = RecallRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setSeq(seq)
                .build();
        return call(user, lane -> lane.recall(id(user), request)).getRecalled();
    }

    /** One of the keys of a user's log. */
    private static String key(String user, String kind) {
        return "{" + id(user).slot() + "}" + kind + ":demo/" + user;
    }

    private static void forget(String user, String mailbox) {
        ForgetMailboxRequest request = ForgetMailboxRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox(mailbox)
                .build();
        call(user, lane -> lane.forget(id(user), request));
    }

    private static LogId id(String user) {
        return LogCluster.id(user);
    }

    private AppendRequest request(String text) {
        return message(text).build();
    }

    private AppendRequest.Builder message(String text) {
        return AppendRequest.newBuilder()
                .setApp("demo")
                .setRequestId("r" + ++number)
                .setBodyHash(ByteString.copyFromUtf8("hash of the body"))
                .setContent(ByteString.copyFromUtf8(text))
                .setExpiresMs(System.currentTimeMillis() + 3_600_000);
    }

    private AppendReply append(String user, String text) {
        return append(user, message(text));
    }

    private static AppendReply append(String user, AppendRequest.Builder message) {
        return call(user, lane -> lane.append(id(user), message.setUser(user).build()));
    }

    /** Sends it again as senders do, until it is accepted. */
    private void insist(String user, String text) {
        AppendRequest.Builder message = message(text);
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> append(user, message).getSeq() > 0);
    }

    private static void open(String user, String mailbox) {
        OpenMailboxRequest request = OpenMailboxRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox(mailbox)
                .build();
        call(user, lane -> lane.open(id(user), request));
    }

    private static long acknowledge(String user, String mailbox, long seq) {
        AcknowledgeRequest request = AcknowledgeRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox(mailbox)
                .setSeq(seq)
                .build();
        return call(user, lane -> lane.acknowledge(id(user), request)).getAcknowledged();
    }

    private static LoadRequest loadOf(String user, String mailbox) {
        return LoadRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox(mailbox)
                .build();
    }

    private static List<String> texts(String user, String mailbox) {
        LoadReply reply = call(user, lane -> lane.load(id(user), loadOf(user, mailbox)));
        return reply.getMessagesList().stream()
                .map(StoredMessage::getContent)
                .map(ByteString::toStringUtf8)
                .toList();
    }

    private static <R> void assertFails(ErrorCode code, String user, Function<Lane, CompletableFuture<R>> work) {
        assertThatThrownBy(() -> call(user, work))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static <R> R call(String user, Function<Lane, CompletableFuture<R>> work) {
        try {
            return cluster.on(user, work).orTimeout(10, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof HawserException cause ? cause : e;
        }
    }
}
