package io.hawser.bench.room;

import io.hawser.bench.api.Api;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Pace;
import io.hawser.bench.measure.PauseWatch;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Proc;
import io.hawser.bench.platform.Hawser;
import io.hawser.bench.swarm.Count;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Swarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * A room is killed, and its clients come back.
 *
 * @param back clients that came back in time
 * @param secondsTo until so many percent were bound again, from the kill; those that were not reached are absent
 * @param absences of the clients, microseconds
 * @param backBySecond how many were back after each second
 * @param hit latencies of messages to them meanwhile, microseconds
 * @param bystanders latencies of messages to clients of another room meanwhile, microseconds
 * @param answers of the API to who sent to them, microseconds
 * @param refused messages that the center did not take
 * @param integrity of the messages to both
 * @param pauses of the other rooms
 * @param restarted services that had to start again, but for the killed one
 */
record Storm(
        int clients,
        int back,
        Map<Integer, Double> secondsTo,
        Histogram absences,
        List<Integer> backBySecond,
        Histogram hit,
        Histogram bystanders,
        Histogram answers,
        long refused,
        Integrity integrity,
        Pauses pauses,
        Set<String> restarted) {
    private static final long LOOK_MILLIS = 100;
    private static final List<Integer> SHARES = List.of(50, 90, 99, 100);
    private static final int MOST_PERCENT = 99;
    private static final int MOST_BACK_WITHIN_SECONDS = 30;
    private static final long LONGEST_DELAY_MICROS = TimeUnit.SECONDS.toMicros(1);
    private static final int PHASE = 1;
    private static final int BODY_BYTES = 256;

    /** Of the messages before it, which do not count: they warm up what they pass through. */
    private static final int CALM = 0;

    /** For what was accepted to arrive, once the clients are back. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The clients of the room that is killed, and those that look on. */
    record Cast(Swarm hit, List<Member> members, Swarm bystanders, List<Member> bystanding, Api api) {}

    /** @param messagesPerSecond stored ones, to the clients of the room, and as many to the others */
    static Storm run(Hawser hawser, String room, Cast cast, int messagesPerSecond, int seconds)
            throws InterruptedException {
        Map<String, Long> before = pids(hawser);
        Owed owedToHit = new Owed(cast.hit(), cast.members(), cast.api(), PHASE);
        Owed owedToOthers = new Owed(cast.bystanders(), cast.bystanding(), cast.api(), PHASE);
        Map<Integer, Double> secondsTo = new LinkedHashMap<>();
        List<Integer> backBySecond = new ArrayList<>(List.of(0));
        Pauses pauses;
        try (PauseWatch watch = PauseWatch.over(otherRooms(hawser, room));
                Pace _ = Pace.start(messagesPerSecond, owedToHit::send);
                Pace _ = Pace.start(messagesPerSecond, owedToOthers::send)) {
            TimeUnit.SECONDS.sleep(1);
            long killed = System.nanoTime();
            ProcessHandle.of(Objects.requireNonNull(before.get(room), room)).ifPresent(ProcessHandle::destroyForcibly);
            awaitBack(cast, killed, seconds, secondsTo, backBySecond);
            pauses = watch.between(killed, System.nanoTime());
        }
        Count others = owedToOthers.settled();
        Count hit = owedToHit.settled();
        return new Storm(
                cast.members().size(),
                hit.back(),
                secondsTo,
                hit.absences(),
                backBySecond,
                hit.latencies(),
                others.latencies(),
                owedToOthers.sends.answers(),
                owedToHit.sends.refused() + owedToOthers.sends.refused(),
                owedToHit.integrity(hit).and(owedToOthers.integrity(others)),
                pauses,
                restarted(before, pids(hawser), room));
    }

    private static void awaitBack(
            Cast cast, long killed, int seconds, Map<Integer, Double> secondsTo, List<Integer> backBySecond)
            throws InterruptedException {
        int clients = cast.members().size();
        int back = 0;
        while (System.nanoTime() - killed < seconds * 1e9 && back < clients) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            back = cast.hit().count().back();
            note(back, clients, (System.nanoTime() - killed) / 1e9, secondsTo, backBySecond);
        }
    }

    /** What of a storm has to hold, and did not in this one. */
    List<String> misses() {
        List<String> misses = new ArrayList<>();
        Double most = secondsTo.get(MOST_PERCENT);
        if (most == null || most > MOST_BACK_WITHIN_SECONDS) {
            misses.add(MOST_PERCENT + " % bound again after " + (most == null ? "longer" : "%.1f s".formatted(most))
                    + " (expected: " + MOST_BACK_WITHIN_SECONDS + " s at most)");
        }
        if (bystanders.getMaxValue() > LONGEST_DELAY_MICROS) {
            misses.add("a message to another client took " + bystanders.getMaxValue() / 1000 + " ms (expected: "
                    + LONGEST_DELAY_MICROS / 1000 + " at most)");
        }
        if (!restarted.isEmpty()) {
            misses.add(restarted + " started again (expected: none)");
        }
        return misses;
    }

    /** Messages as they go in the storm, and nothing happens. */
    static void calm(Cast cast, int messagesPerSecond, double seconds) throws InterruptedException {
        Owed toHit = new Owed(cast.hit(), cast.members(), cast.api(), CALM);
        Owed toOthers = new Owed(cast.bystanders(), cast.bystanding(), cast.api(), CALM);
        try (Pace _ = Pace.start(messagesPerSecond, toHit::send);
                Pace _ = Pace.start(messagesPerSecond, toOthers::send)) {
            TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
        }
        var _ = toHit.settled();
        var _ = toOthers.settled();
    }

    /** Stored messages to the clients of one swarm, in turn. */
    private static final class Owed {
        private final Swarm swarm;
        private final List<Member> members;
        private final Sends sends;
        private int turn;

        private Owed(Swarm swarm, List<Member> members, Api api, int phase) {
            this.swarm = swarm;
            this.members = members;
            this.sends = new Sends(api, phase, BODY_BYTES);
            swarm.begin(phase, true);
        }

        private void send(long dueNanos) {
            sends.send(List.of(members.get(turn++ % members.size()).user()), dueNanos);
        }

        private Count settled() {
            long owed = sends.accepted();
            return swarm.await(now -> now.deliveries() >= owed, PATIENCE);
        }

        private Integrity integrity(Count count) {
            return count.integrity(sends.accepted());
        }
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

    private static Map<String, Proc> otherRooms(Hawser hawser, String killed) {
        Map<String, Proc> rooms = new TreeMap<>(hawser.services());
        rooms.keySet().removeIf(name -> !name.startsWith("room-") || name.equals(killed));
        return rooms;
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
