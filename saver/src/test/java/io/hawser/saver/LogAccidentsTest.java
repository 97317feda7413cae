package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.saver.log.Lane;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Accidents that {@link LogPropertyTest} does not come upon by chance, one at a time. */
final class LogAccidentsTest {
    private static LogCluster cluster;

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
    void aMessageThatExpiredAndLeftNoTraceIsNotAcknowledged() {
        insist("carol", lane -> lane.open(LogCluster.id("carol"), open("carol", "class:phone")));
        long seq = append("carol", "one", System.currentTimeMillis() + 1).getSeq();
        cluster.forgetMessage("carol", seq);
        MessageStatusReply status = status("carol", seq);
        assertThat(status.getState()).isEqualTo(MessageState.EXPIRED);
        assertThat(status.getMailboxesList())
                .singleElement()
                .satisfies(mailbox -> assertThat(mailbox.getState()).isEqualTo(MessageState.EXPIRED));
        assertThatThrownBy(() -> status("carol", seq + 1))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }

    private static MessageStatusReply status(String user, long seq) {
        MessageStatusRequest request = MessageStatusRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setSeq(seq)
                .build();
        return call(user, lane -> lane.status(LogCluster.id(user), request));
    }

    private static AppendReply append(String user, String text, long expiresMs) {
        AppendRequest request = AppendRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setRequestId("r-" + text)
                .setBodyHash(ByteString.copyFromUtf8(text))
                .setContent(ByteString.copyFromUtf8(text))
                .setExpiresMs(expiresMs)
                .build();
        return insist(user, lane -> lane.append(LogCluster.id(user), request));
    }

    private static OpenMailboxRequest open(String user, String mailbox) {
        return OpenMailboxRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox(mailbox)
                .build();
    }

    /** Again while it is refused for now: a saver needs a moment to connect. */
    private static <R> R insist(String user, Function<Lane, CompletableFuture<R>> work) {
        return await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsMatching(
                        failure -> failure instanceof HawserException e && e.code() != ErrorCode.INTERNAL)
                .until(() -> call(user, work), reply -> true);
    }

    private static <R> R call(String user, Function<Lane, CompletableFuture<R>> work) {
        try {
            return cluster.on(user, work).orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof HawserException cause ? cause : e;
        }
    }
}
