package io.hawser.standalone.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.stores.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many of each service there are, and which port each thing has: kept in the data directory, so that a process is
 * started with the same command again, by which one that runs is known.
 *
 * <pre>
 *   base +0 … +8     center-1 … center-9         +30  ZooKeeper    +100 … links, +200 … admin pages:
 *        +10 …       dispatcher-1 …              +31  Redis        ten for each kind, in the order of the kinds
 *        +20 …       room-1 …                    +32  MariaDB
 * </pre>
 *
 * @param base the first port; 0: free ones, wherever they are
 * @param counts of each kind, 1 to 9
 * @param ports by what has them: {@code room-1}, {@code room-1/link}, {@code room-1/admin}, {@code redis}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ClusterPlan(int base, Map<Kind, Integer> counts, Map<String, Integer> ports) {
    static final int MOST = 9;
    private static final String FILE = "cluster.json";
    private static final int SPAN = 260;
    private static final List<String> STORES = List.of("zookeeper", "redis", "mariadb");

    ClusterPlan {
        counts = Map.copyOf(counts);
        ports = Map.copyOf(ports);
    }

    /** A plan that goes by an earlier one where both have the same. */
    static ClusterPlan of(int base, Map<Kind, Integer> counts, Map<String, Integer> known) {
        if (base != 0 && (base < 1 || base > 65_536 - SPAN)) {
            throw usage("--port-base: " + base + " (expected: 1 to " + (65_536 - SPAN) + ", or 0 for free ports)");
        }
        counts.forEach((kind, count) -> {
            if (count < 1 || count > MOST) {
                throw usage("--" + kind.label() + "s: " + count + " (expected: 1 to " + MOST + ")");
            }
        });
        Map<String, Integer> ports = new TreeMap<>();
        List<String> wanted = wanted(counts);
        List<Integer> free = base == 0 ? Ports.free(wanted.size()) : List.of();
        for (int i = 0; i < wanted.size(); i++) {
            String name = wanted.get(i);
            ports.put(name, base == 0 ? known.getOrDefault(name, free.get(i)) : base + offset(name));
        }
        return new ClusterPlan(base, counts, ports);
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
        return of(base, more, ports);
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

    private static List<String> wanted(Map<Kind, Integer> counts) {
        List<String> wanted = new ArrayList<>(STORES);
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
        int ofKind =
                Kind.parse(process.substring(0, dash)).portOffset() + Integer.parseInt(process.substring(dash + 1)) - 1;
        int block = name.endsWith("/link") ? 100 : name.endsWith("/admin") ? 200 : 0;
        return block + ofKind;
    }

    private static AgentException usage(String message) {
        return new AgentException(AgentExit.USAGE, message);
    }
}
