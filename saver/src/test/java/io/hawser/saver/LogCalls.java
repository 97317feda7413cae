package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.log.Lane;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** What the tests ask of one user's log. Verbs wait for the answer; their {@code start} forms do not. */
final class LogCalls {
    private static final AtomicInteger REQUESTS = new AtomicInteger();

    private final LogCluster cluster;
    final String user;
    private final LogId id;
    /** Who is asked; empty: who owns the user's slot. */
    private final String node;

    LogCalls(LogCluster cluster, String user) {
        this(cluster, user, "");
    }

    private LogCalls(LogCluster cluster, String user, String node) {
        this.cluster = cluster;
        this.user = user;
        this.id = LogCluster.id(user);
        this.node = node;
    }

    /** Returns calls of the same user's log that ask one saver, whoever owns the slot. */
    LogCalls at(String name) {
        return new LogCalls(cluster, user, name);
    }

    /** Returns one of the log's keys in Redis. */
    String key(String kind) {
        return "{" + id.slot() + "}" + kind + ":demo/" + user;
    }

    /** Returns a request of its own that lives for an hour. */
    AppendRequest.Builder message(String text) {
        return AppendRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setRequestId("r" + REQUESTS.incrementAndGet())
                .setBodyHash(ByteString.copyFromUtf8("hash of the body"))
                .setContent(ByteString.copyFromUtf8(text))
                .setExpiresMs(System.currentTimeMillis() + 3_600_000);
    }

    AppendReply append(String text) {
        return append(message(text));
    }

    AppendReply append(AppendRequest.Builder message) {
        return answer(startAppend(message));
    }

    CompletableFuture<AppendReply> startAppend(AppendRequest.Builder message) {
        AppendRequest request = message.build();
        return start(lane -> lane.append(id, request));
    }

    /** Sends it again as senders do, until it is accepted. */
    AppendReply insist(String text) {
        return insistOn(message(text));
    }

    AppendReply insistOn(AppendRequest.Builder message) {
        return await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> append(message), reply -> true);
    }

    OpenMailboxReply open(String mailbox) {
        return open(mailbox, 0);
    }

    OpenMailboxReply open(String mailbox, long position) {
        return answer(startOpen(mailbox, position));
    }

    CompletableFuture<OpenMailboxReply> startOpen(String mailbox, long position) {
        OpenMailboxRequest request = OpenMailboxRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox(mailbox)
                .setPosition(position)
                .build();
        return start(lane -> lane.open(id, request));
    }

    LoadReply load(String mailbox) {
        return answer(startLoad(mailbox, 0));
    }

    /** @param maxMessages 0: as many as there may be */
    CompletableFuture<LoadReply> startLoad(String mailbox, int maxMessages) {
        LoadRequest request = LoadRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox(mailbox)
                .setMaxMessages(maxMessages)
                .build();
        return start(lane -> lane.load(id, request));
    }

    List<String> texts(String mailbox) {
        return texts(load(mailbox));
    }

    static List<String> texts(LoadReply reply) {
        return reply.getMessagesList().stream()
                .map(StoredMessage::getContent)
                .map(ByteString::toStringUtf8)
                .toList();
    }

    long acknowledge(String mailbox, long seq) {
        return answer(startAcknowledge(mailbox, seq)).getAcknowledged();
    }

    CompletableFuture<AcknowledgeReply> startAcknowledge(String mailbox, long seq) {
        AcknowledgeRequest request = AcknowledgeRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox(mailbox)
                .setSeq(seq)
                .build();
        return start(lane -> lane.acknowledge(id, request));
    }

    boolean recall(long seq) {
        return answer(startRecall(seq));
    }

    CompletableFuture<Boolean> startRecall(long seq) {
        RecallRequest request = RecallRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setSeq(seq)
                .build();
        return start(lane -> lane.recall(id, request)).thenApply(reply -> reply.getRecalled());
    }

    boolean forget(String mailbox) {
        ForgetMailboxRequest request = ForgetMailboxRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox(mailbox)
                .build();
        return answer(start(lane -> lane.forget(id, request))).getForgotten();
    }

    MessageStatusReply status(long seq) {
        MessageStatusRequest request = MessageStatusRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setSeq(seq)
                .build();
        return answer(start(lane -> lane.status(id, request)));
    }

    static <R> R answer(CompletableFuture<R> call) {
        try {
            return call.orTimeout(10, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof HawserException cause ? cause : e;
        }
    }

    static void assertFails(ErrorCode code, CompletableFuture<?> call) {
        assertThatThrownBy(() -> answer(call))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private <R> CompletableFuture<R> start(Function<Lane, CompletableFuture<R>> work) {
        return node.isEmpty() ? cluster.on(user, work) : cluster.onNode(node, user, work);
    }
}
