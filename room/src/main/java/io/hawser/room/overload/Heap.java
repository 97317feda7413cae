package io.hawser.room.overload;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * How much of the heap survives: what was in use after each pool was last collected, in percent of all. What came since
 * may be garbage, and what has become garbage since is not known: so each collection is one measurement, and says
 * nothing of what was done after it. Serial and Parallel look at old objects only when there is no room left, so what is
 * told of them is late. For one thread.
 */
final class Heap {
    private static final double PERCENT = 100.0;

    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    /** But those of pauses: a collection has several. */
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(collector -> !collector.getName().endsWith("Pauses"))
            .toList();

    double percent() {
        long used = 0;
        for (MemoryPoolMXBean pool : pools) {
            MemoryUsage afterCollection = pool.getCollectionUsage();
            used += afterCollection == null ? 0 : afterCollection.getUsed();
        }
        return PERCENT * used / Runtime.getRuntime().maxMemory();
    }

    /** How often it was measured. */
    long collections() {
        long all = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            all += Math.max(0, collector.getCollectionCount());
        }
        return all;
    }

    /** Has it measured now: nobody who was sent away asks for memory, so that no collection may come by itself. */
    @SuppressWarnings("ExplicitGc")
    void collect() {
        System.gc();
    }
}
