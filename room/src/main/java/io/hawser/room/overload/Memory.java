package io.hawser.room.overload;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/** How much of a process's memory is in use, in percent of what it may have. */
final class Memory {
    private static final double PERCENT = 100.0;

    private final List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    private final BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();

    /**
     * What was in use after each pool was last collected: what came since may be garbage, and counts only where it
     * survives. Serial and Parallel look at old objects only when there is no room left, so what is told of them is late.
     */
    double heapPercent() {
        long used = 0;
        for (MemoryPoolMXBean pool : heap) {
            MemoryUsage afterCollection = pool.getCollectionUsage();
            used += afterCollection == null ? 0 : afterCollection.getUsed();
        }
        return PERCENT * used / Runtime.getRuntime().maxMemory();
    }

    /** What buffers hold, without what an allocator has in hand for the next. */
    double directPercent() {
        PooledByteBufAllocator pool = PooledByteBufAllocator.DEFAULT;
        long unused = pool.metric().usedDirectMemory() - pool.pinnedDirectMemory();
        return PERCENT * Math.max(0, direct.getMemoryUsed() - unused) / PlatformDependent.maxDirectMemory();
    }
}
