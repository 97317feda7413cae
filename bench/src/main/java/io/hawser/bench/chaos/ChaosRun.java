package io.hawser.bench.chaos;

import io.hawser.bench.chaos.check.Checker;
import io.hawser.bench.chaos.check.Flow;
import io.hawser.bench.chaos.check.Verdict;
import io.hawser.bench.chaos.disk.StoreDisks;
import io.hawser.bench.chaos.fault.ClockFaults;
import io.hawser.bench.chaos.fault.DiskPlan;
import io.hawser.bench.chaos.fault.Fault;
import io.hawser.bench.chaos.fault.Faults;
import io.hawser.bench.chaos.fault.Machine;
import io.hawser.bench.chaos.fault.Nemesis;
import io.hawser.bench.chaos.fault.RedisForm;
import io.hawser.bench.chaos.history.History;
import io.hawser.bench.chaos.load.Entrances;
import io.hawser.bench.chaos.load.LoadSettings;
import io.hawser.bench.chaos.load.Workload;
import io.hawser.bench.chaos.relay.LinkRelays;
import io.hawser.bench.chaos.relay.Relays;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Pause;
import io.hawser.bench.measure.Surroundings;
import io.hawser.bench.platform.OwnCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A run, from the start of its cluster to its verdict. */
final class ChaosRun {
    private static final long WARM_UP_MILLIS = 5_000;
    /** All of them are in memory, of which there is a gibibyte, and are gone through again and again. */
    private static final int MOST_EVENTS = 1_000_000;

    /** For what should not come any more. */
    private static final long AFTERMATH_MILLIS = 3_000;

    private final LoadSettings load;
    private final List<Fault> faults;
    private final Duration duration;
    private final Duration late;
    private final Path directory;
    private final RedisForm redis;
    private final List<String> clusterArguments;
    private final Output output;

    /** @param late what a message may take at the most, while nothing is broken, to come */
    ChaosRun(
            LoadSettings load,
            List<Fault> faults,
            Duration duration,
            Duration late,
            Path directory,
            RedisForm redis,
            List<String> clusterArguments,
            Output output) {
        this.load = load;
        this.faults = List.copyOf(faults);
        this.duration = duration;
        this.late = late;
        this.directory = directory;
        this.redis = redis;
        this.clusterArguments = List.copyOf(clusterArguments);
        this.output = output;
    }

    /**
     * Returns the exit code of the command.
     *
     * @throws BenchException where there would be more events than are kept, or the run could not be made
     */
    int run() {
        fits();
        Map<String, Object> on = Surroundings.read();
        Path file = directory.resolve("history.jsonl");
        output.progress("a cluster is started in " + directory.resolve("cluster"));
        Path cluster = directory.resolve("cluster");
        try (LinkRelays relays = LinkRelays.before(cluster, Faults.needStoreLinks(faults));
                StoreDisks disks = DiskPlan.mount(cluster, redis, faults);
                OwnCluster _ = OwnCluster.startIn(cluster, arguments(cluster));
                History history = new History(file, MOST_EVENTS)) {
            // What stores wrote when they were made, before anybody's first message, is not what is tried.
            disks.sync();
            Entrances entrances = Entrances.read(cluster.resolve("up.json"));
            try (Workload workload = Workload.begin(load, entrances, directory, history)) {
                Machine machine = new Machine(cluster, redis, workload.phones(), carrying(relays), disks);
                rage(workload, machine, history);
                end(workload, machine, history);
                int exit = tell(on, workload, history);
                if (exit != 0) {
                    disks.mountCommands().forEach(mount -> output.progress("chaos: what a store had: " + mount));
                }
                return exit;
            }
        }
    }

    private List<String> arguments(Path cluster) {
        List<String> arguments = new ArrayList<>(Faults.arguments(faults));
        arguments.addAll(clusterArguments);
        arguments.addAll(ClockFaults.arguments(cluster, faults));
        if (LinkRelays.arePossible()) {
            arguments.addAll(LinkRelays.arguments(Faults.needStoreLinks(faults)));
        }
        return arguments;
    }

    private void fits() {
        double events = load.eventsPerSecond() * duration.toSeconds();
        if (events > MOST_EVENTS) {
            throw new BenchException("--minutes: " + duration.toMinutes()
                    + ": about %,d events (expected: at most %,d; a shorter run, a lower --rate, fewer --users)"
                            .formatted((long) events, MOST_EVENTS));
        }
    }

    private static Relays carrying(LinkRelays relays) {
        return LinkRelays.arePossible() ? relays.started() : Relays.NONE;
    }

    private void rage(Workload workload, Machine machine, History history) {
        output.progress(workload.cast().endpoints().size() + " devices are there");
        workload.start();
        Pause.millis(WARM_UP_MILLIS);
        Nemesis nemesis = new Nemesis(
                load.seed(),
                faults,
                machine,
                history,
                healedNanos -> flows(workload, history, healedNanos),
                struckNanos -> Checker.emptying(workload.cast(), history.events(), struckNanos),
                output);
        nemesis.rageUntil(System.nanoTime() + duration.toNanos());
    }

    /** Whether what was promised before that moment has come, and is promised again. */
    private static boolean flows(Workload workload, History history, long healedNanos) {
        workload.check();
        return Checker.serves(workload.cast(), history.events(), healedNanos)
                && Checker.isComplete(
                        workload.cast(),
                        history.events(),
                        healedNanos,
                        System.nanoTime(),
                        workload.cast().alone());
    }

    private void end(Workload workload, Machine machine, History history) {
        output.progress("all is healed, and what is owed awaited");
        machine.healAll();
        workload.stop();
        var _ = workload.everybodyIsThere(
                came -> Checker.isComplete(workload.cast(), history.events(), Long.MAX_VALUE, System.nanoTime(), came));
        Pause.millis(AFTERMATH_MILLIS);
        machine.instances().forEach(history::add);
        workload.end();
        workload.check();
    }

    private int tell(Map<String, Object> on, Workload workload, History history) {
        Verdict verdict = Checker.check(workload.cast(), history.events(), load.floor(), late.toNanos());
        Flow flow = new Flow(workload.cast(), history.events());
        on.put("seed", load.seed());
        on.put("redis", redis.name());
        on.put("loadAverageAfter", Surroundings.loadAverage());
        verdict.violations().forEach(violation -> output.progress("chaos: " + violation));
        output.report(new ChaosReport(on, verdict, flow).report());
        return verdict.isGreen() ? 0 : Chaos.BROKEN;
    }
}
