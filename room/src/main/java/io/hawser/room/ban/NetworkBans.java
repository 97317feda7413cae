package io.hawser.room.ban;

import io.hawser.rpc.id.Network;
import io.hawser.rpc.v1.Ban;
import io.hawser.wire.HawserException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks that are banned. An address is looked up once for each length of prefix there is, by hash: with ten thousand
 * networks of a handful of lengths that is a handful of look-ups.
 */
final class NetworkBans {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkBans.class);

    private final Map<Network, Ban> bans = new HashMap<>();
    private final List<Integer> prefixes4;
    private final List<Integer> prefixes6;

    NetworkBans(List<Ban> ofNetworks) {
        TreeSet<Integer> four = new TreeSet<>();
        TreeSet<Integer> six = new TreeSet<>();
        for (Ban ban : ofNetworks) {
            Network network = network(ban);
            if (network != null) {
                bans.put(network, ban);
                (network.version6() ? six : four).add(network.prefix());
            }
        }
        // The longest first: what is said to a client is of the network nearest to it.
        prefixes4 = new ArrayList<>(four.descendingSet());
        prefixes6 = new ArrayList<>(six.descendingSet());
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

    /** Returns a ban of a network that the address is of; null: there is none. */
    @Nullable
    Ban find(InetAddress address, long nowMs) {
        Network host = Network.of(address);
        for (int prefix : host.version6() ? prefixes6 : prefixes4) {
            Ban ban = bans.get(host.within(prefix));
            if (ban != null && BanList.inForce(ban, nowMs)) {
                return ban;
            }
        }
        return null;
    }
}
