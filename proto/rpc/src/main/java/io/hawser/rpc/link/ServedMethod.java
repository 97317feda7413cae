package io.hawser.rpc.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** A method with the handler that serves it. */
final class ServedMethod<Q extends MessageLite, R extends MessageLite> {
    private final String name;
    private final MessageLite requestPrototype;
    private final LinkServer.Handler<Q, R> handler;
    private final Predicate<Q> atLeisure;

    ServedMethod(MethodDescriptor<Q, R> method, LinkServer.Handler<Q, R> handler, Predicate<Q> atLeisure) {
        this.name = method.getFullMethodName();
        this.requestPrototype =
                Objects.requireNonNull(((PrototypeMarshaller<Q>) method.getRequestMarshaller()).getMessagePrototype());
        this.handler = handler;
        this.atLeisure = atLeisure;
    }

    String name() {
        return name;
    }

    @SuppressWarnings("unchecked") // The prototype is the method's own.
    Q parse(ByteString body) throws InvalidProtocolBufferException {
        return (Q) requestPrototype.getParserForType().parseFrom(body);
    }

    /** Never throws: what the handler throws, the future fails with. */
    CompletableFuture<R> handle(Q request, Caller caller) {
        try {
            return handler.handle(request, caller).toCompletableFuture();
        } catch (RuntimeException | AssertionError | LinkageError thrown) {
            return CompletableFuture.failedFuture(thrown);
        }
    }

    /** Whether nobody waits for the reply. */
    boolean isAtLeisure(Q request) {
        return atLeisure.test(request);
    }
}
