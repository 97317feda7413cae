package io.hawser.bench.room;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Output;
import io.hawser.bench.platform.PlatformOptions;
import io.hawser.bench.side.Broker;
import io.hawser.bench.side.BrokerKind;
import io.hawser.bench.side.FloorSide;
import io.hawser.bench.side.LogSide;
import io.hawser.bench.side.RoomSide;
import io.hawser.bench.side.Side;
import io.hawser.bench.swarm.Swarm;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who is measured: Hawser's rooms, beside the floor where that is wanted, and beside other brokers. */
final class SideOptions {
    /** As a room of 'cluster up' has it. */
    private static final List<String> FLOOR_JVM = List.of("-Xmx384m", "-XX:+UseSerialGC");

    /** Open files of a process. */
    private static final int MOST_ON_THE_FLOOR = 19_000;

    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Option(
            names = "--no-floor",
            description =
                    "Leaves out the bare server that is measured beside, which tells what the machine allows now.")
    private boolean noFloor;

    @Option(
            names = "--rooms",
            paramLabel = "N",
            description = "Rooms of its own cluster, up to 9 (default: one for each 17,000 clients, as of generators).")
    private int rooms;

    @Option(
            names = "--tls",
            description = {
                "Clients come by TLS 1.3. Its own cluster gets a throw-away certificate (ECDSA), which they verify. No floor."
            })
    private boolean tls;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "With --tls and --against: what the clients believe, in PEM.")
    private @Nullable Path certificate;

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
        return openRooms(roomsFor(clients), List.of(), output);
    }

    private PlatformOptions.Opened openRooms(int count, List<String> flags, Output output) {
        return tls ? platform.openTls(count, flags, certificate, output) : platform.open(count, flags, output);
    }

    private int roomsFor(int clients) {
        return rooms > 0 ? rooms : (clients + Swarm.MOST_A_PROCESS - 1) / Swarm.MOST_A_PROCESS;
    }

    /** Whether clients come by TLS. */
    boolean isTls() {
        return tls;
    }

    /** Rooms enough for so many clients that take broadcasts as they are, and as many for those that take them compressed. */
    Opened openCompressed(int clients, Output output) {
        if (tls) {
            throw new BenchException("--compress: not with --tls (expected: one of them)");
        }
        Opened both = new Opened();
        int each = roomsFor(clients);
        PlatformOptions.Opened hawser = openRooms(2 * each, List.of(), output);
        both.opened.push(hawser::close);
        if (hawser.hawser().rooms().size() < 2 * each) {
            both.close();
            throw new BenchException(
                    "--compress: too few rooms (expected: " + 2 * each + ", half of them for each side)");
        }
        both.add(new RoomSide(hawser.hawser().withRooms(0, each)));
        both.add(RoomSide.compressed(hawser.hawser().withRooms(each, each)));
        return both;
    }

    /** Rooms enough for so many clients, the floor, and these brokers where they are installed. */
    Opened open(int clients, List<String> flags, List<BrokerKind> brokers, Output output) {
        Opened all = new Opened();
        PlatformOptions.Opened hawser = openRooms(roomsFor(clients), flags, output);
        all.opened.push(hawser::close);
        all.add(new RoomSide(hawser.hawser()));
        if (clients > MOST_ON_THE_FLOOR) {
            output.progress("SKIPPED: the floor is one process, for %,d clients at most".formatted(MOST_ON_THE_FLOOR));
        } else if (!noFloor && !tls) {
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
