package io.hawser.room.overload;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * How much of the memory for buffers is in use, in percent of what there may be; all of it, where some was refused since
 * the last look: what is free lies then in pieces that are too small. For one thread.
 */
final class DirectMemory {
    private static final double PERCENT = 100.0;

    private final BufferPoolMXBean buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    private final LongSupplier refusals;
    private long refusalsSeen;

    /** @param refusals how often there was none, ever */
    DirectMemory(LongSupplier refusals) {
        this.refusals = refusals;
    }

    double percent() {
        long refused = refusals.getAsLong();
        boolean isShort = refused != refusalsSeen;
        refusalsSeen = refused;
        return isShort ? PERCENT : PERCENT * Math.max(0, taken() - inHand()) / PlatformDependent.maxDirectMemory();
    }

    /** Netty counts what it takes past the JVM, where it is let do so; the JVM counts the rest. */
    private long taken() {
        return buffers.getMemoryUsed() + Math.max(0, PlatformDependent.usedDirectMemory());
    }

    /** What an allocator keeps for the next buffers. */
    private static long inHand() {
        PooledByteBufAllocator pool = PooledByteBufAllocator.DEFAULT;
        return pool.metric().usedDirectMemory() - pool.pinnedDirectMemory();
    }
}
