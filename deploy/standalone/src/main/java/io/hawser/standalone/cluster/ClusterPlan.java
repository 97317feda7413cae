package io.hawser.standalone.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.stores.Ports;
import io.hawser.stores.RedisGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How many of each service there are, and which port each thing has: kept in the data directory, so that a process is
 * started with the same command again, by which one that runs is known.
 *
 * <pre>
 *   base +0 … +8     center-1 … center-9         +30  ZooKeeper    +100 … links, +200 … admin pages:
 *        +10 …       dispatcher-1 …              +31  Redis        ten for each kind, in the order of the kinds
 *        +20 …       room-1 …                    +32  MariaDB
 *                                                +33 … +38  redis-1 … redis-6, where it is several; +10,033 … of a cluster
 *                                                +39 … +41  sentinel-1 … sentinel-3
 * </pre>
 *
 * @param base the first port; 0: free ones, wherever they are
 * @param redis how it runs, unless one is given
 * @param counts of each kind, 1 to 9
 * @param ports by what has them: {@code room-1}, {@code room-1/link}, {@code room-1/admin}, {@code redis-1/bus}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ClusterPlan(int base, RedisForm redis, Map<Kind, Integer> counts, Map<String, Integer> ports) {
    static final int MOST = 9;
    private static final String FILE = "cluster.json";
    private static final int SPAN = 260;
    private static final int LAST_PORT = 65_535;
    private static final List<String> STORES = List.of("zookeeper", "redis", "mariadb");
    private static final int REDIS = 33;
    private static final int SENTINELS = 39;

    ClusterPlan {
        // A file of an earlier release does not name it.
        redis = redis == null ? RedisForm.SINGLE : redis;
        counts = Map.copyOf(counts);
        ports = Map.copyOf(ports);
    }

    /** A plan that goes by an earlier one where both have the same. */
    static ClusterPlan of(int base, RedisForm redis, Map<Kind, Integer> counts, Map<String, Integer> known) {
        List<String> wanted = wanted(redis, counts);
        boolean hasBus = wanted.stream().anyMatch(name -> name.endsWith(RedisForm.BUS));
        int highest = LAST_PORT + 1 - SPAN - (hasBus ? RedisGroup.BUS : 0);
        if (base != 0 && (base < 1 || base > highest)) {
            throw usage("--port-base: " + base + " (expected: 1 to " + highest + ", or 0 for free ports)");
        }
        counts.forEach((kind, count) -> {
            if (count < 1 || count > MOST) {
                throw usage("--" + kind.label() + "s: " + count + " (expected: 1 to " + MOST + ")");
            }
        });
        Map<String, Integer> ports = new TreeMap<>();
        if (base == 0) {
            ports.putAll(known);
            ports.keySet().retainAll(wanted);
            addFree(wanted, ports);
        } else {
            wanted.forEach(name -> ports.put(name, base + offset(name)));
        }
        return new ClusterPlan(base, redis, counts, ports);
    }

    /** For whatever has none yet: first two at a time, as nodes of a cluster have them. */
    private static void addFree(List<String> wanted, Map<String, Integer> ports) {
        List<String> nodes = wanted.stream()
                .filter(name -> name.endsWith(RedisForm.BUS) && !ports.containsKey(name))
                .map(name -> name.replace(RedisForm.BUS, ""))
                .toList();
        List<Integer> pairs = Ports.free(nodes.size(), RedisGroup.BUS, Set.copyOf(ports.values()));
        for (int i = 0; i < nodes.size(); i++) {
            ports.put(nodes.get(i), pairs.get(i));
            ports.put(nodes.get(i) + RedisForm.BUS, pairs.get(i) + RedisGroup.BUS);
        }
        List<String> others =
                wanted.stream().filter(name -> !ports.containsKey(name)).toList();
        List<Integer> free = Ports.free(others.size(), 0, Set.copyOf(ports.values()));
        for (int i = 0; i < others.size(); i++) {
            ports.put(others.get(i), free.get(i));
        }
    }

    /** Those that go on with another start in the directory: two forms of Redis have nothing in common. */
    Map<String, Integer> portsUnder(RedisForm form) {
        Map<String, Integer> kept = new TreeMap<>(ports);
        if (form != redis) {
            kept.keySet().removeIf(name -> redis.processes().contains(name.replace(RedisForm.BUS, "")));
        }
        return kept;
    }

    static ClusterPlan read(Path directory) {
        try {
            return new ObjectMapper().readValue(directory.resolve(FILE).toFile(), ClusterPlan.class);
        } catch (IOException e) {
            throw new AgentException(
                    AgentExit.FAILED, directory.resolve(FILE) + ": not what 'cluster up' wrote: " + e.getMessage(), e);
        }
    }

    static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    void write(Path directory) throws IOException {
        Path unfinished = directory.resolve(FILE + ".new");
        Files.write(unfinished, new ObjectMapper().writeValueAsBytes(this));
        Files.move(unfinished, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** With one more of the kind. */
    ClusterPlan withOneMore(Kind kind) {
        Map<Kind, Integer> more = new EnumMap<>(counts);
        more.merge(kind, 1, Integer::sum);
        return of(base, redis, more, ports);
    }

    /** Names of a kind's processes. */
    List<String> names(Kind kind) {
        List<String> names = new ArrayList<>();
        for (int number = 1; number <= counts.getOrDefault(kind, 0); number++) {
            names.add(kind.label() + "-" + number);
        }
        return names;
    }

    /** {@code host:port}. */
    String address(String of) {
        return Ports.HOST + ":" + port(of);
    }

    int port(String of) {
        Integer port = ports.get(of);
        if (port == null) {
            throw new IllegalArgumentException("port of " + of + " (expected: one of " + ports.keySet() + ")");
        }
        return port;
    }

    private static List<String> wanted(RedisForm redis, Map<Kind, Integer> counts) {
        List<String> wanted = new ArrayList<>(List.of("zookeeper", "mariadb"));
        for (String process : redis.processes()) {
            wanted.add(process);
            if (redis == RedisForm.CLUSTER) {
                wanted.add(process + RedisForm.BUS);
            }
        }
        counts.forEach((kind, count) -> {
            for (int number = 1; number <= count; number++) {
                String name = kind.label() + "-" + number;
                if (kind.servesClients()) {
                    wanted.add(name);
                }
                wanted.add(name + "/link");
                wanted.add(name + "/admin");
            }
        });
        return wanted;
    }

    private static int offset(String name) {
        if (STORES.contains(name)) {
            return 30 + STORES.indexOf(name);
        }
        String process = name.contains("/") ? name.substring(0, name.indexOf('/')) : name;
        int dash = process.indexOf('-');
        return block(name) + first(process.substring(0, dash)) + Integer.parseInt(process.substring(dash + 1)) - 1;
    }

    private static int first(String of) {
        return switch (of) {
            case "redis" -> REDIS;
            case "sentinel" -> SENTINELS;
            default -> Kind.parse(of).portOffset();
        };
    }

    private static int block(String name) {
        if (name.endsWith(RedisForm.BUS)) {
            return RedisGroup.BUS;
        }
        return name.endsWith("/link") ? 100 : name.endsWith("/admin") ? 200 : 0;
    }

    private static AgentException usage(String message) {
        return new AgentException(AgentExit.USAGE, message);
    }
}
