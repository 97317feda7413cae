package io.hawser.saver.endpoint;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.rpc.id.AppId;
import io.hawser.rpc.id.DeviceId;
import io.hawser.rpc.id.GroupName;
import io.hawser.rpc.id.UserId;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.ChangeGroupsReply;
import io.hawser.rpc.v1.ChangeGroupsRequest;
import io.hawser.rpc.v1.ChangeMembersReply;
import io.hawser.rpc.v1.ChangeMembersRequest;
import io.hawser.rpc.v1.EndpointCursor;
import io.hawser.rpc.v1.EndpointStoreGrpc;
import io.hawser.rpc.v1.ListGroupsReply;
import io.hawser.rpc.v1.ListGroupsRequest;
import io.hawser.rpc.v1.ListMembersReply;
import io.hawser.rpc.v1.ListMembersRequest;
import io.hawser.rpc.v1.ListUserGroupsReply;
import io.hawser.rpc.v1.ListUserGroupsRequest;
import io.hawser.rpc.v1.Member;
import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.rpc.v1.SaveCursorsReply;
import io.hawser.rpc.v1.SaveCursorsRequest;
import io.hawser.saver.batch.Batcher;
import io.hawser.saver.batch.Batcher.View;
import io.hawser.saver.batch.StoreCalls;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;

/**
 * Endpoints' memberships and cursors, and groups as back ends see them. Every saver serves all of them; MySQL is the only
 * state.
 *
 * <p>A call that is not valid throws a {@link HawserException}, all else fails the future with one.
 */
public final class EndpointStore implements AutoCloseable {
    private static final int MAX_CURSORS = 1_000;
    private static final int MAX_MEMBERS = 1_000;
    private static final int MAX_JOINS = 256;
    private static final int MAX_MARKS = 1_024;

    private final Members members;
    private final Batcher<OpenEndpointRequest, OpenEndpointReply> openings;
    private final Batcher<ChangeGroupsRequest, ChangeGroupsReply> changes;
    private final Batcher<SaveCursorsRequest, SaveCursorsReply> cursors;
    private final StoreCalls calls;

    public EndpointStore(EndpointSettings settings, DataSource database, Clock clock, MeterRegistry registry) {
        EndpointMeters meters = new EndpointMeters(registry);
        members = new Members(settings.maxGroups(), clock, meters);
        openings = new Batcher<>(
                "endpoints.open",
                View.COMMITTED,
                settings.batches(),
                database,
                registry,
                new Openings(settings.maxGroups(), meters));
        changes = new Batcher<>(
                "endpoints.groups",
                View.COMMITTED,
                settings.batches(),
                database,
                registry,
                new GroupChanges(settings.maxGroups()));
        // Requests that hold many themselves.
        cursors = new Batcher<>(
                "endpoints.cursors",
                View.COMMITTED,
                settings.batches().withMaxBatch(8),
                database,
                registry,
                new Cursors(clock, meters));
        calls = new StoreCalls("endpoints", settings.batches(), database, registry);
    }

    /** Serves all of the contract. */
    public void addTo(LinkServer.Builder server) {
        serve(server, EndpointStoreGrpc.getOpenEndpointMethod(), this::open);
        serve(server, EndpointStoreGrpc.getChangeGroupsMethod(), this::changeGroups);
        serve(server, EndpointStoreGrpc.getSaveCursorsMethod(), this::saveCursors);
        serve(server, EndpointStoreGrpc.getChangeMembersMethod(), this::changeMembers);
        serve(server, EndpointStoreGrpc.getListMembersMethod(), this::listMembers);
        serve(server, EndpointStoreGrpc.getListGroupsMethod(), this::listGroups);
        serve(server, EndpointStoreGrpc.getListUserGroupsMethod(), this::listUserGroups);
    }

    public CompletableFuture<OpenEndpointReply> open(OpenEndpointRequest request) {
        EndpointKey.of(request.getApp(), request.getUser(), request.getDevice());
        groups("join", request.getJoinList());
        return openings.submit(request.getApp(), request);
    }

    public CompletableFuture<ChangeGroupsReply> changeGroups(ChangeGroupsRequest request) {
        EndpointKey.of(request.getApp(), request.getUser(), request.getDevice());
        groups("join", request.getJoinList());
        groups("leave", request.getLeaveList());
        return changes.submit(request.getApp(), request);
    }

    public CompletableFuture<SaveCursorsReply> saveCursors(SaveCursorsRequest request) {
        atMost("cursors", request.getCursorsCount(), MAX_CURSORS);
        for (EndpointCursor saved : request.getCursorsList()) {
            EndpointKey.of(saved.getApp(), saved.getUser(), saved.getDevice());
            atMost("cursor.seen", saved.getCursor().getSeenCount(), MAX_MARKS);
            atMost("cursor.missing", saved.getCursor().getMissingCount(), MAX_MARKS);
        }
        return cursors.submit("", request);
    }

    public CompletableFuture<ChangeMembersReply> changeMembers(ChangeMembersRequest request) {
        String app = new AppId(request.getApp()).value();
        new GroupName(request.getGroup());
        atMost("members", request.getAddCount() + request.getRemoveCount(), MAX_MEMBERS);
        request.getAddList().forEach(EndpointStore::check);
        request.getRemoveList().forEach(EndpointStore::check);
        return calls.run(app, connection -> members.change(connection, request));
    }

    public CompletableFuture<ListMembersReply> listMembers(ListMembersRequest request) {
        String app = new AppId(request.getApp()).value();
        new GroupName(request.getGroup());
        return calls.run(app, connection -> members.list(connection, request));
    }

    public CompletableFuture<ListGroupsReply> listGroups(ListGroupsRequest request) {
        String app = new AppId(request.getApp()).value();
        return calls.run(app, connection -> members.groups(connection, request));
    }

    public CompletableFuture<ListUserGroupsReply> listUserGroups(ListUserGroupsRequest request) {
        String app = UserKey.of(request.getApp(), request.getUser()).app().value();
        return calls.run(app, connection -> members.userGroups(connection, request));
    }

    @Override
    public void close() {
        List.of(openings, changes, cursors).forEach(Batcher::close);
        calls.close();
    }

    private static void check(Member member) {
        new UserId(member.getUser());
        if (!member.getDevice().isEmpty()) {
            new DeviceId(member.getDevice());
        }
    }

    private static void groups(String name, Collection<String> groups) {
        atMost(name, groups.size(), MAX_JOINS);
        groups.forEach(GroupName::new);
    }

    private static void atMost(String name, int count, int most) {
        if (count > most) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, name + ": " + count + " (expected: at most " + most + ")");
        }
    }

    private static <Q extends MessageLite, R extends MessageLite> void serve(
            LinkServer.Builder server, MethodDescriptor<Q, R> method, Call<Q, R> call) {
        server.handle(method, (request, caller) -> call.on(request));
    }

    private interface Call<Q, R> {
        CompletableFuture<R> on(Q request);
    }
}
