package io.hawser.room;

import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceMain;

/** The room service: holds clients' connections, and brings them what is in their mailboxes. */
public final class Room {
    private Room() {}

    public static void main(String[] args) {
        System.exit(ServiceMain.run("room", RoomConfig.class, args, Room::start));
    }

    /**
     * Starts a room. Clients are let in when this returns; until the directory of apps was read, which needs a saver,
     * their bindings are told to try later.
     */
    public static Service start(ServiceContext<RoomConfig> context) {
        RunningRoom room = new RunningRoom(context);
        try {
            room.listen();
            room.serve();
            room.follow();
            room.advertise();
            return room;
        } catch (RuntimeException | Error failure) {
            room.close();
            throw failure;
        }
    }
}
