package io.hawser.center.access;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.hawser.center.access.Principal.AppCaller;
import io.hawser.center.access.Principal.Operator;
import io.hawser.center.http.Refusals;
import io.hawser.rpc.directory.ApiKey;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.v1.Credential;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.netty.util.AttributeKey;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls, by {@code Authorization: Bearer hk_<id>_<secret>}, before anything else of the request is looked
 * at. A key that the local copy of the directory lacks may be a new one: then the copy is brought up to date first.
 */
public final class Authenticator extends SimpleDecoratingHttpService {
    private static final AttributeKey<Principal> PRINCIPAL = AttributeKey.valueOf(Authenticator.class, "PRINCIPAL");
    private static final String SCHEME = "bearer ";

    private final AppDirectory directory;
    private final Clock clock;

    public Authenticator(HttpService delegate, AppDirectory directory, Clock clock) {
        super(delegate);
        this.directory = directory;
        this.clock = clock;
    }

    /** Returns who makes the call that is being served. */
    static Principal principal(ServiceRequestContext context) {
        Principal principal = context.attr(PRINCIPAL);
        if (principal == null) {
            throw HawserException.refusal(ErrorCode.UNAUTHENTICATED, "key: none");
        }
        return principal;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        try {
            ApiKey key = keyOf(request.headers().get(HttpHeaderNames.AUTHORIZATION));
            Credential credential = directory.credential(key.id());
            return credential != null
                    ? serveAs(key, credential, context, request)
                    : HttpResponse.of(serveOnceRefreshed(key, context, request));
        } catch (HawserException refusal) {
            return Refusals.answer(request.headers(), refusal);
        }
    }

    private HttpResponse serveAs(ApiKey key, Credential credential, ServiceRequestContext context, HttpRequest request)
            throws Exception {
        context.setAttr(PRINCIPAL, principal(key, credential));
        return unwrap().serve(context, request);
    }

    private CompletableFuture<HttpResponse> serveOnceRefreshed(
            ApiKey key, ServiceRequestContext context, HttpRequest request) {
        return directory
                .refresh()
                .handleAsync((nothing, failure) -> serve(key, failure, context, request), context.eventLoop());
    }

    private HttpResponse serve(
            ApiKey key, @Nullable Throwable failure, ServiceRequestContext context, HttpRequest request) {
        Credential credential = directory.credential(key.id());
        try {
            if (credential != null) {
                return serveAs(key, credential, context, request);
            }
            throw failure == null
                    ? invalid()
                    : HawserException.refusal(ErrorCode.UNAVAILABLE, "key: cannot be checked now");
        } catch (HawserException refusal) {
            return Refusals.answer(request.headers(), refusal);
        } catch (Exception e) {
            return HttpResponse.ofFailure(e);
        }
    }

    private static ApiKey keyOf(@Nullable String authorization) {
        if (authorization == null) {
            throw HawserException.refusal(
                    ErrorCode.UNAUTHENTICATED, "authorization: none (expected: Bearer hk_<id>_<secret>)");
        }
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw HawserException.refusal(
                    ErrorCode.UNAUTHENTICATED, "authorization: another scheme (expected: Bearer hk_<id>_<secret>)");
        }
        return ApiKey.parse(authorization.substring(SCHEME.length()).strip());
    }

    private Principal principal(ApiKey key, Credential credential) {
        if (!key.opens(credential)) {
            throw invalid();
        }
        if (credential.getDisabled()) {
            throw HawserException.refusal(ErrorCode.UNAUTHENTICATED, "key: " + key.id() + " is disabled");
        }
        if (credential.getExpiresMs() != 0 && credential.getExpiresMs() <= clock.millis()) {
            throw HawserException.refusal(ErrorCode.UNAUTHENTICATED, "key: " + key.id() + " has expired");
        }
        return credential.getKind() == CredentialKind.OPERATOR_KEY
                ? new Operator(credential)
                : new AppCaller(credential);
    }

    /** Whether the id exists is nobody's business who lacks the secret. */
    private static HawserException invalid() {
        return HawserException.refusal(ErrorCode.UNAUTHENTICATED, "key: not valid");
    }
}
