package io.hawser.bench.unicast;

import io.hawser.bench.api.Api;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Processes;
import io.hawser.bench.measure.Stamp;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs loads one after the other against the same clients, each as a phase of its own. */
final class Run implements Arrivals {
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 5;

    private final List<Tally> tallies = new ArrayList<>();
    private final Processes processes;

    /** {@code phases}: how many will be run. */
    Run(Processes processes, int phases) {
        this.processes = processes;
        for (int i = 0; i < phases; i++) {
            tallies.add(new Tally());
        }
    }

    @Override
    public void arrived(ByteBuffer body, boolean inChain) {
        Stamp stamp = Stamp.of(body);
        Tally tally = tallies.get(stamp.phase());
        tally.delivered(stamp.dueNanos());
        if (!inChain) {
            tally.outOfChain.increment();
        }
    }

    @Override
    public void repeated(ByteBuffer body) {
        tallies.get(Stamp.of(body).phase()).repeated.increment();
    }

    /** Sends for this long, then waits until all is delivered. */
    Phase phase(int number, Load load, Api api, List<String> users, int usersPerCall, int bodyBytes, Duration time)
            throws InterruptedException {
        Tally tally = tallies.get(number);
        Sender sender = new Sender(api, users, usersPerCall, bodyBytes, number, tally);
        Map<String, Long> cpuBefore = processes.cpuMicros();
        Map<String, Long> threadsBefore = processes.cpuMicrosByThreads();
        long begin = System.nanoTime();
        load.run(sender, time);
        double seconds = (System.nanoTime() - begin) / 1e9;
        long acceptedInTime = tally.accepted.sum();
        long deliveredInTime = tally.delivered.sum();
        awaitDelivery(tally);
        if (acceptedInTime == 0) {
            throw new BenchException("the center accepted nothing: " + sender.firstRefusal());
        }
        return new Phase(
                load.name(),
                tally,
                sender.firstRefusal(),
                seconds,
                acceptedInTime,
                deliveredInTime,
                tally.sendToAccepted(),
                tally.sendToDelivered(),
                Processes.between(cpuBefore, processes.cpuMicros()),
                Processes.between(threadsBefore, processes.cpuMicrosByThreads()));
    }

    private static void awaitDelivery(Tally tally) throws InterruptedException {
        long giveUp = System.nanoTime() + DRAIN.toNanos();
        while (tally.missing() > 0 && System.nanoTime() - giveUp < 0) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
