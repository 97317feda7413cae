package io.hawser.keeper.cli;

import io.hawser.keeper.config.ConfigException;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the configuration of each service looks like, to refuse what no instance would take before it is written. Values
 * that instances have of their own, by file or command line, are not known here: the defaults stand in for them.
 */
final class ServiceConfigs {
    private final Map<String, Class<? extends Record>> types;

    /**
     * Knows these.
     *
     * @param types the record by the service's name; empty: nothing is known, so that nothing is refused
     */
    ServiceConfigs(Map<String, Class<? extends Record>> types) {
        this.types = Map.copyOf(types);
    }

    /**
     * Checks a service's configuration, by itself and under each of those that instances have.
     *
     * @param perInstance the YAML in ZooKeeper by the instance's name
     * @throws ConfigException with all that is wrong
     * @throws HawserException with INVALID_ARGUMENT when there is no such service
     */
    void checkService(String service, String yaml, Map<String, String> perInstance) {
        List<String> problems = problems(service, yaml, "");
        if (problems.isEmpty()) {
            problems = perInstance.entrySet().stream()
                    .flatMap(own -> problems(service, yaml, own.getValue()).stream()
                            .map(problem -> "with that of " + service + "/" + own.getKey() + ": " + problem))
                    .sorted()
                    .toList();
        }
        refuse(problems);
    }

    /** Checks an instance's configuration over that of its service; throws as {@link #checkService} does. */
    void checkInstance(String service, String ofService, String yaml) {
        refuse(problems(service, ofService, yaml));
    }

    private List<String> problems(String service, String ofService, String ofInstance) {
        Class<? extends Record> type = types.get(service);
        if (type == null) {
            return known(service);
        }
        try {
            new ConfigTree()
                    .overlayYaml("service", ofService)
                    .overlayYaml("instance", ofInstance)
                    .check(type);
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    private List<String> known(String service) {
        if (types.isEmpty()) {
            return List.of();
        }
        throw HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT,
                service + ": no such service (expected: " + String.join(", ", new TreeSet<>(types.keySet())) + ")");
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new ConfigException(Stream.concat(problems.stream(), Stream.of("nothing was written"))
                    .toList());
        }
    }
}
