package io.hawser.saver;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.ListMailboxesRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the tests ask of a saver over a link. */
final class SaverCalls implements AutoCloseable {
    private final LinkClient client;

    SaverCalls(Membership savers) {
        client = new LinkClient("test", "saver", savers, LinkSettings.defaults(), new SimpleMeterRegistry());
    }

    @Override
    public void close() {
        client.close();
    }

    /** What any saver serves; does not wait. */
    <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> ask(MethodDescriptor<Q, R> method, Q request) {
        return client.call(Route.leastLoaded(), method, request, "demo", Duration.ofSeconds(20));
    }

    AppendReply collapsing(String user, String text) {
        return call(
                user,
                SaverGrpc.getAppendMethod(),
                request(user, text).setCollapseKey("score").build());
    }

    MessageStatusReply status(String user, long seq) {
        return call(
                user,
                SaverGrpc.getMessageStatusMethod(),
                MessageStatusRequest.newBuilder()
                        .setApp("demo")
                        .setUser(user)
                        .setSeq(seq)
                        .build());
    }

    static ListMailboxesRequest list(String user) {
        return ListMailboxesRequest.newBuilder().setApp("demo").setUser(user).build();
    }

    OpenMailboxReply open(String user, String mailbox) {
        return call(
                user,
                SaverGrpc.getOpenMailboxMethod(),
                OpenMailboxRequest.newBuilder()
                        .setApp("demo")
                        .setUser(user)
                        .setMailbox(mailbox)
                        .build());
    }

    AppendReply append(String user, String text) {
        return call(user, SaverGrpc.getAppendMethod(), request(user, text).build());
    }

    static AppendRequest.Builder request(String user, String text) {
        return AppendRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setRequestId("r-" + text)
                .setBodyHash(ByteString.copyFromUtf8("hash of the body"))
                .setContent(ByteString.copyFromUtf8(text))
                .setExpiresMs(System.currentTimeMillis() + 3_600_000)
                .setMaxMessages(1000)
                .setMaxBytes(1 << 20);
    }

    LoadReply load(String user, String mailbox, long after) {
        return call(
                user,
                SaverGrpc.getLoadMethod(),
                LoadRequest.newBuilder()
                        .setApp("demo")
                        .setUser(user)
                        .setMailbox(mailbox)
                        .setAfter(after)
                        .build());
    }

    long acknowledge(String user, String mailbox, long seq) {
        return call(
                        user,
                        SaverGrpc.getAcknowledgeMethod(),
                        AcknowledgeRequest.newBuilder()
                                .setApp("demo")
                                .setUser(user)
                                .setMailbox(mailbox)
                                .setSeq(seq)
                                .build())
                .getAcknowledged();
    }

    static List<String> texts(LoadReply reply) {
        return reply.getMessagesList().stream()
                .map(StoredMessage::getContent)
                .map(ByteString::toStringUtf8)
                .toList();
    }

    <Q extends MessageLite, R extends MessageLite> R call(String user, MethodDescriptor<Q, R> method, Q request) {
        try {
            return client.call(Route.slot(Slot.of("demo", user)), method, request, "demo", Duration.ofSeconds(5))
                    .join();
        } catch (CompletionException e) {
            throw (HawserException) e.getCause();
        }
    }
}
