package io.hawser.center.user;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.GetUserRequest;
import io.hawser.api.v1.IssueTokenRequest;
import io.hawser.api.v1.IssueTokenResponse;
import io.hawser.api.v1.User;
import io.hawser.api.v1.UsersGrpc;
import io.hawser.center.access.Access;
import io.hawser.center.access.Scope;
import io.hawser.center.http.Calls;
import io.hawser.center.link.Lookups;
import io.hawser.center.link.Repeats;
import io.hawser.center.link.Savers;
import io.hawser.rpc.id.Endpoint;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.ListMailboxesReply;
import io.hawser.rpc.v1.ListMailboxesRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;

/** The calls about users: where they are, and tokens for their clients. */
public final class UsersService extends UsersGrpc.UsersImplBase {
    private static final Duration DEFAULT_TTL = Durations.fromDays(1);
    private static final Duration MAX_TTL = Durations.fromDays(30);

    private final Access access;
    private final Savers savers;
    private final Lookups lookups;
    private final Repeats repeats;
    private final Clock clock;

    public UsersService(Access access, Savers savers, Lookups lookups, Repeats repeats, Clock clock) {
        this.access = access;
        this.savers = savers;
        this.lookups = lookups;
        this.repeats = repeats;
        this.clock = clock;
    }

    @Override
    public void getUser(GetUserRequest request, StreamObserver<User> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            App app = access.app(context, request.getApp(), Scope.READ_USERS);
            return find(UserKey.of(app.getId(), request.getUser()));
        });
    }

    @Override
    public void issueToken(IssueTokenRequest request, StreamObserver<IssueTokenResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            App app = access.app(context, request.getApp(), Scope.ISSUE_TOKENS);
            return CompletableFuture.completedFuture(issue(app, request));
        });
    }

    private CompletableFuture<User> find(UserKey user) {
        return repeats.run("register", timeout -> lookups.find(user))
                .thenCombine(mailboxes(user), (where, mailboxes) -> UserView.of(user, where, mailboxes));
    }

    private CompletableFuture<ListMailboxesReply> mailboxes(UserKey user) {
        ListMailboxesRequest request = ListMailboxesRequest.newBuilder()
                .setApp(user.app().value())
                .setUser(user.user().value())
                .build();
        return savers.ofUser(user, SaverGrpc.getListMailboxesMethod(), request);
    }

    private IssueTokenResponse issue(App app, IssueTokenRequest request) {
        UserKey user = UserKey.of(app.getId(), request.getUser());
        Endpoint device =
                request.getDevice().isEmpty() ? null : Endpoint.of(app.getId(), request.getUser(), request.getDevice());
        // Tokens count in whole seconds.
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant expires = now.plusSeconds(ttl(request).getSeconds());
        return IssueTokenResponse.newBuilder()
                .setToken(TokenIssuer.sign(app, user, device, now, expires))
                .setExpires(Timestamps.fromMillis(expires.toEpochMilli()))
                .build();
    }

    private static Duration ttl(IssueTokenRequest request) {
        Duration ttl = request.hasTtl() ? request.getTtl() : DEFAULT_TTL;
        if (!Durations.isValid(ttl) || ttl.getSeconds() < 1 || Durations.compare(ttl, MAX_TTL) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "ttl: " + ttl.getSeconds() + "s (expected: 1s to " + MAX_TTL.getSeconds() + "s)");
        }
        return ttl;
    }
}
