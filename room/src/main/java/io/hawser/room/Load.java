package io.hawser.room;

import io.hawser.room.connection.Admission;
import io.hawser.room.connection.Identity;
import io.hawser.room.gateway.Gateway;
import io.hawser.room.gateway.ListenerKind;
import io.hawser.room.overload.Level;
import io.hawser.rpc.v1.RoomLoad;
import io.hawser.rpc.v1.TransportAddresses;
import java.util.Map;
import java.util.TreeMap;

/** How full a room is, and where clients find it: what others are told. Any thread. */
final class Load {
    private final Identity identity;
    private final String zone;
    private final Admission admission;
    private final Gateway gateway;
    private volatile Level level = Level.NORMAL;

    Load(Identity identity, String zone, Admission admission, Gateway gateway) {
        this.identity = identity;
        this.zone = zone;
        this.admission = admission;
        this.gateway = gateway;
    }

    /** It is overloaded so much from now on. */
    void at(Level newLevel) {
        level = newLevel;
    }

    /** Where clients connect to. Those of plain TCP by the name that they have always had, others by their transport's. */
    Map<String, String> addresses() {
        Map<String, String> attributes = new TreeMap<>();
        gateway.addresses()
                .forEach((kind, addresses) -> attributes.put(
                        kind == ListenerKind.TCP ? "addresses" : "addresses." + kind.transport(),
                        String.join(",", addresses)));
        return attributes;
    }

    RoomLoad report() {
        RoomLoad.Builder load = RoomLoad.newBuilder()
                .setRoom(identity.room())
                .setIncarnation(identity.incarnation().getAsLong())
                .setZone(zone)
                .setConnections(admission.connections())
                .setMaxConnections(admission.maxConnections())
                .setDraining(admission.isDraining())
                .setOverloadLevel(level.number());
        gateway.addresses().forEach((kind, addresses) -> {
            if (kind == ListenerKind.TCP) {
                load.addAllAddresses(addresses);
            } else {
                load.addOtherAddresses(TransportAddresses.newBuilder()
                        .setTransport(kind.transport())
                        .addAllAddresses(addresses));
            }
        });
        return load.build();
    }
}
