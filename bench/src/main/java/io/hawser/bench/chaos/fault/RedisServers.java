package io.hawser.bench.chaos.fault;

import io.hawser.bench.chaos.fault.RedisServer.Info;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The servers that a cluster's Redis is, and what they take each other for. */
final class RedisServers {
    /** A master that comes back is made a replica 8 s after it was seen; what it lacks is copied then. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final long LOOK_MILLIS = 200;

    private final RedisForm form;
    private final SortedMap<String, RedisServer> servers = new TreeMap<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    /** @param addresses of the cluster's processes, by name */
    RedisServers(RedisForm form, Map<String, String> addresses) {
        this.form = form;
        addresses.forEach((name, address) -> {
            if (name.equals("redis") || name.startsWith("redis-")) {
                servers.put(name, new RedisServer(address));
            } else if (name.startsWith("sentinel-")) {
                sentinels.add(new RedisServer(address));
            }
        });
    }

    List<String> names() {
        return List.copyOf(servers.keySet());
    }

    RedisServer named(String name) {
        RedisServer server = servers.get(name);
        if (server == null) {
            throw new IllegalArgumentException(name + " (expected: one of " + servers.keySet() + ")");
        }
        return server;
    }

    /** Names of those that are master now, once all is as it should be. */
    List<String> masters() {
        awaitWhole();
        try {
            List<String> masters = new ArrayList<>();
            for (String name : servers.keySet()) {
                if (named(name).info().isMaster()) {
                    masters.add(name);
                }
            }
            return masters;
        } catch (IOException e) {
            throw new BenchException("which Redis is master is not known: " + e.getMessage(), e);
        }
    }

    /** The name of the one that has what the master has. */
    String replicaOf(String master) {
        String address = named(master).address();
        String port = address.substring(address.lastIndexOf(':') + 1);
        try {
            for (String name : servers.keySet()) {
                Info info = named(name).info();
                if (!info.isMaster() && info.says("master_port:" + port)) {
                    return name;
                }
            }
        } catch (IOException e) {
            throw new BenchException("the replica of " + master + " is not known: " + e.getMessage(), e);
        }
        throw new BenchException(master + " has no replica (expected: one)");
    }

    /** Returns when every replica has what its master has, and all agree about who is master. */
    void awaitWhole() {
        await("redis: not whole", this::areWhole);
    }

    void awaitMaster(String name) {
        await(name + ": not promoted", () -> named(name).info().isMaster());
    }

    /** Something that is not so yet; no answer: not so. */
    interface State {
        boolean isThere() throws IOException;
    }

    static void await(String not, State state) {
        if (!Pause.until(PATIENCE, LOOK_MILLIS, () -> isThere(state))) {
            throw new BenchException(not + " (expected: within " + PATIENCE.toSeconds() + " s)");
        }
    }

    private static boolean isThere(State state) {
        try {
            return state.isThere();
        } catch (IOException notYet) {
            return false;
        }
    }

    boolean areWhole() throws IOException {
        List<RedisServer> masters = new ArrayList<>();
        for (RedisServer server : servers.values()) {
            Info info = server.info();
            if (info.isMaster() && info.says("connected_slaves:" + form.replicas())) {
                masters.add(server);
            } else if (!info.says("master_link_status:up")) {
                return false;
            }
        }
        return masters.size() == form.masters() && doAgree(masters.getFirst());
    }

    private boolean doAgree(RedisServer master) throws IOException {
        for (RedisServer sentinel : sentinels) {
            if (!sentinel.ask("INFO").contains("status=ok,address=" + master.address() + ",slaves=1,")) {
                return false;
            }
        }
        if (form == RedisForm.cluster) {
            for (RedisServer node : servers.values()) {
                if (!node.ask("CLUSTER INFO").contains("cluster_state:ok")) {
                    return false;
                }
            }
        }
        return true;
    }
}
