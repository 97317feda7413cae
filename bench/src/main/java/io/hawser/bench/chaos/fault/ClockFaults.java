package io.hawser.bench.chaos.fault;

import io.hawser.bench.chaos.clock.ClockAgent;
import io.hawser.bench.chaos.clock.ClockSettings;
import io.hawser.bench.measure.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clocks that are wrong: of one instance of a service, which has an agent for that in its JVM. */
public final class ClockFaults {
    private static final Duration OFF = Duration.ofMinutes(10);
    private static final Duration HOLDS = Duration.ofSeconds(20);
    private static final String AHEAD = "-clock-ahead";
    private static final String BEHIND = "-clock-behind";

    private ClockFaults() {}

    /** @param cluster its directory */
    static ClockSettings of(Path cluster) {
        return new ClockSettings(directory(cluster));
    }

    private static Path directory(Path cluster) {
        return cluster.resolve("clocks");
    }

    /** What a cluster has to be started with, where one of these is to befall it. */
    public static List<String> arguments(Path cluster, List<Fault> faults) {
        if (faults.stream().noneMatch(ClockFaults::isOne)) {
            return List.of();
        }
        Path directory = directory(cluster);
        Path jar = directory.resolve("agent.jar");
        try {
            Files.createDirectories(directory);
            ClockAgent.write(jar);
        } catch (IOException e) {
            throw new BenchException(jar + ": cannot be written: " + e.getMessage(), e);
        }
        return List.of("--jvm=-javaagent:" + jar + "=" + directory);
    }

    static List<Fault> all(List<String> services) {
        List<Fault> all = new ArrayList<>();
        for (String service : services) {
            all.add(wrong(service, AHEAD, OFF));
            all.add(wrong(service, BEHIND, OFF.negated()));
        }
        return all;
    }

    private static boolean isOne(Fault fault) {
        return fault.name().endsWith(AHEAD) || fault.name().endsWith(BEHIND);
    }

    private static Fault wrong(String service, String how, Duration off) {
        return new Fault(
                service + how,
                "the clock of one is " + Math.abs(off.toMinutes()) + " min"
                        + how.substring(how.lastIndexOf('-')).replace('-', ' ') + " for " + HOLDS.toSeconds() + " s",
                HOLDS,
                Faults.one(service),
                (machine, one) -> machine.clocks().put(one.getFirst(), off),
                (machine, one) -> machine.clocks().right(one.getFirst()));
    }
}
