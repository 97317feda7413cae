package io.hawser.bench.chaos.fault;

import io.hawser.bench.chaos.disk.StoreDisks;
import io.hawser.bench.chaos.disk.StoreDisks.Wanted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which disks of their own stores need for the faults that are to befall them. */
public final class DiskPlan {
    /** What the start of each asks for, and some more. */
    private static final int REDIS_MEBIBYTES = 256;

    private static final int MYSQL_MEBIBYTES = 1024;
    private static final int ZOOKEEPER_MEBIBYTES = 512;
    /** More than a run sends. */
    private static final int SPOOL_MEBIBYTES = 32;
    /** Of a cluster that is not told how many it has. */
    private static final List<String> SAVERS = List.of("saver-1", "saver-2");

    private DiskPlan() {}

    /**
     * Mounts them; those whose power is to fail are on loop devices.
     *
     * @param cluster the directory of one that has not been started yet
     * @param redis how its Redis runs
     */
    public static StoreDisks mount(Path cluster, RedisForm redis, List<Fault> faults) {
        if (PowerFaults.areAmong(faults)) {
            List<Wanted> all = new ArrayList<>(databases(cluster, redis));
            all.add(new Wanted("zookeeper", cluster.resolve("zookeeper"), ZOOKEEPER_MEBIBYTES));
            if (SpoolFaults.needDisks(faults) || PowerFaults.needSpools(faults)) {
                all.addAll(spools(cluster));
            }
            return StoreDisks.onLoopDevices(cluster.resolve("disks"), all);
        }
        List<Wanted> all = new ArrayList<>();
        if (Faults.needDatabaseDisks(faults)) {
            all.addAll(databases(cluster, redis));
        }
        if (SpoolFaults.needDisks(faults)) {
            all.addAll(spools(cluster));
        }
        return all.isEmpty() ? StoreDisks.none() : StoreDisks.inMemory(all);
    }

    /** Where savers have them unless they are told otherwise. */
    private static List<Wanted> spools(Path cluster) {
        return SAVERS.stream()
                .map(saver -> new Wanted(saver, cluster.resolve(saver).resolve("spool"), SPOOL_MEBIBYTES))
                .toList();
    }

    private static List<Wanted> databases(Path cluster, RedisForm redis) {
        List<Wanted> all = new ArrayList<>();
        redis.servers()
                .forEach(server -> all.add(new Wanted(server, redis.directory(cluster, server), REDIS_MEBIBYTES)));
        all.add(new Wanted("mariadb", cluster.resolve("mariadb"), MYSQL_MEBIBYTES));
        return all;
    }
}
