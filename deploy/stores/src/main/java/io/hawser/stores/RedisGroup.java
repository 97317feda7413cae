package io.hawser.stores;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/**
 * Redis servers that belong together, each for somebody else to run: a master with replicas under sentinels, or the nodes of a
 * cluster.
 *
 * <p>Who is master is theirs to know, and changes. They write it into files of their own, which therefore are made for the first
 * start and left alone from then on; named by the port, for with other ports they are another group.
 */
public final class RedisGroup {
    /** Masters of a cluster: the fewest of which a majority is left when one is lost. */
    public static final int MASTERS = 3;

    /** How far above a node's port the other nodes reach it. Not to be changed before version 7. */
    public static final int BUS = 10_000;

    /** Sentinels that have to agree that a master is gone. */
    private static final int QUORUM = 2;

    /** After which silence a server is taken for gone: longer than a start, and soon enough to watch it. */
    private static final int SILENCE_MILLIS = 3_000;

    /** A failover that did not succeed is tried again after twice as long. */
    private static final int FAILOVER_MILLIS = 10_000;

    private static final int HASH_SLOTS = 16_384;

    private RedisGroup() {}

    /** The server that is master at first. */
    public static StoreProgram master(Path directory, int port) {
        return server(directory, port, "");
    }

    /** A server that is a replica at first. */
    public static StoreProgram replica(Path directory, int port, int masterPort) {
        return server(directory, port, "replicaof %s %d\n".formatted(Ports.HOST, masterPort));
    }

    /**
     * One of three that watch a master, and promote a replica when two say that it is gone.
     *
     * @param name what they call the master
     * @param masterPort of the one that is master at first
     */
    public static StoreProgram sentinel(Path directory, int port, String name, int masterPort) {
        return prepare(directory, data -> {
            Path file = made(data, "sentinel-%d.conf".formatted(port), """
                    port %d
                    bind %s
                    dir %s
                    set-proc-title no
                    sentinel monitor %s %s %d %d
                    sentinel down-after-milliseconds %s %d
                    sentinel failover-timeout %s %d
                    """.formatted(
                            port,
                            Ports.HOST,
                            quoted(data.path()),
                            name,
                            Ports.HOST,
                            masterPort,
                            QUORUM,
                            name,
                            SILENCE_MILLIS,
                            name,
                            FAILOVER_MILLIS));
            return List.of(EmbeddedRedis.program().toString(), file.toString(), "--sentinel");
        });
    }

    /**
     * A node of a cluster whose nodes know each other from their first start on.
     *
     * @param ports of all nodes: of {@link #MASTERS} masters, which share the hash slots, then of their replicas, in turn
     */
    public static StoreProgram node(Path directory, int port, List<Integer> ports) {
        return prepare(directory, data -> {
            Path file = made(data, "nodes-%d.conf".formatted(port), nodes(port, ports));
            List<String> command =
                    new ArrayList<>(EmbeddedRedis.command(data.path().toString(), port));
            command.addAll(List.of("--cluster-enabled", "yes"));
            command.addAll(List.of("--cluster-config-file", file.getFileName().toString()));
            command.addAll(List.of("--cluster-node-timeout", Integer.toString(SILENCE_MILLIS)));
            return command;
        });
    }

    private static StoreProgram server(Path directory, int port, String role) {
        return prepare(directory, data -> {
            Path file = made(data, "redis-%d.conf".formatted(port), role);
            List<String> command =
                    new ArrayList<>(EmbeddedRedis.command(data.path().toString(), port));
            command.add(1, file.toString());
            return command;
        });
    }

    /** As a node of that port keeps it: who is there, whose replica, and which hash slots are whose. */
    static String nodes(int port, List<Integer> ports) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < ports.size(); i++) {
            int master = i % MASTERS;
            boolean isMaster = i == master;
            lines.append("%s %s:%d@%d %s%s %s 0 0 %d connected%s%n"
                    .formatted(
                            id(ports.get(i)),
                            Ports.HOST,
                            ports.get(i),
                            ports.get(i) + BUS,
                            ports.get(i) == port ? "myself," : "",
                            isMaster ? "master" : "slave",
                            isMaster ? "-" : id(ports.get(master)),
                            master + 1,
                            isMaster ? " " + hashSlots(master) : ""));
        }
        return lines + "vars currentEpoch %d lastVoteEpoch 0%n".formatted(MASTERS);
    }

    private static String hashSlots(int master) {
        return "%d-%d".formatted(master * HASH_SLOTS / MASTERS, (master + 1) * HASH_SLOTS / MASTERS - 1);
    }

    /** By which the others know a node. */
    private static String id(int port) {
        try {
            byte[] name = ("hawser-redis-" + port).getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(name));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every platform has SHA-1", e);
        }
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static Path made(DataDirectory data, String name, String text) {
        Path file = data.resolve(name);
        if (!Files.exists(file)) {
            data.write(name, text);
        }
        return file;
    }

    private static StoreProgram prepare(Path directory, Function<DataDirectory, List<String>> command) {
        return DataDirectory.prepare(
                directory, EmbeddedRedis.FREE_BYTES, data -> new StoreProgram(command.apply(data)));
    }
}
