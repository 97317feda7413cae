package io.hawser.saver.endpoint;

import io.hawser.rpc.v1.ChangeGroupsReply;
import io.hawser.rpc.v1.ChangeGroupsRequest;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchWork;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Endpoints that join and leave groups, one after another as they came. */
final class GroupChanges implements BatchWork<ChangeGroupsRequest, ChangeGroupsReply> {
    private final int maxGroups;

    GroupChanges(int maxGroups) {
        this.maxGroups = maxGroups;
    }

    @Override
    public void serve(Connection connection, List<Asked<ChangeGroupsRequest, ChangeGroupsReply>> batch)
            throws SQLException {
        Memberships memberships = Memberships.read(
                connection, batch.stream().map(asked -> key(asked.request())).toList(), maxGroups);
        for (Asked<ChangeGroupsRequest, ChangeGroupsReply> asked : batch) {
            ChangeGroupsRequest request = asked.request();
            try {
                memberships.change(key(request), request.getJoinList(), request.getLeaveList());
                asked.answer(ChangeGroupsReply.newBuilder()
                        .addAllMemberships(memberships.of(key(request)))
                        .build());
            } catch (HawserException e) {
                asked.refuse(e);
            }
        }
        memberships.write(connection);
    }

    private static EndpointKey key(ChangeGroupsRequest request) {
        return new EndpointKey(request.getApp(), request.getUser(), request.getDevice());
    }
}
