package io.hawser.bench.chaos.fault;

import io.hawser.bench.chaos.fault.Fault.Chooser;
import io.hawser.bench.chaos.fault.Fault.Deed;
import io.hawser.bench.chaos.relay.Relay;
import io.hawser.bench.chaos.relay.Way;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * What befalls the links between services, and between clients and rooms, while all of these are whole: of one instance, all links to it and from it; of two,
 * what is between them. They need relays. Stores and ZooKeeper stay reached: their links are {@link StoreLinkFaults}.
 */
final class LinkFaults {
    private static final List<String> SERVICES = List.of("room", "register", "saver", "coordinator");
    static final Duration HOLDS = Duration.ofSeconds(15);
    private static final Duration DELAY = Duration.ofMillis(50);
    private static final long BYTES_PER_SECOND = 256 << 10;
    /** What that is. */
    static final String SLOW = DELAY.toMillis() + " ms and " + (BYTES_PER_SECOND >> 10) + " KiB/s for every link";

    private static final String HALF_OPEN = "clients-half-open";
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    /** Until clients and rooms have heard nothing for two and a half heartbeats, and clients are back. */
    private static final Duration NOTICED = HEARTBEAT.multipliedBy(3);

    private static final long LOOK_MILLIS = 100;
    /** For a link that has been lost by the fault before, and is being made again. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private LinkFaults() {}

    /** What the cluster has to be started with: heartbeats that are missed within a fault's time, where it is one of these. */
    static List<String> arguments(List<Fault> faults) {
        if (faults.stream().noneMatch(fault -> fault.name().equals(HALF_OPEN))) {
            return List.of();
        }
        return Stream.of("preferred", "min")
                .map(which -> "--set=room.connections.heartbeat." + which + "=" + HEARTBEAT.toSeconds() + "s")
                .toList();
    }

    static boolean isOne(Fault fault) {
        return all().stream().anyMatch(one -> one.name().equals(fault.name()));
    }

    static List<Fault> all() {
        List<Fault> all = new ArrayList<>();
        for (String service : SERVICES) {
            all.add(isolated(
                    service + "-link-cut", "one reaches no other service, nor is it reached", Way.BOTH, Way.BOTH));
            all.add(isolated(service + "-link-deaf", "one hears no other service, and is heard", Way.THERE, Way.BACK));
            all.add(isolated(service + "-link-mute", "one hears the others, and is not heard", Way.BACK, Way.THERE));
        }
        all.addAll(between("room", "register"));
        all.addAll(between("center", "room"));
        all.add(new Fault(
                "links-reset",
                "every connection between services is reset",
                Duration.ZERO,
                LinkFaults::all,
                (machine, relayed) -> machine.relays().services().values().forEach(Relay::reset),
                (machine, relayed) -> {}));
        all.add(new Fault(
                "clients-reset",
                "every connection between a room and a device that came by a dispatcher is reset",
                Duration.ZERO,
                (machine, chance) -> roomsWithClients(machine),
                (machine, rooms) ->
                        rooms.forEach(room -> clientsOf(machine, room).reset()),
                (machine, rooms) -> {}));
        all.add(new Fault(
                HALF_OPEN,
                "nothing passes on such connections of one room any more, and nobody is told; " + NOTICED.toSeconds()
                        + " s to notice",
                NOTICED,
                (machine, chance) -> List.of(oneOf(roomsWithClients(machine), chance)),
                (machine, room) -> clientsOf(machine, room.getFirst()).strand(),
                (machine, room) -> {}));
        all.add(held(
                "links-slow",
                SLOW,
                HOLDS,
                LinkFaults::all,
                (machine, relayed) -> slow(machine.relays().services().values())));
        return all;
    }

    /**
     * Of one instance of the service that the name begins with.
     *
     * @param to which way of connections to it
     * @param from which way of its own connections to others
     */
    private static Fault isolated(String name, String does, Way to, Way from) {
        String service = name.substring(0, name.indexOf('-'));
        return held(name, does, HOLDS, Faults.one(service), (machine, drawn) -> {
            String isolated = drawn.getFirst();
            machine.relays().services().forEach(LinkFaults::awaitNames);
            machine.relays().services().forEach((called, relay) -> {
                if (called.equals(isolated)) {
                    relay.cut(to);
                } else {
                    relay.cut(from, isolated::equals);
                }
            });
        });
    }

    /** Of one instance of each service: the first is the one that connects. */
    private static List<Fault> between(String caller, String called) {
        String does = "one %s and one %s".formatted(caller, called);
        return List.of(
                pair(caller + "-" + called + "-cut", caller, called, does + " do not reach each other", Way.BOTH),
                pair(
                        caller + "-to-" + called + "-cut",
                        caller,
                        called,
                        does + ": the first does not reach the other, which reaches it",
                        Way.THERE),
                pair(
                        called + "-to-" + caller + "-cut",
                        caller,
                        called,
                        does + ": the other does not reach the first, which reaches it",
                        Way.BACK));
    }

    private static Fault pair(String name, String caller, String called, String does, Way way) {
        return held(
                name,
                does,
                HOLDS,
                (machine, chance) -> List.of(machine.oneOf(caller, chance), machine.oneOf(called, chance)),
                (machine, both) -> linked(machine, both).cut(way, both.getFirst()::equals));
    }

    /** A link that there is not cannot be cut, and a run that believed it was would prove nothing. */
    private static Relay linked(Machine machine, List<String> both) {
        Relay relay =
                Objects.requireNonNull(machine.relays().services().get(both.getLast()), "a relay before every service");
        awaitLink(relay, both.getFirst(), both.getLast());
        return relay;
    }

    private static void awaitLink(Relay relay, String caller, String called) {
        await(caller + " is not connected to " + called, () -> relay.isConnected(caller));
    }

    /** Of who connected, once it has. */
    static void cut(Relay relay, String caller, String called, Way way) {
        awaitLink(relay, caller, called);
        awaitNames(called, relay);
        relay.cut(way, caller::equals);
    }

    static void slow(Collection<Relay> relays) {
        relays.forEach(relay -> relay.slow(DELAY, BYTES_PER_SECOND));
    }

    /** Nor can that of somebody who is not known. */
    private static void awaitNames(String called, Relay relay) {
        await("somebody unknown is connected to " + called, relay::knowsAll);
    }

    private static void await(String instead, BooleanSupplier condition) {
        if (!Pause.until(PATIENCE, LOOK_MILLIS, condition)) {
            throw new BenchException(instead + " (expected: otherwise within " + PATIENCE.toSeconds() + " s)");
        }
    }

    static Fault held(String name, String does, Duration holds, Chooser targets, Deed strike) {
        return new Fault(
                name,
                does + ", for " + holds.toSeconds() + " s",
                holds,
                targets,
                strike,
                (machine, drawn) -> machine.relays().open());
    }

    /** After some faults all devices are on one room; what befell none would prove nothing. */
    private static List<String> roomsWithClients(Machine machine) {
        Map<String, Relay> clients = machine.relays().clients();
        await(
                "no device is connected to a room",
                () -> clients.values().stream().anyMatch(Relay::isAnybodyConnected));
        return clients.entrySet().stream()
                .filter(room -> room.getValue().isAnybodyConnected())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static Relay clientsOf(Machine machine, String room) {
        return Objects.requireNonNull(machine.relays().clients().get(room), "a relay before every room");
    }

    private static String oneOf(List<String> names, SplittableRandom chance) {
        return names.get(chance.nextInt(names.size()));
    }

    private static List<String> all(Machine machine, SplittableRandom chance) {
        return machine.relays().services().keySet().stream().sorted().toList();
    }
}
