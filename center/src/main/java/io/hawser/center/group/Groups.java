package io.hawser.center.group;

import io.hawser.api.v1.AddMembersResponse;
import io.hawser.api.v1.Group;
import io.hawser.api.v1.GroupMember;
import io.hawser.api.v1.ListGroupsResponse;
import io.hawser.api.v1.ListMembersResponse;
import io.hawser.api.v1.ListUserGroupsResponse;
import io.hawser.api.v1.RemoveMembersResponse;
import io.hawser.api.v1.UserGroup;
import io.hawser.center.link.Savers;
import io.hawser.rpc.id.DeviceId;
import io.hawser.rpc.id.GroupName;
import io.hawser.rpc.id.UserId;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.ChangeMembersRequest;
import io.hawser.rpc.v1.EndpointStoreGrpc;
import io.hawser.rpc.v1.GroupCount;
import io.hawser.rpc.v1.ListGroupsReply;
import io.hawser.rpc.v1.ListGroupsRequest;
import io.hawser.rpc.v1.ListMembersReply;
import io.hawser.rpc.v1.ListMembersRequest;
import io.hawser.rpc.v1.ListUserGroupsReply;
import io.hawser.rpc.v1.ListUserGroupsRequest;
import io.hawser.rpc.v1.Member;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An app's groups, as the savers keep them. All of it may be repeated: members are a set. */
final class Groups {
    private static final int MAX_MEMBERS = 1_000;

    private final Savers savers;

    Groups(Savers savers) {
        this.savers = savers;
    }

    CompletableFuture<AddMembersResponse> add(String app, String group, List<GroupMember> members) {
        ChangeMembersRequest request =
                change(app, group).addAllAdd(checked(members)).build();
        return savers.ofApp(app, EndpointStoreGrpc.getChangeMembersMethod(), request)
                .thenApply(reply -> AddMembersResponse.newBuilder()
                        .setAdded(reply.getAdded())
                        .build());
    }

    CompletableFuture<RemoveMembersResponse> remove(String app, String group, List<GroupMember> members) {
        ChangeMembersRequest request =
                change(app, group).addAllRemove(checked(members)).build();
        return savers.ofApp(app, EndpointStoreGrpc.getChangeMembersMethod(), request)
                .thenApply(reply -> RemoveMembersResponse.newBuilder()
                        .setRemoved(reply.getRemoved())
                        .build());
    }

    CompletableFuture<ListMembersResponse> members(String app, String group, int pageSize, String pageToken) {
        NamesPage page = NamesPage.of("members/" + app + "/" + group, pageSize, pageToken);
        ListMembersRequest.Builder request = ListMembersRequest.newBuilder()
                .setApp(app)
                .setGroup(new GroupName(group).value())
                .setMaxEntries(page.size());
        if (!page.isFirst()) {
            request.setAfter(Member.newBuilder()
                    .setUser(page.after().getGroup())
                    .setDevice(page.after().getDevice()));
        }
        return savers.ofApp(app, EndpointStoreGrpc.getListMembersMethod(), request.build())
                .thenApply(reply -> members(reply, page));
    }

    CompletableFuture<ListGroupsResponse> list(String app, int pageSize, String pageToken) {
        NamesPage page = NamesPage.of("groups/" + app, pageSize, pageToken);
        ListGroupsRequest request = ListGroupsRequest.newBuilder()
                .setApp(app)
                .setAfter(page.after().getGroup())
                .setMaxEntries(page.size())
                .build();
        return savers.ofApp(app, EndpointStoreGrpc.getListGroupsMethod(), request)
                .thenApply(reply -> groups(app, reply, page));
    }

    CompletableFuture<ListUserGroupsResponse> ofUser(UserKey user, int pageSize, String pageToken) {
        NamesPage page =
                NamesPage.of("groups/" + user.app().value() + "/" + user.user().value(), pageSize, pageToken);
        ListUserGroupsRequest.Builder request = ListUserGroupsRequest.newBuilder()
                .setApp(user.app().value())
                .setUser(user.user().value())
                .setMaxEntries(page.size());
        if (!page.isFirst()) {
            request.setAfter(page.after());
        }
        return savers.ofUser(user, EndpointStoreGrpc.getListUserGroupsMethod(), request.build())
                .thenApply(reply -> ofUser(reply, page));
    }

    private static ChangeMembersRequest.Builder change(String app, String group) {
        return ChangeMembersRequest.newBuilder().setApp(app).setGroup(new GroupName(group).value());
    }

    private static List<Member> checked(List<GroupMember> members) {
        return Lists.distinct("members", members, MAX_MEMBERS, Groups::member);
    }

    private static Member member(GroupMember given) {
        Member.Builder member = Member.newBuilder().setUser(new UserId(given.getUser()).value());
        if (!given.getDevice().isEmpty()) {
            member.setDevice(new DeviceId(given.getDevice()).value());
        }
        return member.build();
    }

    private static ListMembersResponse members(ListMembersReply reply, NamesPage page) {
        ListMembersResponse.Builder response = ListMembersResponse.newBuilder().setTotal(reply.getTotal());
        reply.getMembersList()
                .forEach(member ->
                        response.addMembersBuilder().setUser(member.getUser()).setDevice(member.getDevice()));
        if (reply.getMembersCount() == page.size()) {
            Member last = reply.getMembersList().getLast();
            response.setNextPageToken(page.next(last.getUser(), last.getDevice()));
        }
        return response.build();
    }

    private static ListGroupsResponse groups(String app, ListGroupsReply reply, NamesPage page) {
        ListGroupsResponse.Builder response = ListGroupsResponse.newBuilder();
        reply.getGroupsList().forEach(count -> response.addGroups(group(app, count)));
        if (reply.getGroupsCount() == page.size()) {
            response.setNextPageToken(page.next(reply.getGroupsList().getLast().getGroup(), ""));
        }
        return response.build();
    }

    private static Group group(String app, GroupCount count) {
        return Group.newBuilder()
                .setName("apps/" + app + "/groups/" + count.getGroup())
                .setGroup(count.getGroup())
                .setMembers(count.getMembers())
                .build();
    }

    private static ListUserGroupsResponse ofUser(ListUserGroupsReply reply, NamesPage page) {
        ListUserGroupsResponse.Builder response = ListUserGroupsResponse.newBuilder();
        reply.getGroupsList()
                .forEach(one -> response.addGroups(
                        UserGroup.newBuilder().setGroup(one.getGroup()).setDevice(one.getDevice())));
        if (reply.getGroupsCount() == page.size()) {
            io.hawser.rpc.v1.UserGroup last = reply.getGroupsList().getLast();
            response.setNextPageToken(page.next(last.getGroup(), last.getDevice()));
        }
        return response.build();
    }
}
