package io.hawser.bench.chaos.fault;

import io.hawser.agent.Restarts;
import io.hawser.bench.chaos.fault.Fault.Chooser;
import io.hawser.bench.chaos.fault.Fault.Deed;
import io.hawser.bench.chaos.load.Phones;
import io.hawser.bench.measure.BenchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Every fault there is. One at a time is what {@code docs/guarantees.md} promises anything about: where two of a service
 * run, one of them goes; each store is there once, and all of it goes.
 */
public final class Faults {
    private static final List<String> SERVICES =
            List.of("room", "register", "saver", "center", "coordinator", "dispatcher");
    static final List<String> MYSQL = List.of("mariadb");
    private static final List<String> ZOOKEEPER = List.of("zookeeper");
    static final String DISK_FULL = "-disk-full";
    private static final Duration AT_ONCE = Duration.ZERO;
    /** Its agent starts what was killed, and nobody's hand: healing only waits until it serves. */
    private static final Duration AGENTS_PAUSE =
            Restarts.defaults().firstPause().plusSeconds(1);

    /** Shorter than any session of ZooKeeper's. */
    private static final Duration A_MOMENT = Duration.ofSeconds(3);

    private static final Duration A_WHILE = Duration.ofSeconds(15);
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    /** Longer than a sender repeats what was not answered. */
    static final Duration MINUTES = Duration.ofMinutes(2);

    /** In which MySQL is out before a saver that spools is befallen. Longer than a spool waits for MySQL: some is in each by then. */
    public static final Duration SPOOLED_FIRST = Duration.ofSeconds(5);

    /** In which nothing more fits on their disks. What fits into the last block of a file that is there, is taken still. */
    public static final Duration SPOOLS_FULL = Duration.ofSeconds(30);

    private Faults() {}

    /**
     * All of them.
     *
     * @param pastSession longer than the services' sessions in ZooKeeper
     * @param redis how it runs
     */
    public static List<Fault> all(Duration pastSession, RedisForm redis) {
        List<Fault> all = new ArrayList<>();
        for (String service : SERVICES) {
            all.add(killed(service + "-killed", one(service)));
            all.add(paused(service + "-stalled", A_MOMENT, one(service)));
            all.add(paused(service + "-paused", pastSession, one(service)));
            all.add(new Fault(
                    service + "-restarted",
                    "drained, and started again",
                    AT_ONCE,
                    one(service),
                    Machine::restart,
                    Machine::start));
        }
        all.addAll(RedisFaults.of(redis));
        all.add(killed("mysql-killed", always(MYSQL)));
        all.add(paused("mysql-paused", A_WHILE, always(MYSQL)));
        all.add(down("mysql-down", A_WHILE, always(MYSQL)));
        all.add(down("mysql-away", MINUTES, always(MYSQL)));
        all.add(killed("zookeeper-killed", always(ZOOKEEPER)));
        all.add(paused("zookeeper-paused", pastSession, always(ZOOKEEPER)));
        all.add(down("zookeeper-down", A_WHILE, always(ZOOKEEPER)));
        all.add(down("zookeeper-away", A_MINUTE, always(ZOOKEEPER)));
        all.addAll(LinkFaults.all());
        all.addAll(StoreLinkFaults.all(SERVICES, pastSession, redis));
        all.addAll(ClockFaults.all(SERVICES));
        all.add(new Fault(
                "rolling-restart",
                "every process of every service is drained and started again, one after the other",
                AT_ONCE,
                (machine, chance) -> SERVICES.stream()
                        .flatMap(service -> machine.instances(service).stream())
                        .toList(),
                (machine, each) -> each.forEach(one -> machine.restart(List.of(one))),
                (machine, each) -> {}));
        all.add(diskFull("mysql", always(MYSQL), Machine::start));
        all.add(PowerFaults.of("mysql", always(MYSQL), Machine::start));
        all.addAll(SpoolFaults.all());
        all.add(PowerFaults.ofASpool());
        all.add(PowerFaults.ofEverything());
        all.add(ofClients(
                "clients-paused",
                "SIGSTOP of half of the devices, and SIGCONT after " + A_MINUTE.toSeconds()
                        + " s: connections that nobody speaks on, nor reads",
                A_MINUTE,
                Phones::pause,
                Phones::resume));
        all.add(ofClients(
                "clients-killed",
                "SIGKILL of half of the devices; they begin again with what is on their disks",
                A_MOMENT,
                Phones::kill,
                Phones::revive));
        return all;
    }

    private static Fault ofClients(
            String name, String does, Duration holds, Consumer<Phones> strike, Consumer<Phones> heal) {
        return new Fault(
                name,
                does,
                holds,
                Faults::halfOfTheDevices,
                (machine, number) -> strike.accept(machine.phones(Integer.parseInt(number.getFirst()))),
                (machine, number) -> heal.accept(machine.phones(Integer.parseInt(number.getFirst()))));
    }

    /** Draws a process of them. */
    static List<String> halfOfTheDevices(Machine machine, SplittableRandom chance) {
        return List.of(Integer.toString(chance.nextInt(machine.phones())));
    }

    /** What the cluster that these befall has to be started with, besides what clocks and relays need. */
    public static List<String> arguments(List<Fault> faults) {
        return LinkFaults.arguments(faults);
    }

    /** Without those that need relays. */
    public static List<Fault> withoutLinks(List<Fault> faults) {
        return faults.stream()
                .filter(fault -> !LinkFaults.isOne(fault) && !StoreLinkFaults.isOne(fault))
                .toList();
    }

    /** Whether one of them needs relays in front of the stores. */
    public static boolean needStoreLinks(List<Fault> faults) {
        return faults.stream().anyMatch(StoreLinkFaults::isOne);
    }

    /** Whether one of them is of those that {@link #withoutDisks} leaves out. */
    public static boolean needDisks(List<Fault> faults) {
        return withoutDisks(faults).size() < faults.size();
    }

    /** Whether one of them needs disks for the databases. */
    static boolean needDatabaseDisks(List<Fault> faults) {
        return faults.stream().filter(Faults::fillsADisk).anyMatch(fault -> !SpoolFaults.fillsADisk(fault));
    }

    private static boolean fillsADisk(Fault fault) {
        return fault.name().endsWith(DISK_FULL);
    }

    /** Without those that need disks that can be filled. */
    public static List<Fault> withoutDisks(List<Fault> faults) {
        return faults.stream().filter(fault -> !fillsADisk(fault)).toList();
    }

    /** Whether one of them is of those that {@link #withoutPowerLoss} leaves out. */
    public static boolean needPowerLoss(List<Fault> faults) {
        return PowerFaults.areAmong(faults);
    }

    /** Without those that need disks that can lose their power. */
    public static List<Fault> withoutPowerLoss(List<Fault> faults) {
        return faults.stream().filter(fault -> !PowerFaults.isOne(fault)).toList();
    }

    /**
     * Returns those of these names.
     *
     * @param names none: all of them
     * @param redis how it runs, for what it cannot suffer
     */
    public static List<Fault> named(List<String> names, List<Fault> all, RedisForm redis) {
        if (names.isEmpty()) {
            return all;
        }
        List<String> known = all.stream().map(Fault::name).toList();
        for (String name : names) {
            String why = RedisFaults.without(redis).get(name);
            if (why != null) {
                throw new BenchException("--only: " + name + ": " + why);
            }
            if (!known.contains(name)) {
                throw new BenchException("--only: " + name + " (expected: "
                        + known.stream().sorted().collect(Collectors.joining(", ")) + ")");
            }
        }
        return all.stream().filter(fault -> names.contains(fault.name())).toList();
    }

    private static Fault killed(String name, Chooser targets) {
        return killed(name, targets, Machine::start);
    }

    static Fault killed(String name, Chooser targets, Deed start) {
        return new Fault(
                name, "SIGKILL; started again half a second later", AGENTS_PAUSE, targets, Machine::kill, start);
    }

    private static Fault paused(String name, Duration holds, Chooser targets) {
        return paused(name, holds, targets, Machine::start);
    }

    static Fault paused(String name, Duration holds, Chooser targets, Deed start) {
        return new Fault(
                name,
                "SIGSTOP, and SIGCONT after " + holds.toSeconds() + " s",
                holds,
                targets,
                Machine::pause,
                (machine, paused) -> {
                    machine.resume(paused);
                    start.befall(machine, paused);
                });
    }

    static Fault diskFull(String store, Chooser targets, Deed start) {
        return new Fault(
                store + DISK_FULL,
                "nothing more fits on its disk, for " + A_WHILE.toSeconds() + " s",
                A_WHILE,
                targets,
                (machine, one) -> machine.disks().fill(one.getFirst()),
                (machine, one) -> {
                    machine.disks().empty(one.getFirst());
                    start.befall(machine, one);
                });
    }

    private static Fault down(String name, Duration holds, Chooser targets) {
        return down(name, holds, targets, Machine::start);
    }

    static Fault down(String name, Duration holds, Chooser targets, Deed start) {
        return new Fault(
                name,
                "SIGTERM; started again after " + holds.toSeconds() + " s",
                holds,
                targets,
                Machine::drain,
                start);
    }

    static Chooser one(String service) {
        return (machine, chance) -> List.of(machine.oneOf(service, chance));
    }

    private static Chooser always(List<String> names) {
        return (machine, chance) -> names;
    }
}
