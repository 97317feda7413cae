package io.hawser.room.access;

import io.hawser.rpc.id.Network;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What holds for networks, to be asked for an address. It is looked up once for each length of prefix there is, by hash:
 * with ten thousand networks of a handful of lengths that is a handful of look-ups. Never changes.
 *
 * @param <V> what holds for a network
 */
public final class NetworkTable<V> {
    private final Map<Network, V> values;
    /** The longest first: what is found is of the network nearest to the address. */
    private final int[] prefixes4;

    private final int[] prefixes6;

    public NetworkTable(Map<Network, V> values) {
        this.values = new HashMap<>(values);
        this.prefixes4 = prefixes(values.keySet(), false);
        this.prefixes6 = prefixes(values.keySet(), true);
    }

    /** The networks themselves. */
    static NetworkTable<Network> of(Collection<Network> networks) {
        return new NetworkTable<>(networks.stream().distinct().collect(Collectors.toMap(Function.identity(), n -> n)));
    }

    private static int[] prefixes(Collection<Network> networks, boolean version6) {
        return networks.stream()
                .filter(network -> network.version6() == version6)
                .mapToInt(network -> -network.prefix())
                .distinct()
                .sorted()
                .map(negative -> -negative)
                .toArray();
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    boolean contains(InetAddress address) {
        return find(address) != null;
    }

    /** Returns what holds for the smallest network that the address is of; null: nothing. */
    @Nullable
    V find(InetAddress address) {
        return find(address, value -> true);
    }

    /** Returns what is wanted and holds for the smallest such network that the address is of; null: nothing. */
    public @Nullable V find(InetAddress address, Predicate<? super V> wanted) {
        if (values.isEmpty()) {
            return null;
        }
        Network host = Network.of(address);
        for (int prefix : host.version6() ? prefixes6 : prefixes4) {
            V value = values.get(host.within(prefix));
            if (value != null && wanted.test(value)) {
                return value;
            }
        }
        return null;
    }
}
