package io.hawser.dispatcher;

import io.hawser.wire.v1.Addresses;
import java.util.List;

/**
 * What a client gets.
 *
 * @param rooms "ip:port", in the order to be tried
 * @param maxAgeSeconds how long the list may be used
 * @param zone where these rooms stand; empty where there are no zones
 */
record AddressList(List<String> rooms, int maxAgeSeconds, String zone) {
    /** Returns one line of JSON; addresses and zones hold nothing that would need escaping. */
    String toJson() {
        StringBuilder json = new StringBuilder(64 + 24 * rooms.size()).append("{\"rooms\":[");
        for (int i = 0; i < rooms.size(); i++) {
            json.append(i == 0 ? "\"" : ",\"").append(rooms.get(i)).append('"');
        }
        return json.append("],\"maxAgeSeconds\":")
                .append(maxAgeSeconds)
                .append(",\"zone\":\"")
                .append(zone)
                .append("\"}")
                .toString();
    }

    byte[] toProtobuf() {
        return Addresses.newBuilder()
                .addAllRooms(rooms)
                .setMaxAgeSeconds(maxAgeSeconds)
                .setZone(zone)
                .build()
                .toByteArray();
    }
}
