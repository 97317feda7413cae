package io.hawser.agent;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of a process.
 *
 * @param ready whether it serves
 * @param pid 0 where none runs
 * @param adopted whether an earlier agent started it
 * @param restarts how often it was to be started again because it had ended, though nobody had told it to
 * @param cpuPercent of one processor, over the last seconds; negative where it is unknown
 * @param residentBytes negative where it is unknown
 * @param startedAt null where none runs
 * @param lastExit null where it never ended
 * @param log what it prints
 */
public record ProcessStatus(
        String name,
        ProcessState state,
        boolean ready,
        long pid,
        boolean adopted,
        int restarts,
        double cpuPercent,
        long residentBytes,
        @Nullable Instant startedAt,
        @Nullable LastExit lastExit,
        Addresses addresses,
        String log) {}
