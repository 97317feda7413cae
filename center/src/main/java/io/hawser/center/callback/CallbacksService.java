package io.hawser.center.callback;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.Callback;
import io.hawser.api.v1.CallbacksGrpc;
import io.hawser.api.v1.CreateCallbackRequest;
import io.hawser.api.v1.DeadLettersRequest;
import io.hawser.api.v1.DeadLettersResponse;
import io.hawser.api.v1.DeleteCallbackRequest;
import io.hawser.api.v1.GetCallbackRequest;
import io.hawser.api.v1.IssuedCallback;
import io.hawser.api.v1.ListCallbacksRequest;
import io.hawser.api.v1.ListCallbacksResponse;
import io.hawser.api.v1.ListDeadLettersRequest;
import io.hawser.api.v1.ListDeadLettersResponse;
import io.hawser.api.v1.RetireSecretRequest;
import io.hawser.api.v1.RotateSecretRequest;
import io.hawser.api.v1.UpdateCallbackRequest;
import io.hawser.center.access.Access;
import io.hawser.center.access.Authority;
import io.hawser.center.access.Role;
import io.hawser.center.access.Scope;
import io.hawser.center.http.Calls;
import io.hawser.center.link.Savers;
import io.hawser.center.operation.Entries;
import io.hawser.center.operation.Managing;
import io.hawser.center.operation.Managing.Deed;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.id.AppId;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AuditEntry;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** The calls about callbacks and dead letters: who may, and what is asked. */
public final class CallbacksService extends CallbacksGrpc.CallbacksImplBase {
    private final Access access;
    private final Managing managing;
    private final Targets targets;
    private final DeadLetters letters;

    public CallbacksService(
            Access access, Managing managing, Savers savers, AppDirectory directory, SecureRandom random) {
        this.access = access;
        this.managing = managing;
        this.targets = new Targets(new Entries(savers, directory), random);
        this.letters = new DeadLetters(savers);
    }

    @Override
    public void createCallback(CreateCallbackRequest request, StreamObserver<IssuedCallback> caller) {
        Deed deed = ofCallback(request.getApp(), request.getCallback().getId(), "CreateCallback");
        change(
                caller,
                deed,
                (by, entry) -> targets.create(by.app().getId(), request.getCallback(), entry)
                        .thenApply(CallbacksService::issued));
    }

    @Override
    public void listCallbacks(ListCallbacksRequest request, StreamObserver<ListCallbacksResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            ListCallbacksResponse.Builder listed = ListCallbacksResponse.newBuilder();
            readable(context, request.getApp())
                    .getCallbacksList()
                    .forEach(callback -> listed.addCallbacks(CallbackForm.view(callback)));
            return CompletableFuture.completedFuture(listed.build());
        });
    }

    @Override
    public void getCallback(GetCallbackRequest request, StreamObserver<Callback> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(
                caller,
                () -> CompletableFuture.completedFuture(
                        CallbackForm.view(Targets.find(readable(context, request.getApp()), request.getCallback()))));
    }

    @Override
    public void updateCallback(UpdateCallbackRequest request, StreamObserver<Callback> caller) {
        Deed deed = ofCallback(request.getApp(), request.getCallback().getId(), "UpdateCallback");
        change(
                caller,
                deed,
                (by, entry) -> targets.update(by.app().getId(), request.getCallback(), entry)
                        .thenApply(CallbackForm::view));
    }

    @Override
    public void deleteCallback(DeleteCallbackRequest request, StreamObserver<Callback> caller) {
        Deed deed = ofCallback(request.getApp(), request.getCallback(), "DeleteCallback");
        change(
                caller,
                deed,
                (by, entry) -> targets.delete(by.app().getId(), request.getCallback(), entry)
                        .thenApply(CallbackForm::view));
    }

    @Override
    public void rotateSecret(RotateSecretRequest request, StreamObserver<IssuedCallback> caller) {
        Deed deed = ofCallback(request.getApp(), request.getCallback(), "RotateSecret");
        change(
                caller,
                deed,
                (by, entry) -> targets.rotate(by.app().getId(), request.getCallback(), entry)
                        .thenApply(CallbacksService::issued));
    }

    @Override
    public void retireSecret(RetireSecretRequest request, StreamObserver<Callback> caller) {
        Deed deed = ofCallback(request.getApp(), request.getCallback(), "RetireSecret");
        change(
                caller,
                deed,
                (by, entry) -> targets.retire(by.app().getId(), request.getCallback(), entry)
                        .thenApply(CallbackForm::view));
    }

    @Override
    public void listDeadLetters(ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(
                caller, () -> letters.list(readable(context, request.getApp()).getId(), request));
    }

    @Override
    public void redriveDeadLetters(DeadLettersRequest request, StreamObserver<DeadLettersResponse> caller) {
        ofLetters(caller, request, "RedriveDeadLetters", letters::redrive);
    }

    @Override
    public void dropDeadLetters(DeadLettersRequest request, StreamObserver<DeadLettersResponse> caller) {
        ofLetters(caller, request, "DropDeadLetters", letters::drop);
    }

    private App readable(ServiceRequestContext context, String app) {
        return access.app(context, app, Scope.READ_CALLBACKS);
    }

    private <R> void change(
            StreamObserver<R> caller, Deed deed, BiFunction<Authority, AuditEntry, CompletableFuture<R>> work) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> managing.attempt(context, deed, by -> work.apply(by, managing.entry(by, deed, ""))));
    }

    private void ofLetters(
            StreamObserver<DeadLettersResponse> caller,
            DeadLettersRequest request,
            String name,
            BiFunction<String, DeadLettersRequest, CompletableFuture<DeadLettersResponse>> work) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            Deed deed = deed(request.getApp(), name, "/deadLetters");
            return managing.attempt(
                    context,
                    deed,
                    by -> work.apply(by.app().getId(), request)
                            .thenCompose(response -> managing.done(by, deed, response.getLetters() + " letters")
                                    .thenApply(noted -> response)));
        });
    }

    private static Deed ofCallback(String app, String id, String name) {
        return deed(app, name, "/callbacks/" + id);
    }

    private static Deed deed(String app, String name, String object) {
        return new Deed(new AppId(app).value(), Scope.WRITE_CALLBACKS, Role.ADMIN, name, "apps/" + app + object);
    }

    private static IssuedCallback issued(io.hawser.rpc.v1.Callback stored) {
        return IssuedCallback.newBuilder()
                .setCallback(CallbackForm.view(stored))
                .setSecret(Secrets.text(stored.getSecretsList().getLast()))
                .build();
    }
}
