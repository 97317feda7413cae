package io.hawser.bench.chaos.fault;

import io.hawser.bench.chaos.fault.Fault.Chooser;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What befalls Redis: one server of it, where there are several. What has been healed is whole again, replicas included: one
 * fault leaves nothing to the next.
 */
final class RedisFaults {
    private static final String PROMOTED = "redis-promoted";
    private static final String SENTINEL_KILLED = "sentinel-killed";
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration A_MOMENT = Duration.ofSeconds(3);
    private static final Duration A_WHILE = Duration.ofSeconds(15);

    private RedisFaults() {}

    static List<Fault> of(RedisForm form) {
        List<Fault> all = new ArrayList<>();
        all.add(killed("redis-killed", RedisFaults::one));
        all.add(new Fault(
                "redis-flushed",
                "FLUSHALL: it forgets everything, and goes on",
                AT_ONCE,
                RedisFaults::master,
                (machine, redis) -> machine.redis().named(redis.getFirst()).ask("FLUSHALL"),
                (machine, redis) -> {}));
        all.add(new Fault(
                "redis-wiped",
                "SIGKILL, and its files are gone; started again with nothing in it",
                AT_ONCE,
                RedisFaults::one,
                RedisFaults::wipe,
                RedisFaults::start));
        all.add(new Fault(
                "redis-rolled-back",
                "SIGKILL; started again with its files of " + A_MOMENT.toSeconds() + " s before",
                AT_ONCE,
                RedisFaults::one,
                RedisFaults::rollBack,
                RedisFaults::start));
        all.add(Faults.paused("redis-paused", A_WHILE, RedisFaults::one, RedisFaults::start));
        all.add(Faults.down("redis-down", A_WHILE, RedisFaults::one, RedisFaults::start));
        all.add(Faults.down("redis-away", Faults.MINUTES, RedisFaults::one, RedisFaults::start));
        all.add(Faults.diskFull("redis", RedisFaults::one, RedisFaults::start));
        all.add(PowerFaults.of("redis", RedisFaults::one, RedisFaults::start));
        if (form.replicas() > 0) {
            all.add(new Fault(
                    PROMOTED,
                    "a master writes without its replica for " + A_MOMENT.toSeconds()
                            + " s, SIGKILL; the replica is promoted, and lacks that",
                    AT_ONCE,
                    RedisFaults::masterAndReplica,
                    RedisFaults::promote,
                    RedisFaults::start));
        }
        if (form == RedisForm.sentinel) {
            all.add(killed(SENTINEL_KILLED, (machine, chance) -> List.of(machine.oneOf("sentinel", chance))));
        }
        return all;
    }

    /** Faults that there are, and why there are none in this form. */
    static Map<String, String> without(RedisForm form) {
        return switch (form) {
            case single ->
                Map.of(
                        PROMOTED,
                        "a single Redis has no replica (expected: --redis sentinel, or --redis cluster)",
                        SENTINEL_KILLED,
                        "a single Redis has no sentinels (expected: --redis sentinel)");
            case sentinel -> StoreLinkFaults.WITHOUT;
            case cluster -> {
                Map<String, String> without = new HashMap<>(StoreLinkFaults.WITHOUT);
                without.put(SENTINEL_KILLED, "a cluster has no sentinels (expected: --redis sentinel)");
                yield without;
            }
        };
    }

    private static Fault killed(String name, Chooser targets) {
        return Faults.killed(name, targets, RedisFaults::start);
    }

    private static List<String> one(Machine machine, SplittableRandom chance) {
        return List.of(drawn(machine.redis().names(), chance));
    }

    private static List<String> master(Machine machine, SplittableRandom chance) {
        return List.of(drawn(machine.redis().masters(), chance));
    }

    private static List<String> masterAndReplica(Machine machine, SplittableRandom chance) {
        String master = drawn(machine.redis().masters(), chance);
        return List.of(master, machine.redis().replicaOf(master));
    }

    private static String drawn(List<String> names, SplittableRandom chance) {
        return names.get(chance.nextInt(names.size()));
    }

    private static void start(Machine machine, List<String> redis) {
        machine.start(redis);
        machine.redis().awaitWhole();
    }

    /** It stands still while its files go: else what it writes as it ends would be there. */
    private static void wipe(Machine machine, List<String> redis) throws IOException {
        machine.pause(redis);
        RedisFiles.remove(machine.redisDirectory(redis.getFirst()));
        machine.kill(redis);
    }

    /** As {@link #wipe}, with the files of a while ago instead of none. */
    private static void rollBack(Machine machine, List<String> redis) throws IOException {
        var directory = machine.redisDirectory(redis.getFirst());
        RedisFiles.copy(directory, machine.putBy());
        Pause.millis(A_MOMENT.toMillis());
        machine.pause(redis);
        RedisFiles.remove(directory);
        RedisFiles.copy(machine.putBy(), directory);
        machine.kill(redis);
        RedisFiles.remove(machine.putBy());
    }

    /**
     * That the replica stands still is not enough: what was sent to it waits in the kernel, and is read when it goes on. So it
     * loses its connection, too, and cannot make another one.
     */
    private static void promote(Machine machine, List<String> both) throws IOException {
        RedisServers servers = machine.redis();
        RedisServer master = servers.named(both.getFirst());
        List<String> replica = both.subList(1, 2);
        machine.pause(replica);
        master.ask("CLIENT KILL TYPE replica");
        long had = master.info().changes();
        Pause.millis(A_MOMENT.toMillis());
        RedisServers.await(
                both.getFirst() + ": nothing was written", () -> master.info().changes() > had);
        machine.kill(both.subList(0, 1));
        // Its agent would start it again, before anybody misses it.
        machine.drain(both.subList(0, 1));
        machine.resume(replica);
        servers.awaitMaster(replica.getFirst());
    }
}
