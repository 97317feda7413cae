package io.hawser.saver.endpoint;

import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchWork;
import io.hawser.saver.broadcast.AppLog;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What bindings begin with: their groups and cursors, of all that wait in three reads. */
final class Openings implements BatchWork<OpenEndpointRequest, OpenEndpointReply> {
    private final int maxGroups;
    private final EndpointMeters meters;

    Openings(int maxGroups, EndpointMeters meters) {
        this.maxGroups = maxGroups;
        this.meters = meters;
    }

    @Override
    public void serve(Connection connection, List<Asked<OpenEndpointRequest, OpenEndpointReply>> batch)
            throws SQLException {
        Map<Asked<OpenEndpointRequest, OpenEndpointReply>, EndpointKey> endpoints = new HashMap<>();
        batch.forEach(asked -> endpoints.put(asked, key(asked.request())));
        Memberships memberships = Memberships.read(connection, endpoints.values(), maxGroups);
        Map<EndpointKey, StoredCursor> cursors = Cursors.read(connection, endpoints.values());
        endpoints.forEach((asked, endpoint) -> {
            try {
                memberships.change(endpoint, asked.request().getJoinList(), List.of());
                asked.answer(reply(endpoint, memberships, cursors));
            } catch (HawserException e) {
                asked.refuse(e);
            }
        });
        memberships.write(connection);
        meters.opened.increment(batch.size());
    }

    private static EndpointKey key(OpenEndpointRequest request) {
        return new EndpointKey(request.getApp(), request.getUser(), request.getDevice());
    }

    private static OpenEndpointReply reply(
            EndpointKey endpoint, Memberships memberships, Map<EndpointKey, StoredCursor> cursors) {
        AppLog.Position position = memberships.position(endpoint.app());
        OpenEndpointReply.Builder reply = OpenEndpointReply.newBuilder()
                .addAllMemberships(memberships.of(endpoint))
                .setWatermark(position.watermark())
                .setTrimmedTo(position.trimmedTo())
                .setChanged(position.changed());
        StoredCursor cursor = cursors.get(endpoint);
        return cursor == null ? reply.build() : reply.setCursor(cursor).build();
    }
}
