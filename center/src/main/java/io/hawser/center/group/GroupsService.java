package io.hawser.center.group;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.AddMembersRequest;
import io.hawser.api.v1.AddMembersResponse;
import io.hawser.api.v1.GroupsGrpc;
import io.hawser.api.v1.ListGroupsRequest;
import io.hawser.api.v1.ListGroupsResponse;
import io.hawser.api.v1.ListMembersRequest;
import io.hawser.api.v1.ListMembersResponse;
import io.hawser.api.v1.ListUserGroupsRequest;
import io.hawser.api.v1.ListUserGroupsResponse;
import io.hawser.api.v1.RemoveMembersRequest;
import io.hawser.api.v1.RemoveMembersResponse;
import io.hawser.center.access.Access;
import io.hawser.center.access.Scope;
import io.hawser.center.http.Calls;
import io.hawser.center.link.Savers;
import io.hawser.rpc.id.UserKey;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The calls about groups: who may, and what is asked. */
public final class GroupsService extends GroupsGrpc.GroupsImplBase {
    private final Access access;
    private final Groups groups;

    public GroupsService(Access access, Savers savers) {
        this.access = access;
        this.groups = new Groups(savers);
    }

    @Override
    public void addMembers(AddMembersRequest request, StreamObserver<AddMembersResponse> caller) {
        answer(
                caller,
                request.getApp(),
                Scope.WRITE_GROUPS,
                app -> groups.add(app, request.getGroup(), request.getMembersList()));
    }

    @Override
    public void removeMembers(RemoveMembersRequest request, StreamObserver<RemoveMembersResponse> caller) {
        answer(
                caller,
                request.getApp(),
                Scope.WRITE_GROUPS,
                app -> groups.remove(app, request.getGroup(), request.getMembersList()));
    }

    @Override
    public void listMembers(ListMembersRequest request, StreamObserver<ListMembersResponse> caller) {
        answer(
                caller,
                request.getApp(),
                Scope.READ_GROUPS,
                app -> groups.members(app, request.getGroup(), request.getPageSize(), request.getPageToken()));
    }

    @Override
    public void listGroups(ListGroupsRequest request, StreamObserver<ListGroupsResponse> caller) {
        answer(
                caller,
                request.getApp(),
                Scope.READ_GROUPS,
                app -> groups.list(app, request.getPageSize(), request.getPageToken()));
    }

    @Override
    public void listUserGroups(ListUserGroupsRequest request, StreamObserver<ListUserGroupsResponse> caller) {
        answer(
                caller,
                request.getApp(),
                Scope.READ_GROUPS,
                app -> groups.ofUser(
                        UserKey.of(app, request.getUser()), request.getPageSize(), request.getPageToken()));
    }

    private <R> void answer(
            StreamObserver<R> caller, String app, Scope scope, Function<String, CompletableFuture<R>> work) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> work.apply(access.app(context, app, scope).getId()));
    }
}
