package io.hawser.bench.room;

import io.hawser.bench.measure.Output;
import io.hawser.bench.platform.PlatformOptions;
import io.hawser.bench.side.Broker;
import io.hawser.bench.side.BrokerKind;
import io.hawser.bench.side.FloorSide;
import io.hawser.bench.side.LogSide;
import io.hawser.bench.side.RoomSide;
import io.hawser.bench.side.Side;
import io.hawser.bench.swarm.Swarm;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who is measured: Hawser's rooms, beside the floor where that is wanted, and beside other brokers. */
final class SideOptions {
    /** As a room of 'cluster up' has it. */
    private static final List<String> FLOOR_JVM = List.of("-Xmx384m", "-XX:+UseSerialGC");

    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Option(
            names = "--no-floor",
            description =
                    "Leaves out the bare server that is measured beside, which tells what the machine allows now.")
    private boolean noFloor;

    /** The sides, all running; closed together. */
    static final class Opened implements AutoCloseable {
        private final Deque<Runnable> opened = new ArrayDeque<>();
        private final List<Contender> contenders = new ArrayList<>();

        List<Contender> contenders() {
            return contenders;
        }

        private void add(Side side) {
            Contender contender = new Contender(side, contenders.size());
            opened.push(contender::close);
            contenders.add(contender);
        }

        @Override
        public void close() {
            Runnable last = opened.poll();
            if (last != null) {
                try {
                    last.run();
                } finally {
                    close();
                }
            }
        }
    }

    /** Rooms enough for so many clients whose broadcasts are stored, and nobody beside them. */
    Opened openStored(int clients, Output output) {
        Opened one = new Opened();
        PlatformOptions.Opened hawser = openRooms(clients, output);
        one.opened.push(hawser::close);
        one.add(new LogSide(hawser.hawser()));
        return one;
    }

    /** Rooms enough for so many clients, and nothing beside. */
    PlatformOptions.Opened openRooms(int clients, Output output) {
        return platform.open(roomsFor(clients), List.of(), output);
    }

    private static int roomsFor(int clients) {
        return (clients + Swarm.MOST_A_PROCESS - 1) / Swarm.MOST_A_PROCESS;
    }

    /** Rooms enough for so many clients, the floor, and these brokers where they are installed. */
    Opened open(int clients, List<String> flags, List<BrokerKind> brokers, Output output) {
        Opened all = new Opened();
        PlatformOptions.Opened hawser = platform.open(roomsFor(clients), flags, output);
        all.opened.push(hawser::close);
        all.add(new RoomSide(hawser.hawser()));
        if (!noFloor) {
            List<String> floorFlags = new ArrayList<>(FLOOR_JVM);
            floorFlags.addAll(flags);
            all.add(FloorSide.start(floorFlags));
        }
        for (BrokerKind broker : brokers) {
            if (Broker.program(broker).isPresent()) {
                all.add(Broker.start(broker));
            } else {
                output.progress("SKIPPED: " + broker.label() + " is not installed (expected: " + broker.program()
                        + " on the PATH; Debian has packages of it)");
            }
        }
        return all;
    }
}
