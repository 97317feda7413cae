package io.hawser.center.message;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.BatchSendRequest;
import io.hawser.api.v1.BatchSendResponse;
import io.hawser.api.v1.GetMessageRequest;
import io.hawser.api.v1.MessageStatus;
import io.hawser.api.v1.MessagesGrpc;
import io.hawser.api.v1.RecallRequest;
import io.hawser.api.v1.RecallResponse;
import io.hawser.api.v1.SendRequest;
import io.hawser.api.v1.SendResponse;
import io.hawser.center.access.Access;
import io.hawser.center.access.Scope;
import io.hawser.center.http.Calls;
import io.hawser.center.http.RequestId;
import io.hawser.rpc.v1.App;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** The calls about messages: who may, and what is asked. Everything else is done by those it asks. */
public final class MessagesService extends MessagesGrpc.MessagesImplBase {
    private final Access access;
    private final Meter meter;
    private final Sends sends;
    private final Batches batches;
    private final Messages messages;
    private final Clock clock;

    MessagesService(Access access, Meter meter, Sends sends, Batches batches, Messages messages, Clock clock) {
        this.access = access;
        this.meter = meter;
        this.sends = sends;
        this.batches = batches;
        this.messages = messages;
        this.clock = clock;
    }

    @Override
    public void send(SendRequest request, StreamObserver<SendResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        try {
            App app = access.app(context, request.getApp(), Scope.SEND);
            Addressee to = Addressee.of(app, request.getTarget());
            Draft draft = Draft.of(request, app, Origin.of(context, clock.millis()));
            meter.take(app, 1);
            var _ = sends.sendWhole(draft, to).whenComplete((sent, failure) -> {
                if (failure != null) {
                    caller.onError(failure);
                    return;
                }
                Calls.complete(caller, sent.response());
                sent.afterAnswer().run();
            });
        } catch (RuntimeException refusal) {
            caller.onError(refusal);
        }
    }

    @Override
    public void batchSend(BatchSendRequest request, StreamObserver<BatchSendResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        try {
            App app = access.app(context, request.getApp(), Scope.SEND);
            Batches.checkSize(request);
            Draft draft = Draft.of(request, app, Origin.of(context, clock.millis()));
            meter.take(app, request.getUsersCount());
            var _ = batches.send(RequestId.of(context), draft, request.getUsersList())
                    .whenComplete((batch, failure) -> {
                        if (failure != null) {
                            caller.onError(failure);
                            return;
                        }
                        Calls.complete(caller, batch.response());
                        batch.afterAnswer().run();
                    });
        } catch (RuntimeException refusal) {
            caller.onError(refusal);
        }
    }

    @Override
    public void getMessage(GetMessageRequest request, StreamObserver<MessageStatus> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> status(context, request));
    }

    @Override
    public void recall(RecallRequest request, StreamObserver<RecallResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> recall(context, request));
    }

    private CompletableFuture<MessageStatus> status(ServiceRequestContext context, GetMessageRequest request) {
        App app = access.app(context, request.getApp(), Scope.READ_MESSAGES);
        return messages.status(Addressee.of(app, request.getUser()).user(), request.getSeq());
    }

    private CompletableFuture<RecallResponse> recall(ServiceRequestContext context, RecallRequest request) {
        App app = access.app(context, request.getApp(), Scope.RECALL);
        return messages.recall(Addressee.of(app, request.getUser()).user(), request.getSeq());
    }
}
