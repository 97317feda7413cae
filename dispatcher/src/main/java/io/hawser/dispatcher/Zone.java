package io.hawser.dispatcher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The rooms of one zone, by host: a list for a client spans hosts first and ports second, for a host fails as a whole. */
final class Zone {
    final String name;
    final long free;
    private final Host[] hosts;
    private final WeightedDraw draw;

    private Zone(String name, Host[] hosts) {
        this.name = name;
        this.hosts = hosts;
        long[] weights = new long[hosts.length];
        long sum = 0;
        for (int i = 0; i < hosts.length; i++) {
            weights[i] = hosts[i].free;
            sum += weights[i];
        }
        this.draw = new WeightedDraw(weights);
        this.free = sum;
    }

    /** @param rooms those of one zone, at least one */
    static Zone of(String name, List<LiveRoom> rooms) {
        Map<String, Host.Builder> hosts = new LinkedHashMap<>();
        for (LiveRoom room : rooms) {
            long weight = Math.max(1, room.free() / room.addresses().size());
            for (String address : room.addresses()) {
                String ip = address.substring(0, address.lastIndexOf(':'));
                hosts.computeIfAbsent(ip, key -> new Host.Builder()).add(address, weight);
            }
        }
        return new Zone(name, hosts.values().stream().map(Host.Builder::build).toArray(Host[]::new));
    }

    boolean hasOther(Set<String> own) {
        return Stream.of(hosts).anyMatch(host -> host.hasOther(own));
    }

    /** Returns up to {@code count} addresses in the order to be tried; those that failed before stand last. */
    List<String> scatter(int count, Set<String> failed, RandomGenerator chance) {
        int[] order = draw.distinct(count + failed.size(), chance);
        int[] starts = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            starts[i] = hosts[order[i]].start(chance);
        }
        List<String> fresh = new ArrayList<>(count);
        List<String> last = new ArrayList<>();
        boolean more = true;
        for (int port = 0; more && fresh.size() < count; port++) {
            more = false;
            for (int i = 0; i < order.length && fresh.size() < count; i++) {
                Host host = hosts[order[i]];
                if (port < host.size()) {
                    more = true;
                    String address = host.address(starts[i], port);
                    (failed.contains(address) ? last : fresh).add(address);
                }
            }
        }
        fresh.addAll(last.subList(0, Math.min(last.size(), count - fresh.size())));
        return fresh;
    }
}
