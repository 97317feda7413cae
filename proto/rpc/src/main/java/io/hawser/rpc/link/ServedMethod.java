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

/** A method with the handler that serves it. */
final class ServedMethod<Q extends MessageLite, R extends MessageLite> {
    private final String name;
    private final MessageLite requestPrototype;
    private final LinkServer.Handler<Q, R> handler;

    ServedMethod(MethodDescriptor<Q, R> method, LinkServer.Handler<Q, R> handler) {
        this.name = method.getFullMethodName();
        this.requestPrototype =
                Objects.requireNonNull(((PrototypeMarshaller<Q>) method.getRequestMarshaller()).getMessagePrototype());
        this.handler = handler;
    }

    String name() {
        return name;
    }

    /** Never throws: what the handler throws, the future fails with. */
    @SuppressWarnings("unchecked") // The prototype is the method's own.
    CompletableFuture<R> handle(ByteString body, Caller caller) {
        try {
            Q request = (Q) requestPrototype.getParserForType().parseFrom(body);
            return handler.handle(request, caller).toCompletableFuture();
        } catch (InvalidProtocolBufferException malformed) {
            return CompletableFuture.failedFuture(
                    HawserException.refusal(ErrorCode.INVALID_ARGUMENT, name + ": malformed request"));
        } catch (RuntimeException | AssertionError | LinkageError thrown) {
            return CompletableFuture.failedFuture(thrown);
        }
    }
}
