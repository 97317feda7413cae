package io.hawser.standalone.cluster;

import io.hawser.agent.AgentException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Flags that are given for the JVMs of services: {@code -Xmx1g} is for all, {@code room=-XX:+UseZGC} for those of one kind. */
final class GivenFlags {
    /** Ten JVMs on one machine: none is to have threads of its collector for each processor. */
    static final String SMALL = "-XX:+UseSerialGC";

    /** Twice a start that collector would stop for 80 ms, at 21 and at 35 MiB of classes, and find that all are in use. */
    private static final String CLASSES = "-XX:MetaspaceSize=96m";

    private static final String COLLECTOR = "-XX:\\+Use\\w+GC";

    @Option(
            names = "--jvm",
            paramLabel = "[SERVICE=]FLAG",
            description = "A flag for the JVMs of all services, such as -Xmx1g, or of one: room=-XX:+UseZGC.")
    private List<String> all = new ArrayList<>();

    /** Returns those of a service's JVMs; a collector takes the place of the one that they would have, and the last of all. */
    List<String> of(Kind kind) {
        String collector = SMALL;
        List<String> others = new ArrayList<>();
        for (String flag : all.stream().flatMap(one -> flagOf(kind, one)).toList()) {
            if (flag.matches(COLLECTOR)) {
                collector = flag;
            } else {
                others.add(flag);
            }
        }
        List<String> flags = new ArrayList<>(List.of(CLASSES, collector));
        flags.addAll(others);
        return flags;
    }

    /** @throws AgentException where the service of one is none */
    void requireValid() {
        all.stream().filter(one -> !isForAll(one)).forEach(one -> Kind.parse(service(one)));
    }

    private static Stream<String> flagOf(Kind kind, String one) {
        if (isForAll(one)) {
            return Stream.of(one);
        }
        return service(one).equals(kind.label()) ? Stream.of(one.substring(one.indexOf('=') + 1)) : Stream.empty();
    }

    private static boolean isForAll(String one) {
        return one.startsWith("-");
    }

    private static String service(String one) {
        return one.replaceFirst("=.*", "");
    }
}
