package io.hawser.bench.chaos.fault;

import io.hawser.agent.AgentException;
import io.hawser.agent.ProcessState;
import io.hawser.agent.ProcessStatus;
import io.hawser.agent.control.ControlClient;
import io.hawser.bench.chaos.clock.ClockSettings;
import io.hawser.bench.chaos.disk.StoreDisks;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.load.Phones;
import io.hawser.bench.chaos.relay.Relays;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Proc;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What faults befall: the processes of a cluster, by its agent; what its Redis holds; the devices' processes. */
public final class Machine {
    private static final long WITHIN_SECONDS = 120;
    private static final Pattern HEAP = Pattern.compile(" -Xmx(\\d+)([kKmMgG]?)(?= )");
    private static final long JVM_BYTES = 256L << 20;

    private final ControlClient agent;
    private final Path data;
    private final RedisForm form;
    private final List<Phones> phones;
    private final Relays relays;
    private final StoreDisks disks;
    private final Map<String, Integer> kills = new HashMap<>();

    /**
     * @param data the cluster's directory
     * @param form how its Redis runs
     * @param relays in front of services and stores
     * @param disks of stores
     */
    public Machine(Path data, RedisForm form, List<Phones> phones, Relays relays, StoreDisks disks) {
        this.agent = new ControlClient(data);
        this.data = data;
        this.form = form;
        this.phones = List.copyOf(phones);
        this.relays = relays;
        this.disks = disks;
    }

    /** Names of all processes, stores among them. */
    List<String> all() {
        return status().stream().map(ProcessStatus::name).toList();
    }

    /** Names of the processes of a service, {@code room-1} and on. */
    List<String> instances(String service) {
        return all().stream()
                .filter(name -> name.startsWith(service + "-"))
                .sorted()
                .toList();
    }

    /** Draws one of them. */
    String oneOf(String service, SplittableRandom chance) {
        List<String> all = instances(service);
        return all.get(chance.nextInt(all.size()));
    }

    /** SIGKILL; the agent counts that as an end, and starts it again half a second later, if it had lived for a while. */
    void kill(List<String> names) {
        names.forEach(name -> kills.merge(name, 1, Integer::sum));
        ask("kill", names);
    }

    void pause(List<String> names) {
        ask("pause", names);
    }

    void resume(List<String> names) {
        ask("resume", names);
    }

    /** SIGTERM, and its work in hand; it stays down until {@link #start}. */
    void drain(List<String> names) {
        ask("drain", names);
    }

    /** Has them run; returns when they serve. */
    void start(List<String> names) {
        ask("start", names);
    }

    /** Drained, and started again; returns when it serves. */
    void restart(List<String> names) {
        ask("restart", names);
    }

    /** What is in front of services and stores. */
    Relays relays() {
        return relays;
    }

    /** Whatever stands still goes on, whatever is down is started; returns when all serve. */
    public void healAll() {
        relays.open();
        disks.emptyAll();
        List<String> paused = status().stream()
                .filter(one -> one.state() == ProcessState.PAUSED)
                .map(ProcessStatus::name)
                .toList();
        if (!paused.isEmpty()) {
            resume(paused);
        }
        start(all());
        redis().awaitWhole();
    }

    /** Of each process, how it is. */
    public List<Event.Instance> instances() {
        Map<Long, String> commandLines = Proc.all();
        return status().stream()
                .map(one -> new Event.Instance(
                        System.nanoTime(),
                        one.name(),
                        kills.getOrDefault(one.name(), 0),
                        one.restarts(),
                        Math.max(0, one.residentBytes()),
                        most(commandLines.getOrDefault(one.pid(), ""))))
                .toList();
    }

    /** A JVM's heap, as much outside of it, which is what there may be unless it is told otherwise, and its own; 0: it is none. */
    static long most(String commandLine) {
        return HEAP.matcher(commandLine)
                .results()
                .mapToLong(heap -> 2 * (Long.parseLong(heap.group(1)) << shift(heap.group(2))) + JVM_BYTES)
                // The last one counts.
                .reduce(0, (before, last) -> last);
    }

    private static int shift(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
    }

    /** The servers that Redis is. */
    RedisServers redis() {
        return new RedisServers(
                form,
                status().stream()
                        .collect(Collectors.toMap(
                                ProcessStatus::name, one -> one.addresses().clients())));
    }

    /** Where a server of Redis keeps what it begins with. */
    Path redisDirectory(String server) {
        return form.directory(data, server);
    }

    /** A directory for what is put by meanwhile. */
    Path putBy() {
        return data.resolve("put-by");
    }

    int phones() {
        return phones.size();
    }

    Phones phones(int number) {
        return phones.get(number);
    }

    ClockSettings clocks() {
        return ClockFaults.of(data);
    }

    /** Of the stores that have one of their own, by the name of the process. */
    StoreDisks disks() {
        return disks;
    }

    private List<ProcessStatus> status() {
        return ask("status", List.of());
    }

    private List<ProcessStatus> ask(String verb, List<String> names) {
        try {
            return agent.ask(verb, names, WITHIN_SECONDS).processes();
        } catch (AgentException e) {
            throw new BenchException(verb + " " + String.join(" ", names) + ": " + e.getMessage(), e);
        }
    }
}
