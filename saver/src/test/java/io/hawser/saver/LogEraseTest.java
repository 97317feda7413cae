package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.EraseUserReply;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.StoredMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The end of a user's data, in Redis and in MySQL, and what comes after it. */
final class LogEraseTest {
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
    void whenItIsAnsweredNothingIsLeftInEitherStore() {
        LogCalls log = log("erin");
        log.open("user");
        log.append("unread");
        log.append(log.message("keyed").setKeyed(true));
        log.append(log.message("collapsed").setCollapseKey("k"));
        log.append(log.message("in its place").setCollapseKey("k"));
        cluster.awaitFolded();
        log.append("still in the journal");

        assertThat(erase("erin").getErased()).isTrue();

        assertThat(cluster.rowsOf("erin")).isZero();
        assertThat(keysOf("erin")).containsExactly(log.key("s"));
        assertThat(log.open("user").getCreated()).isTrue();
        assertThat(log.load("user").getMessagesList()).isEmpty();
    }

    @Test
    void whatComesAfterIsNumberedAboveAllThereWas() {
        LogCalls log = log("frank");
        long before = log.append("before").getSeq();

        erase("frank");

        AppendReply after = log.append("after");
        assertThat(after.getSeq()).isGreaterThan(before);
        assertThat(log.open("user").getAcknowledged()).isGreaterThanOrEqualTo(before);
        assertThat(texts(log.load("user"))).containsExactly("after");
    }

    @Test
    void numbersGoOnWhereRedisForgetsToo() {
        LogCalls log = log("grace");
        log.append("one");
        long before = log.append("two").getSeq();
        erase("grace");

        cluster.flushRedis();

        assertThat(log.insist("after").getSeq()).isGreaterThan(before);
    }

    @Test
    void whatAListSendsUntilItNamesTheUserNoMoreGoesWithTheRest() {
        LogCalls log = log("niaj");
        cluster.lists((connection, app, user) -> {
            log.append("of a list");
            return 1;
        });

        assertThat(erase("niaj").getErased()).isTrue();

        cluster.lists((connection, app, user) -> 0);
        assertThat(cluster.rowsOf("niaj")).isZero();
        assertThat(log.open("user").getCreated()).isTrue();
        assertThat(log.load("user").getMessagesList()).isEmpty();
    }

    @Test
    void aRequestOfBeforeIsANewOneAfterwards() {
        LogCalls log = log("heidi");
        AppendRequest.Builder request = log.message("again").setKeyed(true);
        long before = log.append(request).getSeq();

        erase("heidi");

        AppendReply after = log.append(request);
        assertThat(after.getRepeated()).isFalse();
        assertThat(after.getSeq()).isGreaterThan(before);
    }

    @Test
    void whatIsMoreThanAPortionGoesInSeveral() {
        LogCalls log = log("oscar");
        log.append("something");
        cluster.writeOldRows("oscar", 1_201);

        assertThat(erase("oscar").getErased()).isTrue();

        assertThat(cluster.rowsOf("oscar")).isZero();
    }

    @Test
    void itMayBeRepeatedAndTellsWhetherThereWasAnything() {
        log("ivan").append("something");
        assertThat(erase("ivan").getErased()).isTrue();
        assertThat(erase("ivan").getErased()).isFalse();
        assertThat(erase("nobody").getErased()).isFalse();
    }

    @Test
    void othersKeepWhatTheyHave() {
        LogCalls other = log("judy-too");
        other.append("kept");
        log("judy").append("gone");

        erase("judy");

        other.open("user");
        assertThat(texts(other.load("user"))).containsExactly("kept");
    }

    @Test
    void aSaverThatIsKilledInTheMiddleLeavesAllOrNothing() {
        LogCalls log = log("kim");
        log.open("user");
        log.append("one");
        log.append("two");
        CompletableFuture<EraseUserReply> unheard = cluster.erase("kim");

        cluster.crashNode("saver-1");
        cluster.startNode("saver-1");
        cluster.awaitOwners();

        unheard.exceptionally(lost -> null).join();
        LoadReply left = await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(
                        () -> {
                            log.open("user");
                            return log.load("user");
                        },
                        reply -> true);
        assertThat(texts(left)).isIn(List.of(), List.of("one", "two"));
        assertThat(insistOnErasing("kim")).isNotNull();
        assertThat(cluster.rowsOf("kim")).isZero();
    }

    private static LogCalls log(String user) {
        return new LogCalls(cluster, user);
    }

    private static EraseUserReply erase(String user) {
        return cluster.erase(user).join();
    }

    private static EraseUserReply insistOnErasing(String user) {
        return await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> erase(user), reply -> true);
    }

    private static List<String> keysOf(String user) {
        return cluster.redis(commands -> commands.keys("*" + user + "*"));
    }

    private static List<String> texts(LoadReply reply) {
        return reply.getMessagesList().stream()
                .map(StoredMessage::getContent)
                .map(content -> content.toStringUtf8())
                .toList();
    }
}
