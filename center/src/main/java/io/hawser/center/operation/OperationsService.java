package io.hawser.center.operation;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.AddTokenKeyRequest;
import io.hawser.api.v1.App;
import io.hawser.api.v1.CreateAppRequest;
import io.hawser.api.v1.CreateAppResponse;
import io.hawser.api.v1.CreateKeyRequest;
import io.hawser.api.v1.DisableKeyRequest;
import io.hawser.api.v1.GetAppRequest;
import io.hawser.api.v1.GetTotalsRequest;
import io.hawser.api.v1.IssuedKey;
import io.hawser.api.v1.IssuedTokenKey;
import io.hawser.api.v1.Key;
import io.hawser.api.v1.ListAppsRequest;
import io.hawser.api.v1.ListAppsResponse;
import io.hawser.api.v1.ListAuditRequest;
import io.hawser.api.v1.ListAuditResponse;
import io.hawser.api.v1.ListInstancesRequest;
import io.hawser.api.v1.ListInstancesResponse;
import io.hawser.api.v1.ListKeysRequest;
import io.hawser.api.v1.ListKeysResponse;
import io.hawser.api.v1.ListTokenKeysRequest;
import io.hawser.api.v1.ListTokenKeysResponse;
import io.hawser.api.v1.OperationsGrpc;
import io.hawser.api.v1.RetireTokenKeyRequest;
import io.hawser.api.v1.RotateKeyRequest;
import io.hawser.api.v1.SendCommandRequest;
import io.hawser.api.v1.SendCommandResponse;
import io.hawser.api.v1.SignWithTokenKeyRequest;
import io.hawser.api.v1.TokenKey;
import io.hawser.api.v1.Totals;
import io.hawser.api.v1.UpdateAppRequest;
import io.hawser.center.access.Access;
import io.hawser.center.access.Principal.Operator;
import io.hawser.center.access.Role;
import io.hawser.center.http.Calls;
import io.hawser.center.link.Repeats;
import io.hawser.center.operation.Audit.Act;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The operators' calls: which role each takes, and what is asked. Changes are in the audit log, and so is whatever an
 * operator was refused or failed to do; reading is not.
 */
public final class OperationsService extends OperationsGrpc.OperationsImplBase {
    private final Access access;
    private final Audit audit;
    private final Apps apps;
    private final Keys keys;
    private final TokenKeys tokenKeys;
    private final Cluster cluster;
    private final ClientCommands commands;

    OperationsService(
            Access access,
            Audit audit,
            Apps apps,
            Keys keys,
            TokenKeys tokenKeys,
            Cluster cluster,
            ClientCommands commands) {
        this.access = access;
        this.audit = audit;
        this.apps = apps;
        this.keys = keys;
        this.tokenKeys = tokenKeys;
        this.cluster = cluster;
        this.commands = commands;
    }

    @Override
    public void createApp(CreateAppRequest request, StreamObserver<CreateAppResponse> caller) {
        String object = "apps/" + request.getApp().getId();
        operate(caller, Role.ADMIN, "CreateApp", object, act -> apps.create(act, request.getApp()));
    }

    @Override
    public void getApp(GetAppRequest request, StreamObserver<App> caller) {
        operate(caller, Role.VIEWER, "GetApp", "apps/" + request.getApp(), act -> apps.get(request.getApp()));
    }

    @Override
    public void listApps(ListAppsRequest request, StreamObserver<ListAppsResponse> caller) {
        operate(caller, Role.VIEWER, "ListApps", "apps", act -> apps.list(request));
    }

    @Override
    public void updateApp(UpdateAppRequest request, StreamObserver<App> caller) {
        String object = "apps/" + request.getApp().getId();
        operate(caller, Role.ADMIN, "UpdateApp", object, act -> apps.update(act, request.getApp()));
    }

    @Override
    public void createKey(CreateKeyRequest request, StreamObserver<IssuedKey> caller) {
        String object = request.getApp().isEmpty() ? "operators" : "apps/" + request.getApp();
        operate(caller, Role.ADMIN, "CreateKey", object, act -> keys.create(act, request));
    }

    @Override
    public void listKeys(ListKeysRequest request, StreamObserver<ListKeysResponse> caller) {
        operate(caller, Role.VIEWER, "ListKeys", "keys", act -> keys.list(request));
    }

    @Override
    public void rotateKey(RotateKeyRequest request, StreamObserver<IssuedKey> caller) {
        operate(caller, Role.ADMIN, "RotateKey", "keys/" + request.getId(), act -> keys.rotate(act, request));
    }

    @Override
    public void disableKey(DisableKeyRequest request, StreamObserver<Key> caller) {
        operate(caller, Role.ADMIN, "DisableKey", "keys/" + request.getId(), act -> keys.disable(act, request.getId()));
    }

    @Override
    public void listTokenKeys(ListTokenKeysRequest request, StreamObserver<ListTokenKeysResponse> caller) {
        String object = "apps/" + request.getApp() + "/tokenKeys";
        operate(caller, Role.VIEWER, "ListTokenKeys", object, act -> tokenKeys.list(request.getApp()));
    }

    @Override
    public void addTokenKey(AddTokenKeyRequest request, StreamObserver<IssuedTokenKey> caller) {
        String object = "apps/" + request.getApp() + "/tokenKeys";
        operate(caller, Role.ADMIN, "AddTokenKey", object, act -> tokenKeys.add(act, request));
    }

    @Override
    public void signWithTokenKey(SignWithTokenKeyRequest request, StreamObserver<TokenKey> caller) {
        String object = "apps/" + request.getApp() + "/tokenKeys/" + request.getId();
        operate(
                caller,
                Role.ADMIN,
                "SignWithTokenKey",
                object,
                act -> tokenKeys.sign(act, request.getApp(), request.getId()));
    }

    @Override
    public void retireTokenKey(RetireTokenKeyRequest request, StreamObserver<TokenKey> caller) {
        String object = "apps/" + request.getApp() + "/tokenKeys/" + request.getId();
        operate(
                caller,
                Role.ADMIN,
                "RetireTokenKey",
                object,
                act -> tokenKeys.retire(act, request.getApp(), request.getId()));
    }

    @Override
    public void listInstances(ListInstancesRequest request, StreamObserver<ListInstancesResponse> caller) {
        operate(
                caller,
                Role.VIEWER,
                "ListInstances",
                "instances",
                act -> CompletableFuture.completedFuture(cluster.instances(request.getService())));
    }

    @Override
    public void getTotals(GetTotalsRequest request, StreamObserver<Totals> caller) {
        operate(caller, Role.VIEWER, "GetTotals", "totals", act -> cluster.totals());
    }

    @Override
    public void sendCommand(SendCommandRequest request, StreamObserver<SendCommandResponse> caller) {
        operate(
                caller,
                Role.OPERATOR,
                "SendCommand",
                ClientCommands.object(request),
                act -> commands.send(act, request));
    }

    @Override
    public void listAudit(ListAuditRequest request, StreamObserver<ListAuditResponse> caller) {
        operate(caller, Role.ADMIN, "ListAudit", "audit", act -> audit.list(request));
    }

    private <R> void operate(
            StreamObserver<R> caller,
            Role needed,
            String name,
            String object,
            Function<Act, CompletableFuture<R>> work) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            Act act = new Act(access.operator(context), name, object);
            return attempt(act, needed, work).exceptionallyCompose(failure -> refused(act, Repeats.refusalOf(failure)));
        });
    }

    private static <R> CompletableFuture<R> attempt(Act act, Role needed, Function<Act, CompletableFuture<R>> work) {
        try {
            require(act.operator(), needed);
            return work.apply(act);
        } catch (HawserException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    private static void require(Operator operator, Role needed) {
        if (!operator.may(needed)) {
            throw HawserException.refusal(
                    ErrorCode.PERMISSION_DENIED, "key: lacks the role (expected: " + needed.grant() + ")");
        }
    }

    /** Fails with the refusal once it is in the log. */
    private <R> CompletableFuture<R> refused(Act act, HawserException refusal) {
        return audit.refused(act, refusal.code(), String.valueOf(refusal.getMessage()))
                .thenCompose(noted -> CompletableFuture.failedFuture(refusal));
    }
}
