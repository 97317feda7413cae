package io.hawser.center.user;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.CountOnlineUsersRequest;
import io.hawser.api.v1.EraseUserRequest;
import io.hawser.api.v1.EraseUserResponse;
import io.hawser.api.v1.FindPresenceRequest;
import io.hawser.api.v1.FindPresenceResponse;
import io.hawser.api.v1.GetUserRequest;
import io.hawser.api.v1.IssueTokenRequest;
import io.hawser.api.v1.IssueTokenResponse;
import io.hawser.api.v1.KickUserRequest;
import io.hawser.api.v1.KickUserResponse;
import io.hawser.api.v1.ListHeldMailboxesRequest;
import io.hawser.api.v1.ListHeldMailboxesResponse;
import io.hawser.api.v1.ListMailboxDeadLettersRequest;
import io.hawser.api.v1.ListMailboxDeadLettersResponse;
import io.hawser.api.v1.ListOnlineUsersRequest;
import io.hawser.api.v1.ListOnlineUsersResponse;
import io.hawser.api.v1.MailboxDeadLettersRequest;
import io.hawser.api.v1.MailboxDeadLettersResponse;
import io.hawser.api.v1.OnlineUserCounts;
import io.hawser.api.v1.ReleaseMailboxRequest;
import io.hawser.api.v1.ReleaseMailboxResponse;
import io.hawser.api.v1.User;
import io.hawser.api.v1.UsersGrpc;
import io.hawser.center.access.Access;
import io.hawser.center.access.Authority;
import io.hawser.center.access.Role;
import io.hawser.center.access.Scope;
import io.hawser.center.group.Lists;
import io.hawser.center.http.Calls;
import io.hawser.center.link.Links;
import io.hawser.center.link.Lookups;
import io.hawser.center.link.Repeats;
import io.hawser.center.link.Savers;
import io.hawser.center.link.UserKicker;
import io.hawser.center.message.Meter;
import io.hawser.center.message.Sends;
import io.hawser.center.operation.Managing;
import io.hawser.center.operation.Managing.Deed;
import io.hawser.rpc.id.AppId;
import io.hawser.rpc.id.Endpoint;
import io.hawser.rpc.id.GroupPattern;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** The calls about users: where they are, tokens for their clients, sending them away and erasing them. */
public final class UsersService extends UsersGrpc.UsersImplBase {
    private static final Duration DEFAULT_TTL = Durations.fromDays(1);
    private static final Duration MAX_TTL = Durations.fromDays(30);
    private static final int MAX_GROUPS = 64;

    private final Access access;
    private final Managing managing;
    private final Savers savers;
    private final Lookups lookups;
    private final Repeats repeats;
    private final Presences presences;
    private final OnlineCounting onlineCounts;
    private final OnlineUsers onlineUsers;
    private final Kicks kicks;
    private final Erasures erasures;
    private final HeldMailboxes heldMailboxes;
    private final MailboxLetters letters;
    private final Clock clock;

    public UsersService(Access access, Managing managing, Links links, Meter meter, Sends sends, Clock clock) {
        this.access = access;
        this.managing = managing;
        this.savers = links.savers();
        this.lookups = links.lookups();
        this.repeats = links.repeats();
        this.presences = new Presences(lookups, repeats);
        this.onlineCounts = new OnlineCounting(links.register());
        this.onlineUsers = new OnlineUsers(links.register(), repeats);
        this.kicks = new Kicks(new UserKicker(links.coordinator(), repeats));
        this.erasures = new Erasures(managing, kicks, savers);
        this.heldMailboxes = new HeldMailboxes(savers);
        this.letters = new MailboxLetters(savers, sends, meter, clock);
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

    @Override
    public void findPresence(FindPresenceRequest request, StreamObserver<FindPresenceResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> presences.find(access.app(context, request.getApp(), Scope.READ_USERS), request));
    }

    @Override
    public void countOnlineUsers(CountOnlineUsersRequest request, StreamObserver<OnlineUserCounts> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> onlineCounts.count(access.app(context, request.getApp(), Scope.READ_USERS)));
    }

    @Override
    public void listOnlineUsers(ListOnlineUsersRequest request, StreamObserver<ListOnlineUsersResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> onlineUsers.list(access.app(context, request.getApp(), Scope.READ_USERS), request));
    }

    @Override
    public void kickUser(KickUserRequest request, StreamObserver<KickUserResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            Deed deed = deed(request.getApp(), request.getUser(), "KickUser", Role.OPERATOR);
            return managing.attempt(context, deed, by -> kick(by, deed, request));
        });
    }

    @Override
    public void listHeldMailboxes(ListHeldMailboxesRequest request, StreamObserver<ListHeldMailboxesResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            App app = access.app(context, request.getApp(), Scope.READ_USERS);
            return heldMailboxes.list(app.getId(), request);
        });
    }

    @Override
    public void releaseMailbox(ReleaseMailboxRequest request, StreamObserver<ReleaseMailboxResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            Deed deed = deed(request.getApp(), request.getUser(), "ReleaseMailbox", Role.OPERATOR);
            return managing.attempt(
                    context,
                    deed,
                    by -> heldMailboxes
                            .release(by.app().getId(), request)
                            .thenCompose(response -> managing.done(by, deed, request.getMailbox())
                                    .thenApply(noted -> response)));
        });
    }

    @Override
    public void listMailboxDeadLetters(
            ListMailboxDeadLettersRequest request, StreamObserver<ListMailboxDeadLettersResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            App app = access.app(context, request.getApp(), Scope.READ_USERS);
            return letters.list(app.getId(), request);
        });
    }

    @Override
    public void redriveMailboxDeadLetters(
            MailboxDeadLettersRequest request, StreamObserver<MailboxDeadLettersResponse> caller) {
        ofLetters(caller, request, "RedriveMailboxDeadLetters", letters::redrive);
    }

    @Override
    public void dropMailboxDeadLetters(
            MailboxDeadLettersRequest request, StreamObserver<MailboxDeadLettersResponse> caller) {
        ofLetters(caller, request, "DropMailboxDeadLetters", letters::drop);
    }

    @Override
    public void eraseUser(EraseUserRequest request, StreamObserver<EraseUserResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            Deed deed = deed(request.getApp(), request.getUser(), "EraseUser", Role.ADMIN);
            return managing.attempt(context, deed, by -> erasures.erase(by, deed, request.getUser()));
        });
    }

    private CompletableFuture<KickUserResponse> kick(Authority by, Deed deed, KickUserRequest request) {
        return kicks.kick(by, request)
                .thenCompose(response -> managing.done(by, deed, response.getKickedCount() + " sessions")
                        .thenApply(noted -> response));
    }

    private void ofLetters(
            StreamObserver<MailboxDeadLettersResponse> caller,
            MailboxDeadLettersRequest request,
            String name,
            BiFunction<App, MailboxDeadLettersRequest, CompletableFuture<MailboxDeadLettersResponse>> work) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            Deed deed = ofApp(request.getApp(), name, Role.ADMIN, "/mailboxDeadLetters");
            return managing.attempt(
                    context,
                    deed,
                    by -> work.apply(by.app(), request)
                            .thenCompose(response -> managing.done(by, deed, response.getLetters() + " letters")
                                    .thenApply(noted -> response)));
        });
    }

    private static Deed deed(String app, String user, String name, Role role) {
        return ofApp(app, name, role, "/users/" + user);
    }

    private static Deed ofApp(String app, String name, Role role, String object) {
        return new Deed(new AppId(app).value(), Scope.MANAGE_USERS, role, name, "apps/" + app + object);
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
                .setToken(TokenIssuer.sign(app, user, device, groups(request), now, expires))
                .setExpires(Timestamps.fromMillis(expires.toEpochMilli()))
                .build();
    }

    private static List<String> groups(IssueTokenRequest request) {
        return request.getGroupsCount() == 0
                ? List.of()
                : Lists.distinct(
                        "groups", request.getGroupsList(), MAX_GROUPS, pattern -> new GroupPattern(pattern).value());
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
