package io.hawser.standalone.cluster;

import io.hawser.agent.Agent;
import io.hawser.agent.AgentDirectory;
import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.agent.LogLimits;
import io.hawser.agent.Restarts;
import io.hawser.agent.ZooKeeperObituaries;
import io.hawser.agent.command.AgentHome;
import io.hawser.agent.config.AgentConfig;
import io.hawser.agent.config.ServiceJvm;
import io.hawser.keeper.config.DurationText;
import io.hawser.keeper.config.Secret;
import io.hawser.rpc.directory.ApiKey;
import io.hawser.standalone.Hawser;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.Output;
import io.hawser.standalone.command.OutputFormat;
import io.hawser.standalone.command.RunningPlatform;
import io.hawser.standalone.up.Announcement;
import io.hawser.standalone.up.DemoApp;
import io.hawser.standalone.up.FirstOperator;
import io.hawser.standalone.up.Keys;
import io.hawser.standalone.up.Progress;
import io.hawser.standalone.up.ReadyText;
import io.hawser.stores.Ports;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        sortOptions = false,
        description = "Starts a cluster, and stays until Ctrl-C, or until './hawser cluster down'.",
        footer = {
            "",
            "A process that ends is started again: after 0.5 s, then twice as long each time, 30 s at most; a life of"
                    + " 30 s ends the count. After a kill -9 of this command its processes go on; the next 'up' in the"
                    + " directory adopts those that run as they would be started now, and ends the others.",
            "A data directory that was used before keeps its ports, keys and numbers of services."
        })
final class ClusterUpCommand implements Callable<Integer> {
    private static final int DEFAULT_BASE = 8080;
    private static final Duration READY = Duration.ofMinutes(3);
    /** All end together: nothing can be handed to others. */
    private static final Duration STAGE_STOP = Duration.ofSeconds(10);

    @ParentCommand
    private @Nullable AgentHome home;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ServiceCounts counts = new ServiceCounts();

    @Option(
            names = "--port-base",
            paramLabel = "PORT",
            description = "The first of 260 ports, few of which are used (default: 8080); 0: free ones.")
    private @Nullable Integer portBase;

    @Option(
            names = "--zookeeper",
            paramLabel = "HOST:PORT,...",
            description = "A ZooKeeper that runs elsewhere (default: a process of the cluster's; so for the next two).")
    private @Nullable String zookeeper;

    @Option(
            names = "--redis",
            paramLabel = "FORM|URI",
            description = "single: one server; sentinel: a master with a replica, and three sentinels; cluster: three"
                    + " masters with a replica each (default: single, or as it was). Or one that runs elsewhere, such"
                    + " as redis://host:6379.")
    private @Nullable String redis;

    @Option(names = "--mysql", paramLabel = "JDBC-URL", description = "A MySQL, with user; see also --set.")
    private @Nullable String mysql;

    @Option(
            names = "--stores-at",
            paramLabel = "HOST",
            description = "Where services look for the stores that the cluster brings, which listen on " + Ports.HOST
                    + " (default: there); another one is a relay's, with the same ports.")
    private String storesAt = Ports.HOST;

    @Option(
            names = "--rooms-at",
            paramLabel = "HOST",
            description = "Under which host clients are told of rooms, which listen on " + Ports.HOST
                    + " (default: there); another one is a relay's, with the same ports.")
    private String roomsAt = Ports.HOST;

    @Mixin
    private GivenSettings settings = new GivenSettings();

    @Mixin
    private GivenFlags flags = new GivenFlags();

    @Option(
            names = "--session-timeout",
            paramLabel = "DURATION",
            description = "After which others take a silent service for gone (default: 10s).")
    private String sessionTimeout = "10s";

    @Option(
            names = "--drain-timeout",
            paramLabel = "DURATION",
            description = "How long a service's work in hand may take to end (default: 10s).")
    private String drainTimeout = "10s";

    @Option(names = "--detach", description = "Returns when all is ready; 'cluster down' stops it.")
    private boolean detach;

    @Option(
            names = "-o",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}: what is printed when ready (default: text). json is one line.")
    private OutputFormat format = OutputFormat.text;

    @Override
    public Integer call() throws IOException, InterruptedException {
        AgentHome known = home;
        if (known == null) {
            throw new IllegalStateException("not called through picocli");
        }
        PrintStream out = System.out;
        planFor(known.directory());
        settings.requireValid();
        requireOneRedis();
        flags.requireValid();
        if (detach) {
            print(out, DetachedCluster.start(known.directory(), arguments()), optionOf(known.directory()));
            return AgentExit.OK.number();
        }
        System.setProperty("hawser.log", known.directory().resolve("agent.log").toString());
        // Libraries print now and then. Standard output belongs to what was asked for: scripts read its first line.
        System.setOut(System.err);
        run(AgentDirectory.hold(known.directory()), out);
        return AgentExit.OK.number();
    }

    private List<String> arguments() {
        CommandSpec here = spec;
        if (here == null) {
            throw new IllegalStateException("not called through picocli");
        }
        return here.root().commandLine().getParseResult().originalArgs();
    }

    private void run(AgentDirectory directory, PrintStream out) throws IOException, InterruptedException {
        var progress = new Progress(System.err);
        var growing = new AtomicReference<@Nullable GrowingCluster>();
        Agent.Verbs verbs = (usual, supervisor) -> request -> {
            GrowingCluster cluster = growing.get();
            return request.verb().equals(ClusterAddCommand.VERB) && cluster != null
                    ? cluster.add(request, supervisor)
                    : usual.handle(request);
        };
        ClusterPlan plan = planFor(directory.path());
        ClusterProcesses processes = processes(directory.path());
        var obituaries = new ZooKeeperObituaries(AgentConfig.ofAgent(processes.zookeeper(plan), Secret.none()));
        try (Agent agent = Agent.start(
                        directory, Restarts.defaults(), LogLimits.defaults(), STAGE_STOP, obituaries, verbs);
                var announcement = new Announcement(ClusterCommand.home(), directory.path(), progress)) {
            processes.stores().requireThatTheyAnswer();
            start(agent, plan, processes, progress);
            growing.set(new GrowingCluster(processes, plan));
            RunningPlatform running = introduce(plan, processes);
            progress.say("ready after %.1f s; './hawser cluster down' stops everything".formatted(progress.seconds()));
            print(out, running, announcement.publish(running));
            agent.awaitStop();
            progress.say("stopping");
        }
        progress.say("stopped");
    }

    private void start(Agent agent, ClusterPlan plan, ClusterProcesses processes, Progress progress)
            throws IOException {
        var specs = processes.specs(plan);
        List<String> adopted = agent.takeOver(specs);
        if (adopted.isEmpty()) {
            Libraries.removeOthers(processes.jvm().classPath(), processes.data());
        } else {
            progress.say("an earlier agent's go on: " + String.join(", ", adopted));
        }
        requireFree(plan, adopted);
        plan.write(processes.data());
        progress.say(
                "starting %d processes; './hawser cluster status' shows them".formatted(specs.size() - adopted.size()));
        agent.await(agent.supervisor().startAll(READY));
    }

    private void requireFree(ClusterPlan plan, List<String> running) {
        plan.ports().forEach((what, port) -> {
            String process = what.replaceFirst("/.*", "");
            if (!running.contains(process) && !isGiven(process, plan) && !Ports.isFree(port)) {
                throw new AgentException(
                        AgentExit.ADDRESS_IN_USE,
                        "--port-base: port %d for %s is taken by another process (expected: a free one; --port-base 0 finds them)"
                                .formatted(port, what));
            }
        });
    }

    private boolean isGiven(String store, ClusterPlan plan) {
        return switch (store) {
            case "zookeeper" -> zookeeper != null;
            case "mariadb" -> mysql != null;
            default -> redisElsewhere() != null && plan.redis().processes().contains(store);
        };
    }

    private @Nullable String redisElsewhere() {
        return redis != null && redis.contains("://") ? redis : null;
    }

    private void requireOneRedis() {
        String set = settings.of(Kind.SAVER).get("redis.uri");
        if (redis != null && set != null) {
            throw new AgentException(
                    AgentExit.USAGE,
                    "--redis: %s, and --set saver.redis.uri=%s (expected: one of them)".formatted(redis, set));
        }
    }

    /** Makes the operator and the demo app known, where an earlier start has not. */
    private static RunningPlatform introduce(ClusterPlan plan, ClusterProcesses processes)
            throws IOException, InterruptedException {
        Keys known = Keys.of(processes.data());
        String center = "http://" + plan.address("center-1");
        FirstOperator.introduce(processes.zookeeper(plan), ApiKey.parse(known.operatorKey()));
        Keys keys = known.withApiKey(new DemoApp(new CenterApi(center, known.operatorKey())).keyOf(known.apiKey()));
        keys.write(processes.data());
        return new RunningPlatform(
                center,
                "http://" + plan.address("dispatcher-1"),
                plan.names(Kind.ROOM).stream().map(plan::address).toList(),
                processes.zookeeper(plan),
                processes.redis(plan).replaceFirst("^redis://", ""),
                processes.mysql(plan),
                DemoApp.ID,
                keys.apiKey(),
                keys.operatorKey(),
                urls(plan, Kind.CENTER),
                urls(plan, Kind.DISPATCHER));
    }

    private static List<String> urls(ClusterPlan plan, Kind kind) {
        return plan.names(kind).stream()
                .map(name -> "http://" + plan.address(name))
                .toList();
    }

    private void print(PrintStream out, RunningPlatform running, String option) {
        switch (format) {
            case text -> ReadyText.print(out, running, option);
            case json -> new Output(out).json(running);
        }
    }

    /** What the option says, else what the directory had, else the usual. */
    private ClusterPlan planFor(Path directory) {
        ClusterPlan earlier = ClusterPlan.isIn(directory) ? ClusterPlan.read(directory) : null;
        int base = portBase != null ? portBase : earlier == null ? DEFAULT_BASE : earlier.base();
        RedisForm form = redis != null && redisElsewhere() == null
                ? RedisForm.parse(redis)
                : earlier == null ? RedisForm.SINGLE : earlier.redis();
        return ClusterPlan.of(
                base,
                form,
                counts.over(earlier == null ? Map.of() : earlier.counts()),
                earlier == null ? Map.of() : earlier.portsUnder(form));
    }

    private ClusterProcesses processes(Path directory) throws IOException {
        ServiceJvm jvm = ServiceJvm.likeThisOne(Hawser.class.getName(), directory.resolve("logs"));
        return new ClusterProcesses(
                directory,
                jvm.withClassPath(Libraries.keep(jvm.classPath(), directory)),
                flags,
                new GivenStores(zookeeper, redisElsewhere(), mysql),
                storesAt,
                roomsAt,
                settings,
                duration("--session-timeout", sessionTimeout),
                duration("--drain-timeout", drainTimeout));
    }

    private static Duration duration(String option, String text) {
        try {
            return DurationText.parse(text);
        } catch (HawserException e) {
            throw new AgentException(AgentExit.USAGE, option + ": " + e.getMessage(), e);
        }
    }

    private static String optionOf(Path directory) {
        return RunningPlatform.file(ClusterCommand.home()).toFile().exists()
                ? ""
                : " --up " + RunningPlatform.fileOfData(directory);
    }
}
