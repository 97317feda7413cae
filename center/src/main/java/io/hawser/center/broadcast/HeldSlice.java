package io.hawser.center.broadcast;

import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.SliceReport;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A part of a broadcast that this center drives, as long as its lease lasts. Used by the driver's thread alone. */
abstract class HeldSlice {
    private Slice slice;
    private @Nullable SliceReport told;

    HeldSlice(Slice slice) {
        this.slice = slice;
    }

    /** As it was leased last. */
    final Slice slice() {
        return slice;
    }

    /** Takes what changed since the last lease: the state of its task, its share of the pace. */
    void renew(Slice renewed) {
        slice = renewed;
    }

    /** Does this turn's work; completes when that is done, in bounded time, and never fails. */
    abstract CompletableFuture<Void> turn();

    /** How far it is; null: nothing is known yet. */
    abstract @Nullable SliceReport report();

    /** Does nothing more from now on. */
    abstract void end();

    /** How far it is, where savers have not been told so; null: nothing new. */
    final @Nullable SliceReport news() {
        SliceReport report = report();
        return report == null || (told != null && report.equals(told)) ? null : report;
    }

    final void told(SliceReport report) {
        told = report;
    }

    final SliceReport.Builder newReport() {
        return SliceReport.newBuilder().setSlice(slice.getSlice()).setFence(slice.getFence());
    }
}
