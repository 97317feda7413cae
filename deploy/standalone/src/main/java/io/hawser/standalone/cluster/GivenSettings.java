package io.hawser.standalone.cluster;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.keeper.config.ConfigException;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.standalone.Services;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Settings that are given for all processes of a service. */
final class GivenSettings {
    @Option(
            names = "--set",
            paramLabel = "SERVICE.KEY=VALUE",
            description = "A setting of all processes of a service, such as saver.mysql.password='{file: secret}'.")
    private Map<String, String> all = new LinkedHashMap<>();

    /** Returns those of a service, by their keys there. */
    Map<String, String> of(Kind kind) {
        String prefix = kind.label() + ".";
        Map<String, String> ofKind = new LinkedHashMap<>();
        all.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                ofKind.put(key.substring(prefix.length()), value);
            }
        });
        return ofKind;
    }

    /**
     * Refuses what a service would not start with, before any has been started.
     *
     * @throws AgentException with everything that is wrong
     */
    void requireValid() {
        all.keySet().forEach(key -> Kind.parse(key.replaceFirst("\\..*", "")));
        List<String> problems = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            problems(kind).forEach(problem -> problems.add("--set " + kind.label() + "." + problem));
        }
        if (!problems.isEmpty()) {
            throw new AgentException(AgentExit.USAGE, String.join("; ", problems));
        }
    }

    private List<String> problems(Kind kind) {
        try {
            new ConfigTree().overlaySettings(of(kind)).check(Services.configOf(kind.label()));
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }
}
