package io.hawser.agent.config;

import io.hawser.agent.Addresses;
import io.hawser.agent.ProcessSpec;
import io.hawser.agent.Readiness;
import io.hawser.keeper.ExitCode;
import io.hawser.keeper.config.ByteSize;
import io.hawser.keeper.config.DurationText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A process that a host's agent looks after: one of our services, or any command.
 *
 * @param name unique on the host; a service goes by it
 * @param service its kind, such as room; empty where a command is given
 * @param command program and arguments of anything else
 * @param args for the service, after those that follow from the rest
 * @param set settings of the service, as {@code --set}
 * @param env variables
 * @param heap of a service's JVM; 0B: 512MiB
 * @param jvm flags of a service's JVM
 * @param memoryLimit resident memory, beyond which it is stopped and started again; 0B: none
 * @param drainTimeout how long a service's work in hand may take to end
 * @param stage see {@link ProcessSpec}
 * @param ready see {@link Readiness}; empty: a service's {@code /readyz} where {@code admin.port} is set, else none
 */
public record ProcessConfig(
        String name,
        String service,
        List<String> command,
        List<String> args,
        Map<String, String> set,
        Map<String, String> env,
        ByteSize heap,
        List<String> jvm,
        ByteSize memoryLimit,
        Duration drainTimeout,
        int stage,
        String ready) {
    /** After which a service would end the same way if it were started again. */
    public static final Set<Integer> FINAL_EXIT_CODES =
            Set.of(ExitCode.USAGE.number(), ExitCode.CONFIGURATION.number());

    /** What a service gets beyond its drain: to close, and for the JVM to end. */
    private static final Duration TO_CLOSE = Duration.ofSeconds(5);

    private static final ByteSize USUAL_HEAP = ByteSize.ofMebibytes(512);

    public ProcessConfig {
        command = List.copyOf(command);
        args = List.copyOf(args);
        set = Map.copyOf(set);
        env = Map.copyOf(env);
        jvm = List.copyOf(jvm);
        if (!ready.isEmpty()) {
            Readiness.parse(ready);
        }
    }

    public static ProcessConfig defaults() {
        return new ProcessConfig(
                "",
                "",
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                new ByteSize(0),
                List.of(),
                new ByteSize(0),
                Duration.ofSeconds(30),
                0,
                "");
    }

    /** Returns what is wrong with it as a whole, which the defaults are not; empty: nothing. */
    Optional<String> problem() {
        return service.isEmpty() == command.isEmpty()
                ? Optional.of(
                        "service, command: " + (service.isEmpty() ? "neither" : "both") + " (expected: one of them)")
                : Optional.empty();
    }

    /**
     * The process itself.
     *
     * @param jvm of services
     * @param zooKeeper arguments by which services find it
     * @param data where a service's own directory is made
     */
    public ProcessSpec spec(ServiceJvm jvm, List<String> zooKeeper, Path data) {
        ProcessSpec process = ProcessSpec.of(name, service.isEmpty() ? command : serviceCommand(jvm, zooKeeper, data))
                .withEnvironment(env)
                .withStage(stage)
                .withStopWithin(drainTimeout.plus(TO_CLOSE))
                .withMemoryLimit(memoryLimit.bytes())
                .withReadiness(readiness());
        return service.isEmpty()
                ? process
                : process.asService(service, FINAL_EXIT_CODES).withAddresses(addresses());
    }

    private List<String> serviceCommand(ServiceJvm jvm, List<String> zooKeeper, Path data) {
        List<String> arguments = new ArrayList<>(List.of(service, "--name", name));
        arguments.addAll(zooKeeper);
        arguments.addAll(List.of("--data", data.resolve(name).toString()));
        arguments.addAll(List.of("--drain-timeout", DurationText.format(drainTimeout)));
        // In one order always: by the command it is known whether a process runs as it is asked for.
        new TreeMap<>(set).forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        arguments.addAll(args);
        return jvm.command(heap.bytes() == 0 ? USUAL_HEAP : heap, this.jvm, arguments);
    }

    private Readiness readiness() {
        if (!ready.isEmpty()) {
            return Readiness.parse(ready);
        }
        String admin = addresses().admin();
        return service.isEmpty() || admin.isEmpty()
                ? Readiness.whenRunning()
                : Readiness.parse("http://" + admin + "/readyz");
    }

    private Addresses addresses() {
        return new Addresses(address("link"), "", address("admin"));
    }

    private String address(String of) {
        String port = set.getOrDefault(of + ".port", "0");
        String host = set.getOrDefault(of + ".host", "127.0.0.1");
        return port.equals("0") ? "" : (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + port;
    }
}
