package io.hawser.room.connection;

import io.hawser.rpc.v1.Location;
import java.util.function.LongSupplier;

/**
 * What this room is called, in this life.
 *
 * @param incarnation asked anew each time, for it changes when the room's membership was lost and found
 */
public record Identity(String room, LongSupplier incarnation) {
    Location location(long connection, int binding) {
        return Location.newBuilder()
                .setRoom(room)
                .setRoomIncarnation(incarnation.getAsLong())
                .setConnection(connection)
                .setBinding(binding)
                .build();
    }
}
