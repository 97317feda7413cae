package io.hawser.room.connection;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/** Buffers whose every byte is counted: what was taken at most at once, and in all, and what was not given back. */
final class CountedMemory extends AbstractByteBufAllocator {
    private long heldBytes;
    private long takenBytes;
    private int largestBytes;

    CountedMemory() {
        super(false);
    }

    long heldBytes() {
        return heldBytes;
    }

    /** Of all buffers that there ever were: one that grows counts again each time. */
    long takenBytes() {
        return takenBytes;
    }

    int largestBytes() {
        return largestBytes;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new Counted(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return new Counted(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    private final class Counted extends UnpooledHeapByteBuf {
        Counted(int initialCapacity, int maxCapacity) {
            super(CountedMemory.this, initialCapacity, maxCapacity);
        }

        @Override
        protected byte[] allocateArray(int bytes) {
            heldBytes += bytes;
            takenBytes += bytes;
            largestBytes = Math.max(largestBytes, bytes);
            return super.allocateArray(bytes);
        }

        @Override
        protected void freeArray(byte[] array) {
            heldBytes -= array.length;
        }
    }
}
