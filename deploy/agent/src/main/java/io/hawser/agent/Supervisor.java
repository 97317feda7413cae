package io.hawser.agent;

import io.hawser.agent.process.OsProcesses;
import io.hawser.agent.process.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The processes of one agent: started by stages, watched, started again when they end, stopped by stages in reverse.
 *
 * <p>May be asked from any thread; futures complete on the agent's loop, so that nothing may block in what follows them.
 */
public final class Supervisor implements AutoCloseable {
    private static final Duration EVERY_CHECK = Duration.ofMillis(200);
    private static final int CHECKS_A_SAMPLE = 5;

    private final AgentDirectory directory;
    private final Restarts restarts;
    private final LogLimits logs;
    private final OsProcesses processes = OsProcesses.ofThisSystem();
    private final Signals signals = new Signals();
    private final Obituaries obituaries;
    private final Launcher launcher;
    private final Journal journal;
    private final AgentLoop loop = new AgentLoop();
    private final Map<String, Supervised> supervised = new LinkedHashMap<>();
    private long checks;
    private boolean stopping;

    public Supervisor(AgentDirectory directory, Restarts restarts, LogLimits logs, Obituaries obituaries) {
        this.directory = directory;
        this.restarts = restarts;
        this.logs = logs;
        this.obituaries = obituaries;
        this.launcher = new Launcher(directory.path(), processes);
        this.journal = new Journal(directory.resolve("processes.json"));
    }

    /**
     * Takes charge of these processes. Of what an earlier agent left running in this directory, those that run as they are
     * asked for here go on; all others have ended when this returns. Nothing is started yet.
     *
     * @return names of those that go on
     */
    public List<String> takeOver(List<ProcessSpec> specs) {
        Map<String, ProcessSpec> wanted = specs.stream()
                .collect(Collectors.toMap(ProcessSpec::name, Function.identity(), (a, b) -> {
                    throw new AgentException(
                            AgentExit.CONFIGURATION, "name: " + a.name() + " stands twice (expected: unique names)");
                }));
        Leftovers left = new Leftovers(processes, signals, directory.path()).find(journal.read(), wanted);
        left.endOthers();
        List<String> adopted = loop.submit(() -> {
                    specs.forEach(this::put);
                    left.adoptable().forEach((name, process) -> required(name).adopt(Life.adopted(process, processes)));
                    record();
                    return specs.stream()
                            .map(ProcessSpec::name)
                            .filter(left.adoptable()::containsKey)
                            .toList();
                })
                .join();
        loop.repeat(this::tick, EVERY_CHECK);
        return adopted;
    }

    /** Starts all that does not run, a stage after the other; completes when all are ready, fails when one cannot be. */
    public CompletableFuture<Void> startAll(Duration readyWithin) {
        return byStages(stages -> stages, stage -> startStage(stage, readyWithin));
    }

    /** As {@link #startAll}, but what is not ready in time holds nothing up; tells of it, once all are started. */
    public CompletableFuture<List<String>> startWhatCan(Duration readyWithin) {
        List<String> late = new CopyOnWriteArrayList<>();
        return byStages(
                        stages -> stages,
                        stage -> startStage(stage, readyWithin).exceptionally(failure -> {
                            late.add(String.valueOf(failure.getMessage()));
                            return null;
                        }))
                .thenApply(all -> List.copyOf(late));
    }

    /** Takes charge of one more process and starts it; completes when it is ready. */
    public CompletableFuture<Void> add(ProcessSpec spec, Duration readyWithin) {
        return loop.submit(() -> {
                    if (supervised.containsKey(spec.name())) {
                        throw new AgentException(
                                AgentExit.WRONG_STATE, spec.name() + ": is there already (expected: a new name)");
                    }
                    put(spec);
                    return spec.name();
                })
                .thenCompose(name -> start(name, readyWithin));
    }

    /** Starts it; completes when it is ready. */
    public CompletableFuture<Void> start(String name, Duration readyWithin) {
        return within(name, readyWithin, loop.submitStage(() -> {
            Supervised process = required(name);
            if (stopping) {
                throw new AgentException(AgentExit.WRONG_STATE, name + ": the agent is stopping");
            }
            process.start();
            return process.awaitReady();
        }));
    }

    /** Ends it in good order and starts it again; completes when it is ready. */
    public CompletableFuture<Void> restart(String name, Duration readyWithin) {
        return loop.submitStage(() -> required(name).restart()).thenCompose(ended -> start(name, readyWithin));
    }

    /** Ends it in good order; it stays down until it is started. */
    public CompletableFuture<Void> drain(String name) {
        return loop.submitStage(() -> {
            Supervised process = required(name);
            return process.stop(process.spec().stopWithin());
        });
    }

    /** SIGKILL; it is started again as after any other end. */
    public CompletableFuture<Void> kill(String name) {
        return loop.submitStage(() -> required(name).kill());
    }

    /** SIGSTOP. */
    public CompletableFuture<Void> pause(String name) {
        return loop.submit(() -> {
            required(name).pause();
            return null;
        });
    }

    /** SIGCONT. */
    public CompletableFuture<Void> resume(String name) {
        return loop.submit(() -> {
            required(name).resume();
            return null;
        });
    }

    /** Of all processes, in the order in which they were given. */
    public CompletableFuture<List<ProcessStatus>> status() {
        return loop.submit(
                () -> supervised.values().stream().map(Supervised::status).toList());
    }

    /** Of one process. */
    public CompletableFuture<ProcessStatus> status(String name) {
        return loop.submit(() -> required(name).status());
    }

    /**
     * Stops all, the highest stage first; completes when nothing runs any more. To be followed by {@link #close}.
     *
     * @param atMost for each stage, where a process does not ask for less
     */
    public CompletableFuture<Void> stopAll(Duration atMost) {
        return byStages(
                stages -> {
                    stopping = true;
                    return stages.descendingSet();
                },
                stage -> stopStage(stage, atMost));
    }

    /** Lets go of the processes: what still runs goes on, for a later agent to adopt. */
    @Override
    public void close() {
        loop.close();
    }

    private void put(ProcessSpec spec) {
        var log = new LogFile(directory.log(spec.name()), logs);
        supervised.put(
                spec.name(), new Supervised(loop, launcher, signals, obituaries, this::record, restarts, spec, log));
    }

    private Supervised required(String name) {
        Supervised process = supervised.get(name);
        if (process == null) {
            throw new AgentException(AgentExit.UNKNOWN_NAME, NearName.refusal(name, supervised.keySet()));
        }
        return process;
    }

    private NavigableSet<Integer> stages() {
        return supervised.values().stream()
                .map(process -> process.spec().stage())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private CompletableFuture<Void> byStages(
            UnaryOperator<NavigableSet<Integer>> order, IntFunction<CompletableFuture<Void>> deed) {
        return loop.submit(() -> order.apply(stages())).thenCompose(stages -> {
            CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
            for (int stage : stages) {
                done = done.thenCompose(before -> deed.apply(stage));
            }
            return done;
        });
    }

    private CompletableFuture<Void> startStage(int stage, Duration readyWithin) {
        return loop.submit(() -> all(stage).stream()
                        .map(process -> start(process.spec().name(), readyWithin))
                        .toArray(CompletableFuture<?>[]::new))
                .thenCompose(CompletableFuture::allOf);
    }

    private CompletableFuture<Void> stopStage(int stage, Duration atMost) {
        return loop.submit(() -> all(stage).stream()
                        .map(process -> process.stop(
                                        shorter(atMost, process.spec().stopWithin()))
                                .toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new))
                .thenCompose(CompletableFuture::allOf);
    }

    private List<Supervised> all(int stage) {
        return supervised.values().stream()
                .filter(process -> process.spec().stage() == stage)
                .toList();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void tick() {
        boolean sampling = checks++ % CHECKS_A_SAMPLE == 0;
        for (Supervised process : supervised.values()) {
            process.look();
            if (sampling || !process.isReady()) {
                process.check();
            }
            if (sampling) {
                process.sample();
            }
        }
    }

    private void record() {
        List<Journal.Entry> running = new ArrayList<>();
        String boot = processes.boot();
        for (Supervised process : supervised.values()) {
            Life life = process.life();
            if (life != null) {
                ProcessSpec spec = process.spec();
                running.add(new Journal.Entry(
                        spec.name(),
                        life.pid(),
                        life.start(),
                        boot,
                        spec.command(),
                        spec.stopWithin().toSeconds()));
            }
        }
        journal.write(running);
    }

    private CompletableFuture<Void> within(String name, Duration atMost, CompletionStage<Void> ready) {
        return ready.toCompletableFuture()
                .orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException
                                ? new AgentException(
                                        AgentExit.FAILED,
                                        "%s: not ready within %d s (its log: %s)"
                                                .formatted(name, atMost.toSeconds(), directory.log(name)),
                                        failure)
                                : failure));
    }
}
