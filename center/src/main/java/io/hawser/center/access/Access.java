package io.hawser.center.access;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.hawser.center.access.Principal.AppCaller;
import io.hawser.center.access.Principal.Operator;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.id.AppId;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** Decides what the one who calls may do. */
public final class Access {
    private final AppDirectory directory;

    public Access(AppDirectory directory) {
        this.directory = directory;
    }

    /**
     * Returns the app that a call is about, where the caller may.
     *
     * @throws HawserException INVALID_ARGUMENT (no such form), PERMISSION_DENIED (another app's key, whether that app
     *     exists or not, or without the scope), UNKNOWN_APP
     */
    public App app(ServiceRequestContext context, String id, Scope scope) {
        AppId app = new AppId(id);
        // First who asks: else an answer would tell an app's key which other apps there are.
        switch (Authenticator.principal(context)) {
            case AppCaller caller -> check(caller, id, scope);
            case Operator operator -> check(operator, scope);
        }
        App known = directory.app(app.value());
        if (known == null || known.getDisabled()) {
            throw unknown(id);
        }
        return known;
    }

    /** Returns the operator who calls, whatever the role; PERMISSION_DENIED to others. */
    public Operator operator(ServiceRequestContext context) {
        return switch (Authenticator.principal(context)) {
            case Operator operator -> operator;
            case AppCaller caller ->
                throw HawserException.refusal(
                        ErrorCode.PERMISSION_DENIED, "key: an app's (expected: an operator's key)");
        };
    }

    private static void check(AppCaller caller, String app, Scope scope) {
        if (!caller.credential().getApp().equals(app)) {
            throw HawserException.refusal(
                    ErrorCode.PERMISSION_DENIED,
                    "app: " + app + " (expected: " + caller.credential().getApp() + ", the key's)");
        }
        if (!caller.has(scope)) {
            throw HawserException.refusal(
                    ErrorCode.PERMISSION_DENIED, "key: lacks a scope (expected: " + scope.grant() + ")");
        }
    }

    private static void check(Operator operator, Scope scope) {
        if (!scope.reads() || !operator.may(Role.VIEWER)) {
            throw HawserException.refusal(
                    ErrorCode.PERMISSION_DENIED,
                    "key: an operator's (expected: an app's key with scope " + scope.grant() + ")");
        }
    }

    private static HawserException unknown(String app) {
        return HawserException.refusal(
                ErrorCode.UNKNOWN_APP, "app: " + app + " (expected: one that exists and is not disabled)");
    }
}
