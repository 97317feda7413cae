package io.hawser.bench.chaos.relay;

import java.util.Map;
import java.util.stream.Stream;

/**
 * What is in front of a cluster's processes, by their names.
 *
 * @param services between them
 * @param clients between clients and rooms
 * @param stores between services and the stores; none where no fault needs them
 */
public record Relays(Map<String, Relay> services, Map<String, Relay> clients, Map<String, Relay> stores) {
    public static final Relays NONE = new Relays(Map.of(), Map.of(), Map.of());

    public Relays {
        services = Map.copyOf(services);
        clients = Map.copyOf(clients);
        stores = Map.copyOf(stores);
    }

    Stream<Relay> all() {
        return Stream.of(services, clients, stores).flatMap(some -> some.values().stream());
    }

    /** As at first. */
    public void open() {
        all().forEach(Relay::open);
    }
}
