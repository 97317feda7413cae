package io.hawser.saver.log;

import io.hawser.rpc.v1.MessageState;
import io.hawser.saver.v1.MessageRemoved;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;

/** What the lanes count. Shared by all lanes of a saver. */
public final class LaneMeters {
    final Counter appended;
    final Counter repeated;
    /** Messages, as the rooms counted them. */
    final Counter acknowledged;

    /** Messages that made room for others, and that somebody had not acknowledged. */
    private final Counter displaced;

    final Counter loaded;
    final Counter refused;
    final Counter generations;
    final Counter reconciled;
    /** Folds of logs of which everything was acknowledged: these leave Redis, unless something comes. */
    final Counter emptied;

    /** Mailboxes that were removed because nobody came for them for long. */
    final Counter absent;
    /** Times that this was put off: it was not known who reads them, or too many were asked for. */
    final Counter absentUnsure;

    final Counter commitFailures;
    final Counter repushed;
    /** Whether the saver still lives, asked where no commit says it. */
    final Timer readChecks;
    /** Answers by Redis that were given though MySQL did not say that. */
    final Counter readsUnchecked;

    final Timer commits;
    final DistributionSummary commitEntries;
    final Timer folds;
    final Counter foldedRows;

    public LaneMeters(MeterRegistry meters) {
        appended = meters.counter("hawser.saver.appended");
        repeated = meters.counter("hawser.saver.repeated");
        acknowledged = meters.counter("hawser.saver.acknowledged");
        displaced = meters.counter("hawser.saver.displaced");
        loaded = meters.counter("hawser.saver.loaded");
        refused = meters.counter("hawser.saver.refused");
        generations = meters.counter("hawser.saver.generations");
        reconciled = meters.counter("hawser.saver.reconciled");
        emptied = meters.counter("hawser.saver.emptied");
        absent = meters.counter("hawser.saver.mailboxes.absent");
        absentUnsure = meters.counter("hawser.saver.mailboxes.absent.unsure");
        commitFailures = meters.counter("hawser.saver.commit.failures");
        repushed = meters.counter("hawser.saver.repushed");
        readChecks = meters.timer("hawser.saver.read.checks");
        readsUnchecked = meters.counter("hawser.saver.reads.unchecked");
        commits = meters.timer("hawser.saver.commit");
        commitEntries = meters.summary("hawser.saver.commit.entries");
        folds = meters.timer("hawser.saver.fold");
        foldedRows = meters.counter("hawser.saver.folded.rows");
    }

    void displaced(List<MessageRemoved> madeRoom) {
        madeRoom.stream()
                .filter(each -> each.getReason() == MessageState.DISPLACED_VALUE)
                .forEach(each -> displaced.increment());
    }
}
