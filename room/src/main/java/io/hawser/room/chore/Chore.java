package io.hawser.room.chore;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is done again and again. A fault ends this time, not all that would follow: an executor never runs a
 * periodic task again that threw, and does not say so.
 */
public final class Chore implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Chore.class);

    private final String name;
    private final Runnable work;

    /** @param name what it is called in the log */
    public Chore(String name, Runnable work) {
        this.name = name;
        this.work = work;
    }

    /** Has it done after each pause of so long, until {@code owner} ends or the future is cancelled. */
    public ScheduledFuture<?> every(long pauseMs, ScheduledExecutorService owner) {
        return owner.scheduleWithFixedDelay(this, pauseMs, pauseMs, TimeUnit.MILLISECONDS);
    }

    /** Does it once; throws nothing. */
    @Override
    public void run() {
        try {
            work.run();
        } catch (RuntimeException | Error fault) {
            LOG.error("{}: failed this time", name, fault);
        }
    }
}
