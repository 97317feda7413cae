package io.hawser.bench.room;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.CpuWatch;
import io.hawser.bench.measure.PauseWatch;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Proc;
import io.hawser.bench.side.Side;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Ramp;
import io.hawser.bench.swarm.Swarm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A side with its clients. */
final class Contender implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Side side;
    private final Swarm swarm;
    private final PauseWatch pauses;

    /** @param number tells it from the others: its clients have addresses of their own */
    Contender(Side side, int number) {
        this.side = side;
        this.swarm = new Swarm(number);
        this.pauses = PauseWatch.over(side.isJava() ? side.servers() : Map.of());
    }

    Side side() {
        return side;
    }

    Swarm swarm() {
        return swarm;
    }

    String name() {
        return side.name();
    }

    /** Has all members come. All have to be in: a workload on fewer would be another one. */
    Swarm.Arrival come(List<Member> members, boolean bind) {
        return come(members, side.ramp(bind));
    }

    /** In this way. */
    Swarm.Arrival come(List<Member> members, Ramp ramp) {
        return whole(swarm.come(ramp, members, PATIENCE));
    }

    /** Has all come back that were cut off. */
    Swarm.Arrival comeAgain() {
        return whole(swarm.comeAgain(PATIENCE));
    }

    private Swarm.Arrival whole(Swarm.Arrival arrival) {
        if (arrival.failed() > 0) {
            throw new BenchException("%s: %d of %d clients are not in: %s"
                    .formatted(name(), arrival.failed(), arrival.failed() + arrival.up(), arrival.firstFailure()));
        }
        return arrival;
    }

    /** Watches its processes and its clients'. */
    CpuWatch watch() {
        return watch(Map.of());
    }

    /** Watches these, too. */
    CpuWatch watch(Map<String, Proc> besides) {
        Map<String, Proc> all = new LinkedHashMap<>(side.helpers());
        all.putAll(side.servers());
        all.putAll(swarm.processes());
        all.putAll(besides);
        all.put("bench", Proc.self());
        return CpuWatch.over(all);
    }

    /** What the side's servers used, of what was watched. */
    long serverMicros(CpuWatch.Use use) {
        return sum(use, side.servers());
    }

    long helperMicros(CpuWatch.Use use) {
        return sum(use, side.helpers());
    }

    /** When its servers stood still while {@code use} was watched; of none where they are no JVMs of this machine. */
    Pauses pauses(CpuWatch.Use use) {
        return pauses.during(use);
    }

    private static long sum(CpuWatch.Use use, Map<String, Proc> some) {
        return some.keySet().stream()
                .mapToLong(name -> use.micros().getOrDefault(name, 0L))
                .sum();
    }

    @Override
    public void close() {
        try {
            swarm.close();
            pauses.close();
        } finally {
            side.close();
        }
    }
}
