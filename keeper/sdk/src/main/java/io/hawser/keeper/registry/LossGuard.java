package io.hawser.keeper.registry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Judges whether a loss of peers is likely: ZooKeeper that forgets over a third of a service at once is more likely
 * wrong than right. Losses that trickle in within a window are one loss. Peers that said that they leave are no loss.
 */
final class LossGuard {
    private final long windowNs;
    private final LongSupplier nanoTime;
    private final Deque<Long> recentLossesNs = new ArrayDeque<>();

    LossGuard(Duration window, LongSupplier nanoTime) {
        this.windowNs = window.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Returns whether {@code lost} of {@code believed} peers, with those lost just before, are too many to believe. */
    boolean doubts(int believed, int lost) {
        forgetOld();
        int recent = recentLossesNs.size();
        return (recent + lost) * 3L > believed + recent;
    }

    /** Notes peers that are gone indeed. */
    void lost(int count) {
        for (int i = 0; i < count; i++) {
            recentLossesNs.addLast(nanoTime.getAsLong());
        }
    }

    private void forgetOld() {
        Long oldestNs = recentLossesNs.peekFirst();
        while (oldestNs != null && nanoTime.getAsLong() - oldestNs > windowNs) {
            recentLossesNs.removeFirst();
            oldestNs = recentLossesNs.peekFirst();
        }
    }
}
