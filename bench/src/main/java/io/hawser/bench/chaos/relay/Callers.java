package io.hawser.bench.chaos.relay;

import io.hawser.bench.measure.Proc;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which of a cluster's instances a connection comes from: the one whose process has its other end. */
final class Callers {
    private final Pattern instance;
    private final Map<Long, String> names = new ConcurrentHashMap<>();

    /** @param cluster its directory, where each instance's data is in one of the instance's name */
    Callers(Path cluster) {
        instance = Pattern.compile(" --data " + Pattern.quote(cluster + "/") + "([a-z]+-[0-9]+) ");
    }

    /**
     * Returns the instance's name, or nothing where it is none.
     *
     * @param caller where the connection comes from
     * @param called the port that it came to
     */
    String nameOf(InetSocketAddress caller, int called) {
        return holder(caller, called)
                .or(() -> {
                    look();
                    return holder(caller, called);
                })
                .map(pid -> names.getOrDefault(pid, ""))
                .orElse("");
    }

    private Optional<Long> holder(InetSocketAddress caller, int called) {
        return Proc.connected(names.keySet(), caller.getPort(), called);
    }

    /** Instances that were started again have other processes. */
    private void look() {
        Map<Long, String> all = Proc.all();
        names.keySet().retainAll(all.keySet());
        all.forEach((pid, commandLine) -> {
            Matcher matcher = instance.matcher(commandLine);
            if (matcher.find()) {
                names.put(pid, matcher.group(1));
            }
        });
    }
}
