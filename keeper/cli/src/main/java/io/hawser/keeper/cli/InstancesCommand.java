package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hawser.keeper.registry.Registration;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the instances that are registered now. */
@Command(
        name = "instances",
        description = "Lists the instances that are registered now.",
        mixinStandardHelpOptions = true)
final class InstancesCommand implements Callable<Integer> {
    private static final List<String> COLUMNS =
            List.of("SERVICE", "NAME", "ADDRESS", "ZONE", "INCARNATION", "VERSION", "STARTED", "ATTRIBUTES");

    @Mixin
    private Connection connection = new Connection();

    @Option(names = "--service", paramLabel = "SERVICE", description = "Only those of this service.")
    private @Nullable String service;

    @Option(names = "-o", paramLabel = "FORM", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Form form = Form.TABLE;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        List<Registration> instances = connection.use(this::read);
        CommandSpec here = spec;
        if (here != null) {
            PrintWriter out = here.commandLine().getOut();
            switch (form) {
                case TABLE -> Table.print(out, COLUMNS, rows(instances));
                case JSON -> out.println(json(instances));
            }
        }
        return KeeperCli.OK;
    }

    private List<Registration> read(CuratorFramework client) throws Exception {
        List<Registration> instances = new ArrayList<>();
        for (String one : service == null ? children(client, ZooKeeperPaths.services()) : List.of(service)) {
            for (String name : children(client, ZooKeeperPaths.members(one))) {
                readInto(instances, client, one, name);
            }
        }
        instances.sort(Comparator.comparing(Registration::service).thenComparing(Registration::name));
        return instances;
    }

    private static void readInto(List<Registration> instances, CuratorFramework client, String service, String name)
            throws Exception {
        try {
            byte[] data = client.getData().forPath(ZooKeeperPaths.member(service, name));
            instances.add(Registration.fromJson(service, name, data));
        } catch (KeeperException.NoNodeException e) {
            // It left while the list was read, and so is not part of it.
            return;
        }
    }

    private static List<String> children(CuratorFramework client, String path) throws Exception {
        try {
            return client.getChildren().forPath(path);
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }

    private static List<List<String>> rows(List<Registration> instances) {
        return instances.stream()
                .map(instance -> List.of(
                        instance.service(),
                        instance.name(),
                        instance.host() + ":" + instance.port(),
                        instance.zone(),
                        String.valueOf(instance.incarnation()),
                        instance.version(),
                        instance.startedAt().toString(),
                        attributes(instance)))
                .toList();
    }

    private static String attributes(Registration instance) {
        return instance.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(attribute -> attribute.getKey() + "=" + attribute.getValue())
                .collect(Collectors.joining(" "));
    }

    private static ArrayNode json(List<Registration> instances) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        instances.forEach(instance -> list.add(instance.toTree()));
        return list;
    }
}
