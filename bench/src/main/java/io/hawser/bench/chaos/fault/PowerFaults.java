package io.hawser.bench.chaos.fault;

import io.hawser.bench.chaos.fault.Fault.Chooser;
import io.hawser.bench.chaos.fault.Fault.Deed;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Power that fails: of one store, or of the whole machine. Not only does a process end with it, as with SIGKILL; what it had
 * written and not synced is gone, too. They need disks on loop devices.
 */
final class PowerFaults {
    private static final String POWER_LOST = "-power-lost";
    private static final String SAVER = "saver";
    private static final Duration AT_ONCE = Duration.ZERO;
    /**
     * In which something is sent to those who are away, that only stores have then. Longer than acknowledgements take to MySQL:
     * where these are lost, who was killed may be handed the last message again, as guarantees.md says.
     */
    private static final Duration A_MOMENT = Duration.ofSeconds(5);

    private PowerFaults() {}

    /** Whether one of these has that. */
    static boolean areAmong(List<Fault> faults) {
        return faults.stream().anyMatch(PowerFaults::isOne);
    }

    static boolean isOne(Fault fault) {
        return fault.name().endsWith(POWER_LOST);
    }

    /**
     * Of a store.
     *
     * @param start has it run again
     */
    static Fault of(String store, Chooser targets, Deed start) {
        return new Fault(
                store + POWER_LOST,
                "SIGKILL, and what it had not synced to its disk is gone",
                AT_ONCE,
                targets,
                PowerFaults::cut,
                (machine, one) -> {
                    restore(machine, one);
                    start.befall(machine, one);
                });
    }

    /** Of a saver, which has something in its spool, as MySQL is stopped before; that comes back with it. */
    static Fault ofASpool() {
        return new Fault(
                SAVER + POWER_LOST,
                "MySQL is stopped; then SIGKILL of a saver, and what its spool had not synced to its disk is gone",
                AT_ONCE,
                Faults.one(SAVER),
                (machine, saver) -> {
                    SpoolFaults.stopMySql(machine);
                    cut(machine, saver);
                },
                (machine, saver) -> {
                    restore(machine, saver);
                    SpoolFaults.startBoth(machine, saver);
                });
    }

    /** Whether one of these needs such a disk for the spools. */
    static boolean needSpools(List<Fault> faults) {
        return faults.stream().anyMatch(fault -> fault.name().equals(SAVER + POWER_LOST));
    }

    /**
     * Of the machine: all processes of the platform at once. Redis comes back empty, which it may: else it would have most of
     * what a MySQL that does not sync has lost.
     */
    static Fault ofEverything() {
        return new Fault(
                "everything" + POWER_LOST,
                "SIGKILL of every process at once, and what the stores had not synced to their disks is gone, of Redis all;"
                        + " half of the devices have been off for " + A_MOMENT.toSeconds() + " s by then",
                AT_ONCE,
                Faults::halfOfTheDevices,
                (machine, number) -> {
                    machine.phones(Integer.parseInt(number.getFirst())).kill();
                    Pause.millis(A_MOMENT.toMillis());
                    cut(machine, machine.all());
                },
                (machine, number) -> {
                    List<String> disks = withDisks(machine, machine.all());
                    restore(machine, disks);
                    List<String> stores = disks.stream()
                            .filter(name -> !name.startsWith(SAVER))
                            .toList();
                    wipeRedis(machine, stores);
                    machine.start(stores);
                    machine.healAll();
                    machine.phones(Integer.parseInt(number.getFirst())).revive();
                });
    }

    /** All stand still before the first disk is cut: none is to tell what became of its own. */
    private static void cut(Machine machine, List<String> processes) throws IOException {
        machine.pause(processes);
        for (String store : withDisks(machine, processes)) {
            machine.disks().cutPower(store);
        }
        machine.kill(processes);
        // Its agent would start it again, on a disk without power.
        machine.drain(processes);
    }

    private static void restore(Machine machine, List<String> stores) {
        stores.forEach(machine.disks()::restorePower);
    }

    private static void wipeRedis(Machine machine, List<String> stores) throws IOException {
        for (String store : stores) {
            if (store.startsWith("redis")) {
                RedisFiles.remove(machine.redisDirectory(store));
            }
        }
    }

    private static List<String> withDisks(Machine machine, List<String> processes) {
        return processes.stream().filter(machine.disks()::has).toList();
    }
}
