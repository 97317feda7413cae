package io.hawser.rpc.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A call that has no answer yet. Made by the caller's thread, then owned by the stream's event loop.
 *
 * <p>It is its own entry in the lists it stands in (its app's queue, and a bucket of the deadlines), so that it leaves
 * both at once without a search.
 */
final class PendingCall<R> {
    final ClientStream stream;
    final MethodDescriptor<?, R> method;
    final String app;
    final ByteString body;
    final long deadlineNanos;
    final CompletableFuture<R> future = new CompletableFuture<>();

    /** 0 while queued. */
    long id;

    FairQueue.@Nullable AppQueue queue;

    @Nullable
    PendingCall<?> previousQueued;

    @Nullable
    PendingCall<?> nextQueued;

    int bucket = -1;

    @Nullable
    PendingCall<?> previousDue;

    @Nullable
    PendingCall<?> nextDue;

    PendingCall(ClientStream stream, MethodDescriptor<?, R> method, String app, ByteString body, long deadlineNanos) {
        this.stream = stream;
        this.method = method;
        this.app = app;
        this.body = body;
        this.deadlineNanos = deadlineNanos;
    }

    /** Completes with a reply; false, and not complete, where the bytes are none. */
    boolean complete(ByteString reply) {
        try {
            future.complete(parse(reply));
            return true;
        } catch (InvalidProtocolBufferException malformed) {
            return false;
        }
    }

    /** Its time is over. */
    void expire() {
        stream.expired(this);
    }

    void fail(ErrorCode code, String message) {
        future.completeExceptionally(HawserException.refusal(code, message));
    }

    @SuppressWarnings("unchecked") // The prototype is of the type that its marshaller is for.
    private R parse(ByteString body) throws InvalidProtocolBufferException {
        var marshaller = (PrototypeMarshaller<R>) method.getResponseMarshaller();
        MessageLite prototype = (MessageLite) Objects.requireNonNull(marshaller.getMessagePrototype());
        return (R) prototype.getParserForType().parseFrom(body);
    }
}
