package io.hawser.bench.unicast;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Keeps so many calls outstanding: what the platform can do when its callers wait for it. */
record ClosedLoad(int outstanding) implements Load {
    @Override
    public String name() {
        return "closed loop, " + outstanding + " outstanding";
    }

    @Override
    public void run(Sender sender, Duration time) throws InterruptedException {
        long endNanos = System.nanoTime() + time.toNanos();
        CountDownLatch chains = new CountDownLatch(outstanding);
        for (int i = 0; i < outstanding; i++) {
            next(sender, endNanos, chains);
        }
        chains.await();
    }

    private static void next(Sender sender, long endNanos, CountDownLatch chains) {
        long now = System.nanoTime();
        if (now - endNanos >= 0) {
            chains.countDown();
            return;
        }
        var _ = sender.send(now).whenComplete((nothing, never) -> next(sender, endNanos, chains));
    }
}
