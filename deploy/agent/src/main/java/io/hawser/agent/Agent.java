package io.hawser.agent;

import io.hawser.agent.control.ControlServer;
import io.hawser.agent.control.SupervisorControl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A supervisor that can be asked, until it is told to stop: by {@code down}, SIGTERM or Ctrl-C. It then stops its processes
 * in order, and this JVM does not end before.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final AgentDirectory directory;
    private final Supervisor supervisor;
    private final Obituaries obituaries;
    private final ControlServer control;
    private final Duration stageStop;
    private final CompletableFuture<Boolean> stopBySignal = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean released;

    /** What an agent can be asked beside the usual. */
    @FunctionalInterface
    public interface Verbs {
        /** Nothing. */
        Verbs USUAL = (usual, supervisor) -> usual;

        ControlServer.Handler over(ControlServer.Handler usual, Supervisor supervisor);
    }

    private Agent(
            AgentDirectory directory,
            Restarts restarts,
            LogLimits logs,
            Duration stageStop,
            Obituaries obituaries,
            Verbs verbs)
            throws IOException {
        this.directory = directory;
        this.stageStop = stageStop;
        this.obituaries = obituaries;
        this.supervisor = new Supervisor(directory, restarts, logs, obituaries);
        var usual = new SupervisorControl(supervisor, () -> stopBySignal.complete(false), stopped);
        this.control = ControlServer.start(directory.path(), verbs.over(usual, supervisor));
        Runtime.getRuntime().addShutdownHook(new Thread(this::onSignal, "stop"));
    }

    /**
     * Starts an agent that looks after nothing yet, and can be asked.
     *
     * @param directory held; the agent lets go of it
     * @param stageStop how long a stage of processes may take to end in the end, where they do not ask for less
     * @param obituaries told of services that ended; the agent closes it
     * @param verbs what it can be asked, given what every agent can
     */
    public static Agent start(
            AgentDirectory directory,
            Restarts restarts,
            LogLimits logs,
            Duration stageStop,
            Obituaries obituaries,
            Verbs verbs)
            throws IOException {
        try {
            return new Agent(directory, restarts, logs, stageStop, obituaries, verbs);
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    public AgentDirectory directory() {
        return directory;
    }

    public Supervisor supervisor() {
        return supervisor;
    }

    /** See {@link Supervisor#takeOver}. */
    public List<String> takeOver(List<ProcessSpec> specs) {
        List<String> adopted = supervisor.takeOver(specs);
        LOG.info("{} processes; of an earlier agent's these go on: {}", specs.size(), adopted);
        return adopted;
    }

    /** Starts all in the background; what is not ready in time holds nothing up, and is named in the log. */
    public void startWhatCan(Duration readyWithin) {
        var _ = supervisor.startWhatCan(readyWithin).whenComplete((late, failure) -> {
            if (failure != null) {
                LOG.warn("Not all processes were started", failure);
            } else {
                LOG.info("All processes are started; not ready in time: {}", late);
            }
        });
    }

    /** Returns what the future gives, unless the agent is told to stop before. */
    public <T> T await(CompletableFuture<T> result) {
        try {
            CompletableFuture.anyOf(result, stopBySignal).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof AgentException known ? known : e;
        }
        if (!result.isDone()) {
            throw new AgentException(AgentExit.FAILED, "stopped while it was starting");
        }
        return result.join();
    }

    /** Returns when it is told to stop: true by a signal, false by {@code down}. */
    public boolean awaitStop() {
        return stopBySignal.join();
    }

    /** Lets the processes go on when it is closed, for the next agent to adopt. */
    public void release() {
        released = true;
    }

    /** Stops all in order, then is asked no more. */
    @Override
    public void close() {
        if (closed.getCount() == 0) {
            return;
        }
        try {
            if (!released) {
                supervisor.stopAll(stageStop).join();
            }
        } finally {
            stopped.complete(null);
            control.close();
            supervisor.close();
            obituaries.close();
            directory.close();
            closed.countDown();
        }
    }

    /** The JVM ends as soon as this returns. */
    private void onSignal() {
        stopBySignal.complete(true);
        try {
            closed.await();
        } catch (InterruptedException e) {
            LOG.warn("The JVM ends before the processes have", e);
            Thread.currentThread().interrupt();
        }
    }
}
