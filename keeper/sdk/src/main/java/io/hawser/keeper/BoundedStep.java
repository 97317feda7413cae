package io.hawser.keeper;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a step of stopping on a thread of its own, so that one that hangs does not keep the process alive. */
final class BoundedStep {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedStep.class);

    private BoundedStep() {}

    /** Returns when the step has ended, or {@code atMost} has passed. */
    static void run(String what, Duration atMost, Runnable step) {
        Thread thread = Thread.ofPlatform().daemon().name("keeper-" + what).start(() -> contained(what, step));
        try {
            if (!thread.join(atMost)) {
                LOG.error("The step '{}' did not end within {}: going on without it", what, atMost);
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void contained(String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("The step '{}' failed", what, e);
        }
    }
}
