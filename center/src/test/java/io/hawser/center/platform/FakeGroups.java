package io.hawser.center.platform;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.ChangeMembersReply;
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
import io.hawser.rpc.v1.UserGroup;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Keeps the members of groups in memory. */
public final class FakeGroups {
    private static final Comparator<Member> BY_USER =
            Comparator.comparing(Member::getUser).thenComparing(Member::getDevice);

    private final Map<String, TreeSet<Member>> groups = new TreeMap<>();

    void serve(LinkServer.Builder server) {
        server.handle(
                        EndpointStoreGrpc.getChangeMembersMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(change(request)))
                .handle(
                        EndpointStoreGrpc.getListMembersMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(members(request)))
                .handle(
                        EndpointStoreGrpc.getListGroupsMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(list(request)))
                .handle(
                        EndpointStoreGrpc.getListUserGroupsMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(ofUser(request)));
    }

    private synchronized ChangeMembersReply change(ChangeMembersRequest request) {
        TreeSet<Member> members = groups.computeIfAbsent(request.getGroup(), name -> new TreeSet<>(BY_USER));
        int before = members.size();
        members.addAll(request.getAddList());
        int between = members.size();
        request.getRemoveList().forEach(members::remove);
        return ChangeMembersReply.newBuilder()
                .setAdded(between - before)
                .setRemoved(between - members.size())
                .build();
    }

    private synchronized ListMembersReply members(ListMembersRequest request) {
        TreeSet<Member> members = groups.getOrDefault(request.getGroup(), new TreeSet<>(BY_USER));
        return ListMembersReply.newBuilder()
                .setTotal(members.size())
                .addAllMembers(members.stream()
                        .filter(one -> BY_USER.compare(one, request.getAfter()) > 0)
                        .limit(request.getMaxEntries())
                        .toList())
                .build();
    }

    private synchronized ListGroupsReply list(ListGroupsRequest request) {
        ListGroupsReply.Builder reply = ListGroupsReply.newBuilder();
        groups.entrySet().stream()
                .filter(group -> group.getKey().compareTo(request.getAfter()) > 0)
                .limit(request.getMaxEntries())
                .forEach(group -> reply.addGroups(GroupCount.newBuilder()
                        .setGroup(group.getKey())
                        .setMembers(group.getValue().size())));
        return reply.build();
    }

    private synchronized ListUserGroupsReply ofUser(ListUserGroupsRequest request) {
        ListUserGroupsReply.Builder reply = ListUserGroupsReply.newBuilder();
        groups.forEach((group, members) -> members.stream()
                .filter(member -> member.getUser().equals(request.getUser()))
                .map(member -> UserGroup.newBuilder()
                        .setGroup(group)
                        .setDevice(member.getDevice())
                        .build())
                .filter(one -> Comparator.comparing(UserGroup::getGroup)
                                .thenComparing(UserGroup::getDevice)
                                .compare(one, request.getAfter())
                        > 0)
                .limit(request.getMaxEntries())
                .forEach(reply::addGroups));
        return reply.build();
    }
}
