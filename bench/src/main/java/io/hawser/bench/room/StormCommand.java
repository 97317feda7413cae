package io.hawser.bench.room;

import io.hawser.bench.api.Api;
import io.hawser.bench.api.GrpcApi;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Surroundings;
import io.hawser.bench.platform.Hawser;
import io.hawser.bench.platform.PlatformOptions;
import io.hawser.bench.side.RoomSide;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Ramp;
import io.hawser.bench.swarm.Swarm;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench storm}: a room dies. */
@Command(
        name = "storm",
        header = "Kills a room, and measures how its clients come back.",
        description = {
            "All clients of room-1 lose it at one moment. They come back as the protocol has it: after a delay drawn by",
            "lot, by a dispatcher, whose addresses they try in turn. Meanwhile messages go to them, and to clients of room-2:",
            "none may be missing, come twice or out of order. Rooms have ZGC and 1 GiB, unless --jvm says otherwise.",
            "Exit codes: 3 a message is missing, came twice or out of order; 4 in the last storm fewer than 99 % were back after",
            "30 s, a message to another client took over 1 s, or another service had to start again."
        })
public final class StormCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int AT_ONCE = 256;
    private static final long LOOK_MILLIS = 100;

    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Option(names = "--clients", defaultValue = "15000", description = "Clients of the room (default: 15000).")
    private int clients;

    @Option(names = "--bystanders", defaultValue = "200", description = "Clients of the other (default: 200).")
    private int bystanders;

    @Option(
            names = "--rate",
            defaultValue = "100",
            description = "Stored messages a second, to the clients of either room (default: 100).")
    private int messagesPerSecond;

    @Option(names = "--seconds", defaultValue = "120", description = "How long to wait at most (default: 120).")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "10",
            description = "Seconds of messages before, which do not count (default: 10).")
    private double warmUpSeconds;

    @Option(
            names = "--rehearsals",
            defaultValue = "2",
            description = {
                "Whole storms before, told apart: the first measures the compilers of JVMs that are a minute old",
                "(default: 2)."
            })
    private int rehearsals;

    /** What a room's collector stops is no other's fault: rooms that serve in earnest have one that does not. */
    private static final List<String> AS_DEPLOYED = List.of("room=-XX:+UseZGC", "room=-Xmx1g");

    /** Exit code of a storm in which something took too long. */
    private static final int MISSED = 4;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> on = Surroundings.read();
        try (PlatformOptions.Opened opened = platform.open(2, AS_DEPLOYED, output);
                Swarm hit = new Swarm(0);
                Swarm others = new Swarm(1)) {
            List<Storm> storms = new ArrayList<>();
            while (storms.size() <= rehearsals) {
                if (!storms.isEmpty()) {
                    hit.leave();
                    others.leave();
                }
                storms.add(measure(opened.hawser(), hit, others));
                output.progress("all that came back did so after %.1f s"
                        .formatted(storms.getLast().absences().getMaxValue() / 1e6));
            }
            on.put("loadAverageAfter", Surroundings.loadAverage());
            output.report(new StormReport(on, clients, storms).report());
            int broken = Integrity.of(storms.stream().map(Storm::integrity)).exitCode(output);
            return broken != 0 ? broken : judge(storms.getLast());
        }
    }

    private int judge(Storm storm) {
        storm.misses().forEach(miss -> output.progress("bench: " + miss));
        return storm.misses().isEmpty() ? 0 : MISSED;
    }

    private Storm measure(Hawser hawser, Swarm hit, Swarm others) throws InterruptedException {
        if (hawser.rooms().size() < 2 || !hawser.services().containsKey("room-1")) {
            throw new BenchException(
                    "storm: no room-1 to kill and room-2 to stay (expected: a cluster on this machine)");
        }
        try (RoomSide side = new RoomSide(hawser);
                Api api = new GrpcApi(hawser.center(), hawser.app(), hawser.apiKey(), 1)) {
            awaitDoor(hawser.rooms().getFirst());
            List<Member> bystanding = side.members(bystanders);
            come(others, ramp(hawser, 1), bystanding);
            List<Member> members = side.members(clients);
            come(hit, ramp(hawser, 0).comingBackBy(hawser.dispatcher()), members);
            output.progress("all are in");
            Storm.Cast cast = new Storm.Cast(hit, members, others, bystanding, api);
            Storm.calm(cast, messagesPerSecond, warmUpSeconds);
            output.progress("room-1 is killed");
            return Storm.run(hawser, "room-1", cast, messagesPerSecond, seconds);
        }
    }

    /** The killed one of the storm before may still be on its way up. */
    private static void awaitDoor(String room) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!isOpen(room)) {
            if (System.nanoTime() - untilNanos > 0) {
                throw new BenchException(
                        "storm: " + room + " lets nobody in (expected: a room that was started again)");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static boolean isOpen(String room) {
        URI address = URI.create("tcp://" + room);
        try (Socket _ = new Socket(address.getHost(), address.getPort())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Ramp ramp(Hawser hawser, int room) {
        return Ramp.to(Ramp.Protocol.hawser, List.of(hawser.rooms().get(room)), hawser.app(), AT_ONCE, true);
    }

    private static void come(Swarm swarm, Ramp ramp, List<Member> members) {
        Swarm.Arrival arrival = swarm.come(ramp, members, PATIENCE);
        if (arrival.failed() > 0) {
            throw new BenchException(arrival.failed() + " clients are not in: " + arrival.firstFailure());
        }
    }
}
