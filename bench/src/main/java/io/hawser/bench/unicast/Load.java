package io.hawser.bench.unicast;

import java.time.Duration;

/** A way of choosing when the next message is sent. */
interface Load {
    String name();

    /** Sends for this long, and returns when the last call is answered. */
    void run(Sender sender, Duration time) throws InterruptedException;
}
