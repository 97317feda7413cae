package io.hawser.bench.chaos.fault;

import io.hawser.bench.chaos.fault.Fault.Chooser;
import io.hawser.bench.chaos.relay.Relay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What befalls the links between services, while all of these are whole. They need relays. */
final class LinkFaults {
    private static final List<String> SERVICES = List.of("room", "register", "saver", "coordinator");
    private static final Duration HOLDS = Duration.ofSeconds(15);
    private static final Duration DELAY = Duration.ofMillis(50);
    private static final long BYTES_PER_SECOND = 256 << 10;
    private static final String MARK = "link";

    private LinkFaults() {}

    static boolean isOne(Fault fault) {
        return fault.name().contains(MARK);
    }

    static List<Fault> all() {
        List<Fault> all = new ArrayList<>();
        for (String service : SERVICES) {
            all.add(held(service + "-link-cut", "nobody reaches one, nor hears it", one(service), Relay::partition));
            all.add(held(service + "-link-deaf", "one hears nothing, and is heard", one(service), Relay::deafen));
            all.add(held(service + "-link-mute", "one hears everything, and is not heard", one(service), Relay::mute));
        }
        all.add(new Fault(
                "links-reset",
                "every connection between services is reset",
                Duration.ZERO,
                (machine, chance) -> machine.relayed(),
                each(Relay::reset),
                (machine, relayed) -> {}));
        all.add(held(
                "links-slow",
                DELAY.toMillis() + " ms and " + (BYTES_PER_SECOND >> 10) + " KiB/s for every link",
                (machine, chance) -> machine.relayed(),
                relay -> relay.slow(DELAY, BYTES_PER_SECOND)));
        return all;
    }

    private static Fault held(String name, String does, Chooser targets, Consumer<Relay> strike) {
        return new Fault(
                name, does + ", for " + HOLDS.toSeconds() + " s", HOLDS, targets, each(strike), each(Relay::open));
    }

    private static Fault.Deed each(Consumer<Relay> deed) {
        return (machine, names) -> machine.relays(names).forEach(deed);
    }

    private static Chooser one(String service) {
        return (machine, chance) -> {
            List<String> all = machine.relayed().stream()
                    .filter(name -> name.startsWith(service + "-"))
                    .toList();
            return List.of(all.get(chance.nextInt(all.size())));
        };
    }
}
