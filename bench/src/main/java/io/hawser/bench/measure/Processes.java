package io.hawser.bench.measure;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The processes that take part, each with a name, and what CPU they have used. */
public final class Processes {
    private static final Pattern HAWSER = Pattern.compile("io\\.hawser\\.standalone\\.Hawser (\\S+)");
    private static final Pattern NUMBERED = Pattern.compile("[-#_ ]+\\d.*$");
    private static final String ALL_IN_ONE = "up";

    private final Map<String, Proc> services = new TreeMap<>();
    private final Map<String, Proc> others = new TreeMap<>();

    private Processes() {}

    /**
     * Finds Hawser's own processes on this machine by their command line, and the stores by their ports. Of several
     * platforms that run in one process each, the one with the center is meant.
     *
     * @param redisPort 0: unknown
     * @param mysqlPort 0: unknown
     */
    public static Processes find(int centerPort, int redisPort, int mysqlPort) {
        Processes found = new Processes();
        found.others.put("bench", Proc.self());
        Proc.all().forEach((pid, commandLine) -> {
            found.considerService(pid, commandLine, centerPort);
            found.considerStore("redis", "redis-server", redisPort, pid, commandLine);
            found.considerStore("mysql", "mariadbd|mysqld", mysqlPort, pid, commandLine);
        });
        return found;
    }

    /** CPU so far, in microseconds. */
    public Map<String, Long> cpuMicros() {
        Map<String, Long> used = new LinkedHashMap<>();
        services.forEach((name, proc) -> used.put(name, proc.cpuMicros()));
        others.forEach((name, proc) -> used.put(name, proc.cpuMicros()));
        return used;
    }

    /** CPU so far of the services' live threads, by what their names begin with. */
    public Map<String, Long> cpuMicrosByThreads() {
        Map<String, Long> used = new TreeMap<>();
        services.values().stream()
                .map(Proc::cpuMicrosByThread)
                .map(Map::entrySet)
                .flatMap(Collection::stream)
                .forEach(thread ->
                        used.merge(NUMBERED.matcher(thread.getKey()).replaceFirst(""), thread.getValue(), Long::sum));
        return used;
    }

    /** What was used between two readings; nothing is left out but what used none. */
    public static Map<String, Long> between(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> used = new LinkedHashMap<>();
        after.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue() - before.getOrDefault(entry.getKey(), 0L)))
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(entry -> used.put(entry.getKey(), entry.getValue()));
        return used;
    }

    private void considerService(long pid, String commandLine, int centerPort) {
        Matcher hawser = HAWSER.matcher(commandLine);
        if (!hawser.find() || hawser.group(1).equals("bench")) {
            return;
        }
        Proc proc = Proc.of(pid);
        if (!hawser.group(1).equals(ALL_IN_ONE) || proc.listensOn(centerPort)) {
            services.put(hawser.group(1) + "[" + pid + "]", proc);
        }
    }

    private void considerStore(String name, String program, int port, long pid, String commandLine) {
        if (port != 0
                && Pattern.compile("(" + program + ").*\\b" + port + "\\b")
                        .matcher(commandLine)
                        .find()) {
            others.put(name, Proc.of(pid));
        }
    }
}
