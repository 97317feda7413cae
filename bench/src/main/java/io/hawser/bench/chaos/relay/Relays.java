package io.hawser.bench.chaos.relay;

import java.util.Map;
import java.util.stream.Stream;

/**
 * What is in front of a cluster's processes, by their names.
 *
 * @param services between them
 * @param stores between services and the stores; none where no fault needs them
 */
public record Relays(Map<String, Relay> services, Map<String, Relay> stores) {
    public static final Relays NONE = new Relays(Map.of(), Map.of());

    public Relays {
        services = Map.copyOf(services);
        stores = Map.copyOf(stores);
    }

    Stream<Relay> all() {
        return Stream.concat(services.values().stream(), stores.values().stream());
    }

    /** As at first. */
    public void open() {
        all().forEach(Relay::open);
    }
}
