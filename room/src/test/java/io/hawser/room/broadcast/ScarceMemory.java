package io.hawser.room.broadcast;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Memory that is there while the test says so. */
public final class ScarceMemory extends AbstractByteBufAllocator {
    public boolean isShort;
    /** So many more are had before it is short. */
    private int left = Integer.MAX_VALUE;
    /** How often there was none. */
    int denied;

    void shortAfter(int buffers) {
        left = buffers;
    }

    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return ByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        if (isShort || left-- <= 0) {
            denied++;
            throw new OutOfMemoryError("none is left");
        }
        return ByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
    }
}
