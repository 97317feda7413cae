package io.hawser.bench.chaos.fault;

import io.hawser.bench.chaos.relay.Relay;
import io.hawser.bench.chaos.relay.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** What befalls the links of services to the stores, while all of these are whole. They need relays in front of the stores. */
final class StoreLinkFaults {
    private static final Map<String, String> PROCESSES =
            Map.of("mysql", "mariadb", "redis", "redis", "zookeeper", "zookeeper");

    /** What Redis as several servers cannot suffer, and why: they tell of each other where they listen, behind a relay. */
    static final Map<String, String> WITHOUT = cuts("saver", "redis", LinkFaults.HOLDS).stream()
            .collect(
                    Collectors.toMap(
                            Fault::name,
                            cut ->
                                    "several servers of Redis are reached where they listen, past any relay (expected: --redis single)"));

    private StoreLinkFaults() {}

    static boolean isOne(Fault fault) {
        return fault.name().startsWith("store-links-")
                || PROCESSES.keySet().stream().anyMatch(store -> cuts(fault.name(), store));
    }

    private static boolean cuts(String fault, String store) {
        return fault.endsWith("-cut") && (fault.contains("-" + store + "-") || fault.startsWith(store + "-to-"));
    }

    /** @param pastSession longer than the services' sessions in ZooKeeper */
    static List<Fault> all(List<String> services, Duration pastSession, RedisForm redis) {
        List<Fault> all = new ArrayList<>();
        all.addAll(cuts("saver", "mysql", LinkFaults.HOLDS));
        if (redis == RedisForm.single) {
            all.addAll(cuts("saver", "redis", LinkFaults.HOLDS));
        }
        services.forEach(service -> all.add(cut(service, "zookeeper", pastSession)));
        // Of the service that a lost session fences.
        all.addAll(oneWay("saver", "zookeeper", pastSession));
        all.add(new Fault(
                "store-links-reset",
                "every connection to a store is reset",
                Duration.ZERO,
                StoreLinkFaults::stores,
                (machine, stores) -> machine.relays().stores().values().forEach(Relay::reset),
                (machine, stores) -> {}));
        all.add(LinkFaults.held(
                "store-links-slow",
                LinkFaults.SLOW + " to a store",
                LinkFaults.HOLDS,
                StoreLinkFaults::stores,
                (machine, stores) -> LinkFaults.slow(machine.relays().stores().values())));
        return all;
    }

    /** Both ways, and each of them alone. */
    private static List<Fault> cuts(String service, String store, Duration holds) {
        List<Fault> cuts = new ArrayList<>(oneWay(service, store, holds));
        cuts.addFirst(cut(service, store, holds));
        return cuts;
    }

    private static Fault cut(String service, String store, Duration holds) {
        return cut(
                service + "-" + store + "-cut",
                "one does not reach it, which others do",
                service,
                store,
                Way.BOTH,
                holds);
    }

    private static List<Fault> oneWay(String service, String store, Duration holds) {
        return List.of(
                cut(
                        service + "-to-" + store + "-cut",
                        "nothing of what one says reaches it, which others reach",
                        service,
                        store,
                        Way.THERE,
                        holds),
                cut(
                        store + "-to-" + service + "-cut",
                        "one hears nothing of it, and is heard",
                        service,
                        store,
                        Way.BACK,
                        holds));
    }

    private static Fault cut(String name, String does, String service, String store, Way way, Duration holds) {
        return LinkFaults.held(
                name,
                does,
                holds,
                Faults.one(service),
                (machine, drawn) -> LinkFaults.cut(relay(machine, store), drawn.getFirst(), store, way));
    }

    private static Relay relay(Machine machine, String store) {
        return Objects.requireNonNull(
                machine.relays().stores().get(PROCESSES.get(store)), "a relay before every store");
    }

    private static List<String> stores(Machine machine, SplittableRandom chance) {
        return machine.relays().stores().keySet().stream().sorted().toList();
    }
}
