package io.hawser.room.ban;

import io.hawser.rpc.v1.Ban;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bans as of one moment, made to be asked. Never changes; what expires is passed over. */
final class BanList {
    static final BanList EMPTY = new BanList(List.of());

    private final Map<User, List<Ban>> ofUsers = new HashMap<>();
    private final Map<String, NetworkBans> ofNetworksByApp = new HashMap<>();
    private final @Nullable NetworkBans ofAllApps;

    private record User(String app, String user) {}

    BanList(Collection<Ban> bans) {
        Map<String, List<Ban>> networks = new HashMap<>();
        for (Ban ban : bans) {
            if (ban.getNetwork().isEmpty()) {
                ofUsers.computeIfAbsent(new User(ban.getApp(), ban.getUser()), user -> new ArrayList<>(1))
                        .add(ban);
            } else {
                networks.computeIfAbsent(ban.getApp(), app -> new ArrayList<>()).add(ban);
            }
        }
        List<Ban> cluster = networks.remove("");
        ofAllApps = cluster == null ? null : new NetworkBans(cluster);
        networks.forEach((app, list) -> ofNetworksByApp.put(app, new NetworkBans(list)));
    }

    /** Whether a ban, which was not lifted, has not expired. */
    static boolean inForce(Ban ban, long nowMs) {
        return ban.getExpiresMs() == 0 || ban.getExpiresMs() > nowMs;
    }

    @Nullable
    Ban ofPeer(InetAddress peer, long nowMs) {
        return ofAllApps == null ? null : ofAllApps.find(peer, nowMs);
    }

    @Nullable
    Ban ofEndpoint(String app, String user, String device, @Nullable InetAddress peer, long nowMs) {
        for (Ban ban : ofUsers.getOrDefault(new User(app, user), List.of())) {
            if ((ban.getDevice().isEmpty() || ban.getDevice().equals(device)) && inForce(ban, nowMs)) {
                return ban;
            }
        }
        NetworkBans ofApp = ofNetworksByApp.get(app);
        return ofApp == null || peer == null ? null : ofApp.find(peer, nowMs);
    }
}
