package io.hawser.saver.spool;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the spool counts and tells. */
public final class SpoolMeters {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolMeters.class);
    /** Requests are known for 24 h: what waits for longer may come twice. */
    private static final Duration LONG = Duration.ofHours(12);

    private static final long LOG_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    final Counter spooled;
    final Counter committed;
    final Counter full;
    final Counter userFull;
    final Counter failed;
    final Counter dead;
    final Counter unreadable;
    final Counter cut;
    final Timer syncs;
    private final MeterRegistry meters;
    private final Consumer<String> remark;
    private long failureLoggedNanos = System.nanoTime() - LOG_EVERY_NANOS;
    private long notYetLoggedNanos = failureLoggedNanos;

    /**
     * What operators are told.
     *
     * @param heldMillis for how long the oldest file is there that is not done with
     * @param unreadable files, or damaged ones
     * @param dead messages that were put aside
     * @param ending files that are done with, and are still there
     */
    record State(long heldMillis, boolean inUse, int unreadable, int dead, int ending) {
        /** Blank where all is well. */
        String words() {
            List<String> words = new ArrayList<>();
            if (inUse) {
                words.add("in use: what it holds is delivered when MySQL is back");
            }
            if (heldMillis > LONG.toMillis()) {
                words.add("for over " + LONG.toHours() + " h: what waits for 24 h may come twice");
            }
            if (unreadable > 0) {
                words.add("files that are damaged or cannot be read: " + unreadable);
            }
            if (dead > 0) {
                words.add("messages that were refused and put aside (.dead): " + dead);
            }
            if (ending > 0) {
                words.add("files that cannot be deleted or renamed: " + ending);
            }
            return String.join("; ", words);
        }
    }

    /** @param remark shows operators what is the matter; blank: nothing */
    public SpoolMeters(MeterRegistry meters, Consumer<String> remark) {
        this.meters = meters;
        this.remark = remark;
        spooled = meters.counter("hawser.saver.spool.accepted");
        committed = meters.counter("hawser.saver.spool.committed");
        full = meters.counter("hawser.saver.spool.refused", "reason", "full");
        userFull = meters.counter("hawser.saver.spool.refused", "reason", "user");
        failed = meters.counter("hawser.saver.spool.refused", "reason", "disk");
        dead = meters.counter("hawser.saver.spool.dead");
        unreadable = meters.counter("hawser.saver.spool.unreadable");
        cut = meters.counter("hawser.saver.spool.cut.bytes");
        syncs = meters.timer("hawser.saver.spool.sync");
    }

    void watch(Spool spool) {
        Gauge.builder("hawser.saver.spool.messages", spool, Spool::messages).register(meters);
        Gauge.builder("hawser.saver.spool.bytes", spool, Spool::bytes).register(meters);
    }

    /** Of a flood of failures one a minute is logged. */
    void diskFailed(int messages, Throwable failure) {
        failed.increment(messages);
        if (System.nanoTime() - failureLoggedNanos >= LOG_EVERY_NANOS) {
            failureLoggedNanos = System.nanoTime();
            LOG.error("The spool cannot be written", failure);
        }
    }

    void notYet(Throwable failure) {
        if (System.nanoTime() - notYetLoggedNanos >= LOG_EVERY_NANOS) {
            notYetLoggedNanos = System.nanoTime();
            LOG.warn("What is in the spool cannot be stored yet: {}", failure.toString());
        }
    }

    void tell(State state) {
        remark.accept(state.words());
    }
}
