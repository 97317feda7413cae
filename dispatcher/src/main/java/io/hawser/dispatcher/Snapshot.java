package io.hawser.dispatcher;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** All rooms that take clients, prepared so that an answer is a few draws. Never changes; a later one replaces it. */
final class Snapshot {
    static final Snapshot EMPTY = new Snapshot(List.of());

    private final List<Zone> zones;
    private final @Nullable WeightedDraw draw;

    private Snapshot(List<Zone> zones) {
        this.zones = zones;
        this.draw = zones.isEmpty()
                ? null
                : new WeightedDraw(zones.stream().mapToLong(zone -> zone.free).toArray());
    }

    static Snapshot of(List<LiveRoom> rooms) {
        return new Snapshot(
                rooms.stream()
                        .collect(Collectors.groupingBy(LiveRoom::zone, TreeMap::new, Collectors.toList()))
                        .entrySet()
                        .stream()
                        .map(zone -> Zone.of(zone.getKey(), zone.getValue()))
                        .toList());
    }

    /**
     * Returns a list for a client; null when no room takes any.
     *
     * <p>The zone is the one that the query names, else one of its region, else any, by lot; each retry moves one zone
     * on. A zone of which the client has failed with all it would get is passed over while there is another.
     */
    @Nullable
    AddressList answer(AddressQuery query, int maxAgeSeconds, RandomGenerator chance) {
        if (draw == null) {
            return null;
        }
        List<Zone> order = order(query, draw, chance);
        AddressList first = null;
        for (int i = 0; i < order.size(); i++) {
            Zone zone = order.get((query.retry() + i) % order.size());
            List<String> rooms = zone.scatter(query.count(), query.failed(), chance);
            AddressList list = new AddressList(rooms, maxAgeSeconds, zone.name);
            if (!query.failed().contains(rooms.getFirst())) {
                return list;
            }
            first = first == null ? list : first;
        }
        return first;
    }

    /** Returns addresses of other rooms than one that has {@code own}: in its zone, else in any, by lot. */
    List<String> alternatives(String zoneName, int count, Set<String> own, RandomGenerator chance) {
        if (draw == null) {
            return List.of();
        }
        Zone any = zones.get(draw.one(chance));
        Zone zone = zones.stream()
                .filter(one -> one.name.equals(zoneName) && one.hasOther(own))
                .findFirst()
                .orElse(any);
        return zone.scatter(count, own, chance).stream()
                .filter(address -> !own.contains(address))
                .toList();
    }

    private List<Zone> order(AddressQuery query, WeightedDraw zoneDraw, RandomGenerator chance) {
        if (zones.size() == 1) {
            return zones;
        }
        List<Zone> byLot = IntStream.of(zoneDraw.distinct(zones.size(), chance))
                .mapToObj(zones::get)
                .toList();
        return byLot.stream()
                .sorted((a, b) -> Integer.compare(query.distance(a.name), query.distance(b.name)))
                .toList();
    }
}
