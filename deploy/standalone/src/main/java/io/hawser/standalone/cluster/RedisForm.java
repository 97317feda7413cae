package io.hawser.standalone.cluster;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.stores.RedisGroup;
import io.hawser.stores.StoreProgram;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How Redis runs where the cluster brings it. */
enum RedisForm {
    /** One server. */
    SINGLE(1, 0) {
        @Override
        String uri(ClusterPlan plan, String host) {
            return "redis://" + host + ":" + plan.port("redis");
        }

        @Override
        StoreProgram program(Path data, ClusterPlan plan, String process) {
            return EmbeddedRedis.program(data.resolve(process), plan.port(process));
        }
    },

    /** A master with a replica, and three sentinels: the fewest that agree while one of them is gone. */
    SENTINEL(2, 3) {
        @Override
        String uri(ClusterPlan plan, String host) {
            return "redis-sentinel://" + addresses(plan, "sentinel") + "#" + MASTER;
        }

        @Override
        StoreProgram program(Path data, ClusterPlan plan, String process) {
            Path directory = directory(data, process);
            int port = plan.port(process);
            int first = plan.port("redis-1");
            if (process.startsWith("sentinel")) {
                return RedisGroup.sentinel(directory, port, MASTER, first);
            }
            return port == first ? RedisGroup.master(directory, port) : RedisGroup.replica(directory, port, first);
        }
    },

    /** Three masters, each with a replica: without these, one master that is gone is all of them. */
    CLUSTER(2 * RedisGroup.MASTERS, 0) {
        @Override
        String uri(ClusterPlan plan, String host) {
            return "redis-cluster://" + addresses(plan, "redis");
        }

        @Override
        StoreProgram program(Path data, ClusterPlan plan, String process) {
            List<Integer> ports = processes().stream().map(plan::port).toList();
            return RedisGroup.node(directory(data, process), plan.port(process), ports);
        }
    };

    /** What nodes of a cluster have besides, for each other. */
    static final String BUS = "/bus";

    /** What the sentinels call it. */
    private static final String MASTER = "hawser";

    private final int servers;
    private final int sentinels;

    RedisForm(int servers, int sentinels) {
        this.servers = servers;
        this.sentinels = sentinels;
    }

    /** Reads what is given for it. */
    static RedisForm parse(String word) {
        return Arrays.stream(values())
                .filter(form -> form.label().equals(word))
                .findFirst()
                .orElseThrow(() -> new AgentException(
                        AgentExit.USAGE,
                        "--redis: " + word + " (expected: "
                                + Arrays.stream(values()).map(RedisForm::label).collect(Collectors.joining(", "))
                                + ", or the URI of one that runs, such as redis://host:6379)"));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Their names. */
    List<String> processes() {
        return servers == 1
                ? List.of("redis")
                : Stream.concat(numbered("redis", servers), numbered("sentinel", sentinels))
                        .toList();
    }

    /**
     * Where savers find it.
     *
     * @param host of a single server; where there are several, these tell of each other under the one they listen on
     */
    abstract String uri(ClusterPlan plan, String host);

    /** What one of the processes is started with: the same each time, whatever has become of it. */
    abstract StoreProgram program(Path data, ClusterPlan plan, String process);

    /** What is written under one form is nothing to another. */
    Path directory(Path data, String process) {
        return data.resolve("redis-" + label()).resolve(process);
    }

    private static Stream<String> numbered(String name, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> name + "-" + number);
    }

    String addresses(ClusterPlan plan, String of) {
        return processes().stream()
                .filter(name -> name.startsWith(of))
                .map(plan::address)
                .collect(Collectors.joining(","));
    }
}
