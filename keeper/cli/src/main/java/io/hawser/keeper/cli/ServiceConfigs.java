package io.hawser.keeper.cli;

import io.hawser.keeper.config.ConfigException;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.keeper.config.Nearest;
import io.hawser.keeper.revision.Scope;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
        this.types = new TreeMap<>(types);
    }

    /**
     * Checks what a scope is to have, by itself and together with what the other scopes have: a wider one's under that of
     * each instance, a narrower one's over the wider.
     *
     * @throws ConfigException with all that is wrong
     * @throws HawserException with INVALID_ARGUMENT when there is no such service
     */
    void check(Scope scope, String yaml, Texts others) {
        if (types.isEmpty()) {
            return;
        }
        Texts all = others.with(scope, yaml);
        List<String> problems = switch (scope) {
            case Scope.Cluster cluster -> ofCluster(yaml, all);
            case Scope.Service one -> ofService(one.service(), all);
            case Scope.Instance one -> whole(one.service(), one.name(), all);
        };
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    /** Throws INVALID_ARGUMENT when a scope is one of a service that there is not. */
    void requireService(Scope scope) {
        switch (scope) {
            case Scope.Cluster all -> {}
            case Scope.Service one -> requireService(one.service());
            case Scope.Instance one -> requireService(one.service());
        }
    }

    /** Throws INVALID_ARGUMENT when there is no such service. */
    void requireService(String service) {
        if (!types.isEmpty() && !types.containsKey(service)) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    service + ": no such service"
                            + Nearest.to(service, types.keySet())
                                    .map(nearest -> " (did you mean " + nearest + "?)")
                                    .orElse(" (expected: one of " + String.join(", ", types.keySet()) + ")"));
        }
    }

    /** Returns what is meant for an instance, without the defaults; what others than its service would take is left out. */
    ConfigTree merged(Scope scope, Texts texts) {
        ConfigTree tree = new ConfigTree();
        String ofCluster = texts.of(new Scope.Cluster());
        switch (scope) {
            case Scope.Cluster all -> tree.overlayYaml("cluster", ofCluster);
            case Scope.Service one -> overlay(tree, one.service(), texts);
            case Scope.Instance one -> overlay(tree, one.service(), texts).overlayYaml(one.toString(), texts.of(one));
        }
        return tree;
    }

    private ConfigTree overlay(ConfigTree tree, String service, Texts texts) {
        Class<? extends Record> type = types.get(service);
        String ofCluster = texts.of(new Scope.Cluster());
        ConfigTree under =
                type == null ? tree.overlayYaml("cluster", ofCluster) : tree.overlayShared("cluster", ofCluster, type);
        return under.overlayYaml(service, texts.of(new Scope.Service(service)));
    }

    private List<String> ofCluster(String yaml, Texts all) {
        Set<String> known = types.values().stream()
                .flatMap(type -> ConfigTree.keysOf(type).stream())
                .collect(Collectors.toSet());
        List<String> problems = new ArrayList<>();
        for (String key :
                new TreeSet<>(new ConfigTree().overlayYaml("cluster", yaml).keys())) {
            if (!known.contains(key)) {
                problems.add(key + ": no service has this key" + suggestion(key, known));
            }
        }
        for (String service : types.keySet()) {
            ofService(service, all).forEach(problem -> problems.add("for " + service + ": " + problem));
        }
        return problems;
    }

    private List<String> ofService(String service, Texts all) {
        List<String> problems = problems(service, new Scope.Service(service), all);
        if (!problems.isEmpty()) {
            return problems;
        }
        return all.instances(service).stream()
                .flatMap(name -> whole(service, name, all).stream()
                        .map(problem -> "with that of " + service + "/" + name + ": " + problem))
                .toList();
    }

    private List<String> whole(String service, String name, Texts all) {
        return problems(service, new Scope.Instance(service, name), all);
    }

    private List<String> problems(String service, Scope scope, Texts all) {
        requireService(service);
        try {
            merged(scope, all).check(Objects.requireNonNull(types.get(service)));
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    private static String suggestion(String word, Set<String> known) {
        return Nearest.to(word, known)
                .map(nearest -> " (did you mean " + nearest + "?)")
                .orElse("");
    }
}
