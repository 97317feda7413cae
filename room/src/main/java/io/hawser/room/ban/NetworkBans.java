package io.hawser.room.ban;

import io.hawser.room.access.NetworkTable;
import io.hawser.rpc.id.Network;
import io.hawser.rpc.v1.Ban;
import io.hawser.wire.HawserException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Networks that are banned. */
final class NetworkBans {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkBans.class);

    private final NetworkTable<Ban> bans;

    NetworkBans(List<Ban> ofNetworks) {
        Map<Network, Ban> understood = new HashMap<>();
        for (Ban ban : ofNetworks) {
            Network network = network(ban);
            if (network != null) {
                understood.put(network, ban);
            }
        }
        bans = new NetworkTable<>(understood);
    }

    /** One that this release does not understand keeps no other from being in force. */
    private static @Nullable Network network(Ban ban) {
        try {
            return Network.parse(ban.getNetwork());
        } catch (HawserException e) {
            LOG.error("Ban {} of app {} is not in force here", ban.getId(), ban.getApp(), e);
            return null;
        }
    }

    /** Returns the ban of the smallest banned network that the address is of; null: there is none. */
    @Nullable
    Ban find(InetAddress address, long nowMs) {
        return bans.find(address, ban -> BanList.inForce(ban, nowMs));
    }
}
