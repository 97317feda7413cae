package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.TaskState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** What this saver counts of broadcasts. */
final class BroadcastMeters {
    final Counter appended;
    final Counter repeated;
    /** Entries given to rooms that follow or read. */
    final Counter followed;
    /** Times that a page of a log was in memory; was there, but for states that are others by now; had to be read. */
    final Counter pagesHit;

    final Counter pagesOutdated;
    final Counter pagesMissed;
    /** Entries gone because their time was over, or the log was full. */
    final Counter trimmed;
    /** Slices that got a new leaseholder. */
    final Counter leased;
    /** Reports of slices that were another's. */
    final Counter lost;

    private final MeterRegistry meters;

    BroadcastMeters(MeterRegistry meters) {
        this.meters = meters;
        appended = meters.counter("hawser.saver.broadcasts.appended");
        repeated = meters.counter("hawser.saver.broadcasts.repeated");
        followed = meters.counter("hawser.saver.broadcasts.followed");
        pagesHit = meters.counter("hawser.saver.broadcasts.pages", "found", "memory");
        pagesOutdated = meters.counter("hawser.saver.broadcasts.pages", "found", "states");
        pagesMissed = meters.counter("hawser.saver.broadcasts.pages", "found", "database");
        trimmed = meters.counter("hawser.saver.broadcasts.trimmed");
        leased = meters.counter("hawser.saver.broadcasts.leased");
        lost = meters.counter("hawser.saver.broadcasts.lost");
    }

    /** A task came to a state. */
    void changed(TaskState to) {
        String state = to.name().substring("TASK_".length()).toLowerCase(Locale.ROOT);
        meters.counter("hawser.saver.broadcasts.changed", "to", state).increment();
    }
}
