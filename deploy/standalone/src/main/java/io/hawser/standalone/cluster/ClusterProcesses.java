package io.hawser.standalone.cluster;

import io.hawser.agent.Addresses;
import io.hawser.agent.ProcessSpec;
import io.hawser.agent.Readiness;
import io.hawser.agent.config.ProcessConfig;
import io.hawser.agent.config.ServiceJvm;
import io.hawser.keeper.config.ByteSize;
import io.hawser.keeper.config.DurationText;
import io.hawser.standalone.up.ServiceSettings;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the processes of a cluster are started with.
 *
 * @param data the cluster's directory
 * @param jvm how a JVM is started
 * @param flags for the services' JVMs
 * @param stores those that run elsewhere
 * @param storesAt the host under which the cluster's own are told of
 * @param roomsAt the host under which clients are told of rooms
 * @param settings of services
 * @param sessionTimeout after which others take a silent service for gone
 * @param drainTimeout how long a service's work in hand may take to end
 */
record ClusterProcesses(
        Path data,
        ServiceJvm jvm,
        GivenFlags flags,
        GivenStores stores,
        String storesAt,
        String roomsAt,
        GivenSettings settings,
        Duration sessionTimeout,
        Duration drainTimeout) {
    private static final ByteSize ZOOKEEPER_HEAP = ByteSize.ofMebibytes(256);
    private static final Duration TO_CLOSE = Duration.ofSeconds(5);

    /** Stores first. */
    List<ProcessSpec> specs(ClusterPlan plan) {
        List<ProcessSpec> specs = new ArrayList<>();
        if (stores.zookeeper() == null) {
            specs.add(zooKeeper(plan));
        }
        if (stores.redis() == null) {
            RedisForm form = plan.redis();
            form.processes()
                    .forEach(process -> specs.add(store(
                            plan, process, form.program(data, plan, process).command())));
        }
        if (stores.mysql() == null) {
            int port = plan.port("mariadb");
            specs.add(store(
                    plan,
                    "mariadb",
                    EmbeddedMariaDb.program(data.resolve("mariadb"), port).command()));
        }
        for (Kind kind : List.of(Kind.values()).reversed()) {
            plan.names(kind).forEach(name -> specs.add(service(plan, kind, name)));
        }
        return specs;
    }

    ProcessSpec service(ClusterPlan plan, Kind kind, String name) {
        String admin = plan.address(name + "/admin");
        return ProcessSpec.of(name, jvm.command(kind.heap(), flags.of(kind), arguments(plan, kind, name)))
                .withStage(kind.stage())
                .withReadiness(Readiness.http(URI.create("http://" + admin + "/readyz")))
                .withStopWithin(drainTimeout.plus(TO_CLOSE))
                .asService(kind.label(), ProcessConfig.FINAL_EXIT_CODES)
                .withAddresses(new Addresses(
                        kind == Kind.CENTER ? "" : plan.address(name + "/link"),
                        kind.servesClients() ? plan.address(name) : "",
                        admin));
    }

    String zookeeper(ClusterPlan plan) {
        return stores.zookeeper() != null ? stores.zookeeper() : storesAt + ":" + plan.port("zookeeper");
    }

    String redis(ClusterPlan plan) {
        return stores.redis() != null ? stores.redis() : plan.redis().uri(plan, storesAt);
    }

    String mysql(ClusterPlan plan) {
        return stores.mysql() != null ? stores.mysql() : EmbeddedMariaDb.jdbcUrl(storesAt, plan.port("mariadb"));
    }

    private ProcessSpec zooKeeper(ClusterPlan plan) {
        List<String> arguments =
                List.of(data.resolve("zookeeper").toString(), Integer.toString(plan.port("zookeeper")));
        ServiceJvm server = new ServiceJvm(jvm.java(), jvm.classPath(), ZooKeeperServer.class.getName(), jvm.crashes());
        return store(plan, "zookeeper", server.command(ZOOKEEPER_HEAP, List.of(GivenFlags.SMALL), arguments));
    }

    private static ProcessSpec store(ClusterPlan plan, String name, List<String> command) {
        return ProcessSpec.of(name, command)
                .withStage(Kind.STORES)
                .withReadiness(Readiness.tcp(Ports.HOST, plan.port(name)))
                .withAddresses(new Addresses("", plan.address(name), ""));
    }

    private List<String> arguments(ClusterPlan plan, Kind kind, String name) {
        List<String> arguments = new ArrayList<>(List.of(kind.label(), "--name", name));
        arguments.addAll(List.of("--zookeeper", zookeeper(plan)));
        arguments.addAll(List.of("--data", data.resolve(name).toString()));
        arguments.addAll(List.of("--session-timeout", DurationText.format(sessionTimeout)));
        arguments.addAll(List.of("--drain-timeout", DurationText.format(drainTimeout)));
        // In one order always: by the command it is known whether a process runs as it is asked for.
        serviceSettings(plan, kind, name)
                .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return arguments;
    }

    private Map<String, String> serviceSettings(ClusterPlan plan, Kind kind, String name) {
        Map<String, String> all = new TreeMap<>();
        all.put("admin.port", Integer.toString(plan.port(name + "/admin")));
        all.put("link.port", Integer.toString(plan.port(name + "/link")));
        all.putAll(
                switch (kind) {
                    case CENTER -> ServiceSettings.ofCenter(plan.port(name));
                    case DISPATCHER -> ServiceSettings.ofDispatcher(plan.port(name));
                    case ROOM -> ServiceSettings.ofRoom(plan.port(name), roomsAt);
                    case SAVER -> Map.of("redis.uri", redis(plan), "mysql.jdbcUrl", mysql(plan));
                    case COORDINATOR -> ServiceSettings.ofCoordinator();
                    case REGISTER -> Map.of();
                });
        all.putAll(settings.of(kind));
        return all;
    }
}
