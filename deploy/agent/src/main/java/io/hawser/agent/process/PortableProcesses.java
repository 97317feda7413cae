package io.hawser.agent.process;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** What Java knows on any system, macOS for one: memory is not told there, nor the boot. */
public final class PortableProcesses implements OsProcesses {
    PortableProcesses() {}

    @Override
    public OptionalLong startOf(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().startInstant())
                .map(Instant::toEpochMilli)
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    @Override
    public Optional<Usage> usageOf(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .map(nanos -> new Usage(nanos, -1));
    }

    @Override
    public String boot() {
        return "";
    }
}
