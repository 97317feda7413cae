package io.hawser.bench.chaos.fault;

import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What befalls the spools of savers. They are used while MySQL is out, so that is stopped first, and for a while something comes to
 * them.
 */
final class SpoolFaults {
    private static final String SAVER = "saver";
    private static final String DISK_FULL = SAVER + Faults.DISK_FULL;
    private static final String KILLED = "spooling-saver-killed";
    private static final String FIRST = "MySQL is stopped; ";
    private static final Duration A_WHILE = Duration.ofSeconds(15);

    private SpoolFaults() {}

    /** Whether one of these needs disks for the spools that can be filled. */
    static boolean needDisks(List<Fault> faults) {
        return faults.stream().anyMatch(SpoolFaults::fillsADisk);
    }

    static boolean fillsADisk(Fault fault) {
        return fault.name().equals(DISK_FULL);
    }

    static List<Fault> all() {
        return List.of(
                new Fault(
                        DISK_FULL,
                        FIRST + "after " + Faults.SPOOLED_FIRST.toSeconds()
                                + " s nothing more fits on the disks of the spools, for "
                                + Faults.SPOOLS_FULL.toSeconds() + " s",
                        Faults.SPOOLS_FULL,
                        (machine, chance) -> machine.instances(SAVER),
                        SpoolFaults::fill,
                        SpoolFaults::empty),
                new Fault(
                        KILLED,
                        FIRST + "after " + Faults.SPOOLED_FIRST.toSeconds()
                                + " s SIGKILL of a saver, which stays down, as MySQL does, for " + A_WHILE.toSeconds()
                                + " s",
                        A_WHILE,
                        Faults.one(SAVER),
                        SpoolFaults::kill,
                        SpoolFaults::startBoth));
    }

    /** What stood in for MySQL so far has to be kept by a full disk, too. */
    private static void fill(Machine machine, List<String> savers) throws IOException {
        stopMySql(machine);
        for (String saver : savers) {
            machine.disks().fill(saver);
        }
    }

    private static void empty(Machine machine, List<String> savers) throws IOException {
        for (String saver : savers) {
            machine.disks().empty(saver);
        }
        machine.start(Faults.MYSQL);
    }

    private static void kill(Machine machine, List<String> saver) {
        stopMySql(machine);
        machine.kill(saver);
        // Its agent would start it again and again: without MySQL it ends by itself.
        machine.drain(saver);
    }

    /** MySQL, and the saver when that is there. */
    static void startBoth(Machine machine, List<String> saver) {
        machine.start(Faults.MYSQL);
        machine.start(saver);
    }

    /** And something is spooled. */
    static void stopMySql(Machine machine) {
        machine.drain(Faults.MYSQL);
        Pause.millis(Faults.SPOOLED_FIRST.toMillis());
    }
}
