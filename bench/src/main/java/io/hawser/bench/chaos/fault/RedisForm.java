package io.hawser.bench.chaos.fault;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** How the cluster's Redis runs, as {@code cluster up --redis} takes it. */
public enum RedisForm {
    /** One server. */
    single(1, 0),
    /** A master with a replica, and sentinels. */
    sentinel(1, 1),
    /** Masters that share what there is, with a replica each. */
    cluster(3, 1);

    private final int masters;
    private final int replicas;

    RedisForm(int masters, int replicas) {
        this.masters = masters;
        this.replicas = replicas;
    }

    int masters() {
        return masters;
    }

    /** Of each master. */
    int replicas() {
        return replicas;
    }

    /** Their names. */
    List<String> servers() {
        return this == single
                ? List.of("redis")
                : IntStream.rangeClosed(1, masters * (1 + replicas))
                        .mapToObj(number -> "redis-" + number)
                        .toList();
    }

    /** Where one of the servers keeps what it begins with. */
    Path directory(Path data, String server) {
        return this == single
                ? data.resolve(server)
                : data.resolve("redis-" + name()).resolve(server);
    }
}
