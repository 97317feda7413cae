package io.hawser.center.access;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.hawser.center.access.Principal.AppCaller;
import io.hawser.center.access.Principal.Operator;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.id.AppId;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.Optional;

/** Decides what the one who calls may do. */
public final class Access {
    private final AppDirectory directory;

    public Access(AppDirectory directory) {
        this.directory = directory;
    }

    /**
     * Returns the app that a call is about, where the caller may.
     *
     * <p>Who asks decides what an app that does not exist is called: an operator may know, and is told UNKNOWN_APP; the
     * key of an app is refused alike whether that other app exists or not, else it would tell which apps there are.
     *
     * @throws HawserException INVALID_ARGUMENT (no such form), PERMISSION_DENIED (another app's key, or without the
     *     scope), UNKNOWN_APP
     */
    public App app(ServiceRequestContext context, String id, Scope scope) {
        String app = new AppId(id).value();
        return switch (Authenticator.principal(context)) {
            case AppCaller caller -> ofCaller(caller, app, scope);
            case Operator operator -> forOperator(operator, app, scope);
        };
    }

    /**
     * Returns by what right a call changes something of an app: by the scope of its own key, or by an operator's role.
     *
     * @throws HawserException as {@link #app} does
     */
    public Authority authority(ServiceRequestContext context, String id, Scope scope, Role role) {
        String app = new AppId(id).value();
        return switch (Authenticator.principal(context)) {
            case AppCaller caller -> Authority.of(caller, ofCaller(caller, app, scope));
            case Operator operator -> {
                require(operator, role);
                yield Authority.of(operator, known(app));
            }
        };
    }

    /** Returns an operator's right to change something of all apps; PERMISSION_DENIED to others. */
    public Authority authority(ServiceRequestContext context, Role role) {
        Operator operator = operator(context);
        require(operator, role);
        return Authority.of(operator, App.getDefaultInstance());
    }

    /** Returns the operator who calls; empty: an app does. */
    public Optional<Operator> operatorIfAny(ServiceRequestContext context) {
        return Authenticator.principal(context) instanceof Operator operator ? Optional.of(operator) : Optional.empty();
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

    private App ofCaller(AppCaller caller, String app, Scope scope) {
        if (!caller.credential().getApp().equals(app)) {
            throw HawserException.refusal(
                    ErrorCode.PERMISSION_DENIED,
                    "app: " + app + " is not this key's app (expected: a key of that app)");
        }
        if (!caller.has(scope)) {
            throw HawserException.refusal(
                    ErrorCode.PERMISSION_DENIED, "key: lacks a scope (expected: " + scope.grant() + ")");
        }
        return known(app);
    }

    private App forOperator(Operator operator, String app, Scope scope) {
        if (!operator.may(Role.VIEWER)) {
            throw HawserException.refusal(ErrorCode.PERMISSION_DENIED, "key: has no role (expected: viewer)");
        }
        App known = known(app);
        if (!scope.reads()) {
            throw HawserException.refusal(
                    ErrorCode.PERMISSION_DENIED,
                    "key: an operator's (expected: an app's key with scope " + scope.grant() + ")");
        }
        return known;
    }

    private static void require(Operator operator, Role role) {
        if (!operator.may(role)) {
            throw HawserException.refusal(
                    ErrorCode.PERMISSION_DENIED, "key: lacks the role (expected: " + role.grant() + ")");
        }
    }

    private App known(String app) {
        App known = directory.app(app);
        if (known == null || known.getDisabled()) {
            throw HawserException.refusal(
                    ErrorCode.UNKNOWN_APP, "app: " + app + " (expected: one that exists and is not disabled)");
        }
        return known;
    }
}
