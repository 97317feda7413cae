package io.hawser.saver.memory;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.redis.WorkingCopy;
import java.time.Clock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in for Redis: does to logs in the lane's memory what the scripts do to their keys, and says what they say. It
 * begins empty, and so every log is unknown at first, and read from MySQL when it is touched. Owned by the lane.
 *
 * <p>Where there is no room, the logs that were not touched for longest are dropped: all that they held is in MySQL, or
 * with the lane until it is there, and so they are unknown again, as logs are that Redis let expire. One that is being
 * restored stays, unless nobody has gone on with that for long.
 */
public final class MemoryCopy implements WorkingCopy {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryCopy.class);

    private static final long UNMARKED = -1;
    /** Steps of a restoration follow each other at once: one that had none for so many ticks was given up. */
    static final int ABANDONED_TICKS = 50;

    private static final int MARKER = 0;
    private static final int STATE = 1;
    /** Where an append has its request's record. */
    private static final int APPENDED_RECORD = 3;
    /** Where a restoration has a request's record. */
    private static final int RESTORED_RECORD = 2;

    private final String name;
    private final Executor lane;
    private final Clock clock;
    private final long maxBytes;
    private final int maxRequestsPerLog;
    private final Runnable onDropped;
    private final Map<ByteString, Long> markers = new HashMap<>();
    /** The one touched last is last. */
    private final LinkedHashMap<ByteString, MemoryLog> logs = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;
    private long ticks;

    /**
     * @param name differs from any that was there before
     * @param lane where answers are given
     * @param maxBytes of all logs together, roughly; what was touched since the last tick but one may be more
     * @param onDropped hears of each log that there is no room for
     */
    public MemoryCopy(
            String name, Executor lane, Clock clock, long maxBytes, int maxRequestsPerLog, Runnable onDropped) {
        this.name = name;
        this.lane = lane;
        this.clock = clock;
        this.maxBytes = maxBytes;
        this.maxRequestsPerLog = maxRequestsPerLog;
        this.onDropped = onDropped;
    }

    @Override
    public String runId(int slot) {
        return name;
    }

    @Override
    public boolean standsIn() {
        return true;
    }

    @Override
    public void run(Script script, byte[][] keys, byte[][] arguments, Callback callback) {
        try {
            Reply reply = new Reply(answer(script, keys, new Arguments(arguments)));
            lane.execute(() -> callback.answered(reply, null));
        } catch (RuntimeException e) {
            // What of it was done is undone with the slot's generation, as where Redis fails in the middle.
            LOG.error("{} failed in memory", script, e);
            lane.execute(() -> callback.answered(null, e));
        }
    }

    @Override
    public void flush() {
        // Nothing is ever queued.
    }

    /** To be called from time to time, in a task of the lane: makes room. */
    public void tick() {
        ticks++;
        Iterator<MemoryLog> oldestFirst = logs.values().iterator();
        while (bytes > maxBytes && oldestFirst.hasNext()) {
            MemoryLog log = oldestFirst.next();
            if (log.touchedTick >= ticks - 1) {
                // Whoever had it restored may not have had its turn yet: logs must not keep pushing each other out.
                return;
            }
            if (!log.beingRestored() || log.touchedTick < ticks - ABANDONED_TICKS) {
                bytes -= log.bytes();
                oldestFirst.remove();
                onDropped.run();
            }
        }
    }

    private List<Object> answer(Script script, byte[][] keys, Arguments arguments) {
        ByteString marker = key(keys, MARKER);
        if (script == Script.MARK) {
            return mark(marker, arguments.number(1));
        }
        if (markers.getOrDefault(marker, UNMARKED) != arguments.number(1)) {
            return Answers.of(Script.STALE);
        }
        ByteString state = key(keys, STATE);
        MemoryLog log = logs.get(state);
        long before = log == null ? 0 : log.bytes();
        List<Object> answer =
                script == Script.RECONCILE ? reconcile(state, log, arguments) : onLog(script, keys, log, arguments);
        MemoryLog after = logs.get(state);
        if (after != null) {
            after.touchedTick = ticks;
            bytes += after.bytes() - before;
        }
        return answer;
    }

    /** One that was overtaken does not turn it back. */
    private List<Object> mark(ByteString marker, long generation) {
        if (markers.getOrDefault(marker, UNMARKED) > generation) {
            return Answers.of(Script.STALE);
        }
        markers.put(marker, generation);
        return Answers.of(Script.OK);
    }

    private List<Object> reconcile(ByteString state, @Nullable MemoryLog before, Arguments arguments) {
        MemoryLog begun = new MemoryLog(maxRequestsPerLog);
        logs.put(state, begun);
        return Restores.reconcile(begun, before, arguments);
    }

    private List<Object> onLog(Script script, byte[][] keys, @Nullable MemoryLog log, Arguments arguments) {
        if (log == null || !(log.usableIn(arguments.bytes(1)) || restores(script))) {
            return Answers.of(Script.UNKNOWN);
        }
        return switch (script) {
            case APPEND -> new AppendRun(log, key(keys, APPENDED_RECORD), arguments).run();
            case OPEN -> Changes.open(log, arguments);
            case LOAD -> Reads.load(log, arguments);
            case ACKNOWLEDGE -> Changes.acknowledge(log, arguments);
            case FORGET -> Changes.forget(log, arguments);
            case REMOVE -> Changes.remove(log, arguments);
            case STATUS -> Reads.status(log, arguments);
            case LIST -> Reads.list(log);
            case STATE -> Reads.state(log);
            case SWEEP -> Changes.sweep(log, arguments);
            case RESTORE -> Restores.restore(log, arguments);
            case REMEMBER -> Restores.remember(log, key(keys, RESTORED_RECORD), arguments, clock.millis());
            case RECONCILED -> Restores.reconciled(log, arguments);
            case MARK, RECONCILE, ERASE, UNREMEMBER ->
                throw new IllegalStateException(script + ": is not run on a log in memory");
        };
    }

    private static boolean restores(Script script) {
        return script == Script.RESTORE || script == Script.REMEMBER || script == Script.RECONCILED;
    }

    private static ByteString key(byte[][] keys, int index) {
        return UnsafeByteOperations.unsafeWrap(keys[index]);
    }
}
