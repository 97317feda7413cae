package io.hawser.room.broadcast;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is counted of broadcasts; the names are explained in the module's README. */
final class BroadcastMeters {
    private static final Logger LOG = LoggerFactory.getLogger(BroadcastMeters.class);
    private static final String PREFIX = "hawser.room.broadcasts.";

    private final MeterRegistry meters;
    private final Counter entries;
    private final Counter written;
    private final Counter acknowledged;
    private final Counter behind;
    private final Counter cursorsTold;
    private final Counter cursorsSaved;
    private final Counter cursorsDropped;
    private final Counter cursorsReset;
    private final Counter savesFailed;
    private final Counter reportsFailed;
    private final Counter followsFailed;
    private final Counter newsRefused;
    private final Counter logsReset;
    private final Counter opensFailed;
    private final Counter reads;
    private final Counter readsFailed;
    private final Counter reloads;
    private final Counter joinsRefused;
    private final Counter heldBack;
    private final Counter fruitless;
    private final Counter unopened;
    private final Counter transientWritten;
    private final Counter transientDropped;
    private final Counter transientRefused;
    private final Counter stalled;
    private final Counter framesReleased;
    private final Counter framesFailed;
    private final Counter compressions;
    private final Counter compressionsFailed;
    private final Counter compressed;
    private final Counter savedBytes;
    private final Counter logsSkipped;
    private final LongAdder frameBytes = new LongAdder();

    BroadcastMeters(MeterRegistry meters) {
        this.meters = meters;
        entries = counter("entries");
        written = counter("written");
        acknowledged = counter("acknowledged");
        behind = counter("behind");
        cursorsTold = counter("cursors.told");
        cursorsSaved = counter("cursors.saved");
        cursorsDropped = counter("cursors.dropped");
        cursorsReset = counter("cursors.reset");
        savesFailed = counter("saves.failed");
        reportsFailed = counter("reports.failed");
        followsFailed = counter("follows.failed");
        newsRefused = counter("news.refused");
        logsReset = counter("logs.reset");
        opensFailed = counter("opens.failed");
        reads = counter("reads");
        readsFailed = counter("reads.failed");
        reloads = counter("reloads");
        joinsRefused = counter("joins.refused");
        heldBack = counter("held.back");
        fruitless = counter("fruitless");
        unopened = counter("unopened");
        transientWritten = counter("transient.written");
        transientDropped = counter("transient.dropped");
        transientRefused = counter("transient.refused");
        stalled = counter("stalled");
        framesReleased = counter("frames.released");
        framesFailed = counter("frames.failed");
        compressions = counter("compressions");
        compressionsFailed = counter("compressions.failed");
        compressed = counter("compressed");
        savedBytes = counter("compressed.saved.bytes");
        logsSkipped = counter("logs.skipped");
        gauge(PREFIX + "frames.bytes", frameBytes::sum);
    }

    private Counter counter(String name) {
        return meters.counter(PREFIX + name);
    }

    void gauge(String name, Supplier<Number> value) {
        Gauge.builder(name, value).register(meters);
    }

    Counter entries() {
        return entries;
    }

    Counter written() {
        return written;
    }

    Counter acknowledged() {
        return acknowledged;
    }

    Counter behind() {
        return behind;
    }

    Counter cursorsTold() {
        return cursorsTold;
    }

    Counter cursorsSaved() {
        return cursorsSaved;
    }

    Counter cursorsDropped() {
        return cursorsDropped;
    }

    Counter cursorsReset() {
        return cursorsReset;
    }

    Counter savesFailed() {
        return savesFailed;
    }

    Counter reportsFailed() {
        return reportsFailed;
    }

    Counter followsFailed() {
        return followsFailed;
    }

    Counter newsRefused() {
        return newsRefused;
    }

    Counter logsReset() {
        return logsReset;
    }

    Counter reads() {
        return reads;
    }

    Counter reloads() {
        return reloads;
    }

    Counter heldBack() {
        return heldBack;
    }

    Counter fruitless() {
        return fruitless;
    }

    Counter unopened() {
        return unopened;
    }

    Counter transientWritten() {
        return transientWritten;
    }

    Counter transientDropped() {
        return transientDropped;
    }

    Counter transientRefused() {
        return transientRefused;
    }

    Counter stalled() {
        return stalled;
    }

    Counter framesReleased() {
        return framesReleased;
    }

    /** What all event loops keep encoded. */
    LongAdder frameBytes() {
        return frameBytes;
    }

    Counter logsSkipped() {
        return logsSkipped;
    }

    void frameFailed(String app, long bseq, Throwable fault) {
        framesFailed.increment();
        LOG.warn("app {}, broadcast {}: no frame could be made, it is tried again: {}", app, bseq, fault.toString());
        LOG.debug("no frame", fault);
    }

    /** Bodies that were tried to be compressed. */
    Counter compressions() {
        return compressions;
    }

    /** Frames were given to a member that had, so many of them, a compressed body. */
    void compressed(int frames, int bytesSaved) {
        compressed.increment(frames);
        savedBytes.increment(bytesSaved);
    }

    void compressionFailed(String app, Throwable fault) {
        compressionsFailed.increment();
        LOG.warn("app {}: a broadcast could not be compressed, and goes as it is: {}", app, fault.toString());
        LOG.debug("not compressed", fault);
    }

    void openFailed(@Nullable Throwable failure) {
        opensFailed.increment();
        log("groups and cursor: not opened", failure);
    }

    void readFailed(@Nullable Throwable failure) {
        readsFailed.increment();
        log("log: not read", failure);
    }

    void joinRefused(ErrorCode code) {
        joinsRefused.increment();
        LOG.debug("JOIN: {}", code);
    }

    private static void log(String what, @Nullable Throwable failure) {
        if (failure instanceof HawserException refusal) {
            LOG.debug("{}: {}", what, refusal.getMessage());
        } else {
            LOG.error("{}", what, failure);
        }
    }
}
