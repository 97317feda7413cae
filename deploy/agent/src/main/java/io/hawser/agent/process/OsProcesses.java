package io.hawser.agent.process;

import java.util.Optional;
import java.util.OptionalLong;

/** What the operating system knows of processes, by their number. */
public sealed interface OsProcesses permits LinuxProcesses, PortableProcesses {
    /** Linux's own view where there is one, else what Java knows of any system. */
    static OsProcesses ofThisSystem() {
        return LinuxProcesses.isHere() ? new LinuxProcesses(LinuxProcesses.PROC) : new PortableProcesses();
    }

    /**
     * When the process began, in a unit of the system's own: with the number it tells one process from all others
     * since the machine's boot. Empty when there is none (a zombie is none).
     */
    OptionalLong startOf(long pid);

    /** What it has used; empty when that cannot be known. */
    Optional<Usage> usageOf(long pid);

    /** Tells this boot of the machine from others; empty where that is unknown. */
    String boot();

    /**
     * What a process uses.
     *
     * @param cpuNanos processor time since it began, of all its threads
     * @param residentBytes memory that it occupies; negative where that is unknown
     */
    record Usage(long cpuNanos, long residentBytes) {}
}
