package io.hawser.standalone.up;

import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.RunningPlatform;
import io.hawser.stores.Ports;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the parts of a platform listen, each on the loopback address.
 *
 * @param center the API
 * @param dispatcher what clients ask for a room
 * @param room where clients connect
 * @param zookeeper for services in other processes
 * @param redis the saver's
 * @param mariadb the saver's
 */
record PlatformPorts(int center, int dispatcher, int room, int zookeeper, int redis, int mariadb) {
    private static final int PORTS = 6;
    private static final Pattern PORT = Pattern.compile(":(\\d+)");

    /** The base and those that follow it, in the order of the components. */
    static PlatformPorts from(int base) {
        if (base < 1 || base > 65_536 - PORTS) {
            throw new CommandException("--port-base: " + base + " (expected: 1 to " + (65_536 - PORTS) + ")");
        }
        return new PlatformPorts(base, base + 1, base + 2, base + 3, base + 4, base + 5);
    }

    /** Those that a platform had when it ran. */
    static PlatformPorts of(RunningPlatform earlier) {
        return new PlatformPorts(
                port(earlier.center()),
                port(earlier.dispatcher()),
                port(earlier.rooms().getFirst()),
                port(earlier.zookeeper()),
                port(earlier.redis()),
                port(earlier.mysql()));
    }

    static PlatformPorts free() {
        List<Integer> free = Ports.free(PORTS);
        return new PlatformPorts(free.get(0), free.get(1), free.get(2), free.get(3), free.get(4), free.get(5));
    }

    /** Returns these, each that is taken replaced by a free one. */
    PlatformPorts orFree() {
        return new PlatformPorts(
                orFree(center), orFree(dispatcher), orFree(room), orFree(zookeeper), orFree(redis), orFree(mariadb));
    }

    /**
     * Looks before anything was started, so that the one line names the part and the way out. Not at the ports of Redis
     * and MariaDB: those may be held by what a killed platform left behind, which they end when they start.
     *
     * @throws CommandException when a port is taken
     */
    void requireFree() {
        for (Wanted wanted : all()) {
            if (!Ports.isFree(wanted.port)) {
                throw new CommandException(
                        "port %d for %s: taken by another process (expected: a free one; './hawser up' with another --port-base or with --free-ports finds them)"
                                .formatted(wanted.port, wanted.part));
            }
        }
    }

    private record Wanted(String part, int port) {}

    private List<Wanted> all() {
        return List.of(
                new Wanted("the center", center),
                new Wanted("the dispatcher", dispatcher),
                new Wanted("the room", room),
                new Wanted("ZooKeeper", zookeeper));
    }

    /** The number after the host in a URL or {@code host:port}. */
    private static int port(String address) {
        Matcher matcher = PORT.matcher(address);
        if (!matcher.find()) {
            throw new CommandException("address: " + address + " (expected: one with a port)");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static int orFree(int port) {
        return Ports.isFree(port) ? port : Ports.free(1).getFirst();
    }
}
