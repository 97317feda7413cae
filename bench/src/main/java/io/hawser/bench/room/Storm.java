package io.hawser.bench.room;

import io.hawser.bench.api.Api;
import io.hawser.bench.measure.Stamp;
import io.hawser.bench.platform.Hawser;
import io.hawser.bench.swarm.Count;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Swarm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * A room is killed, and its clients come back.
 *
 * @param back clients that came back in time
 * @param secondsTo until so many percent were bound again, from the kill; those that were not reached are absent
 * @param absences of the clients, microseconds
 * @param backBySecond how many were back after each second
 * @param bystanders latencies of messages to clients of another room meanwhile, microseconds
 * @param missing messages to these that did not arrive
 * @param restarted services that had to start again, but for the killed one
 */
record Storm(
        int clients,
        int back,
        Map<Integer, Double> secondsTo,
        Histogram absences,
        List<Integer> backBySecond,
        Histogram bystanders,
        long missing,
        Set<String> restarted) {
    private static final long LOOK_MILLIS = 100;
    private static final List<Integer> SHARES = List.of(50, 90, 99, 100);
    private static final int PHASE = 1;

    /** The clients of the room that is killed, and those that look on. */
    record Cast(Swarm hit, int clients, Swarm bystanders, List<Member> bystanding, Api api) {}

    static Storm run(Hawser hawser, String room, Cast cast, int messagesPerSecond, int seconds)
            throws InterruptedException {
        Map<String, Long> before = pids(hawser);
        cast.hit().begin(PHASE, false);
        cast.bystanders().begin(PHASE, true);
        AtomicBoolean over = new AtomicBoolean();
        LongAdder accepted = new LongAdder();
        Thread sender = Thread.ofVirtual().start(() -> send(cast, messagesPerSecond, over, accepted));
        TimeUnit.SECONDS.sleep(1);
        long killed = System.nanoTime();
        ProcessHandle.of(Objects.requireNonNull(before.get(room), room)).ifPresent(ProcessHandle::destroyForcibly);
        Map<Integer, Double> secondsTo = new LinkedHashMap<>();
        List<Integer> backBySecond = new ArrayList<>(List.of(0));
        Count count = cast.hit().count();
        while (System.nanoTime() - killed < seconds * 1e9 && count.back() < cast.clients()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            count = cast.hit().count();
            double passed = (System.nanoTime() - killed) / 1e9;
            note(count.back(), cast.clients(), passed, secondsTo, backBySecond);
        }
        over.set(true);
        sender.join();
        TimeUnit.SECONDS.sleep(1);
        Count looking = cast.bystanders().count();
        return new Storm(
                cast.clients(),
                count.back(),
                secondsTo,
                count.absences(),
                backBySecond,
                looking.latencies(),
                accepted.sum() - looking.deliveries(),
                restarted(before, pids(hawser), room));
    }

    private static void note(
            int back, int clients, double passed, Map<Integer, Double> secondsTo, List<Integer> backBySecond) {
        for (int share : SHARES) {
            if ((long) back * 100 >= (long) share * clients) {
                secondsTo.putIfAbsent(share, passed);
            }
        }
        while (backBySecond.size() <= (int) passed) {
            backBySecond.add(back);
        }
    }

    private static void send(Cast cast, int perSecond, AtomicBoolean over, LongAdder accepted) {
        long begin = System.nanoTime();
        for (int i = 0; !over.get(); i++) {
            long due = begin + TimeUnit.SECONDS.toNanos(i) / perSecond;
            try {
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            String user = cast.bystanding().get(i % cast.bystanding().size()).user();
            var _ = cast.api()
                    .send(List.of(user), new Stamp(PHASE, due).body(256))
                    .thenAccept(accepted::add);
        }
    }

    private static Map<String, Long> pids(Hawser hawser) {
        Map<String, Long> pids = new TreeMap<>();
        hawser.services().forEach((name, proc) -> pids.put(name, proc.pid()));
        return pids;
    }

    private static Set<String> restarted(Map<String, Long> before, Map<String, Long> after, String killed) {
        Map<String, Long> others = new TreeMap<>(before);
        others.remove(killed);
        others.entrySet().removeAll(after.entrySet());
        return others.keySet();
    }
}
