package io.hawser.agent.control;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.agent.ProcessStatus;
import io.hawser.agent.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What every agent can be asked: the verbs of its commands, done by its supervisor. */
public final class SupervisorControl implements ControlServer.Handler {
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final Supervisor supervisor;
    private final Runnable down;
    private final CompletionStage<Void> stopped;

    /**
     * Answers for this supervisor.
     *
     * @param down makes the agent stop all and end
     * @param stopped completes when nothing runs any more
     */
    public SupervisorControl(Supervisor supervisor, Runnable down, CompletionStage<Void> stopped) {
        this.supervisor = supervisor;
        this.down = down;
        this.stopped = stopped;
    }

    @Override
    public CompletionStage<ControlAnswer> handle(ControlRequest request) {
        Duration within = within(request);
        return switch (request.verb()) {
            case "status" -> status(request);
            case "start" -> each(request, name -> supervisor.start(name, within));
            case "restart" -> each(request, name -> supervisor.restart(name, within));
            case "drain" -> each(request, supervisor::drain);
            case "kill" -> each(request, supervisor::kill);
            case "pause" -> each(request, supervisor::pause);
            case "resume" -> each(request, supervisor::resume);
            case "down" -> down();
            default ->
                throw new AgentException(
                        AgentExit.USAGE, "verb: " + request.verb() + " (expected: one that this agent knows)");
        };
    }

    private CompletionStage<ControlAnswer> status(ControlRequest request) {
        return request.names().isEmpty()
                ? supervisor.status().thenApply(SupervisorControl::done)
                : after(request, CompletableFuture.completedFuture(null));
    }

    /** All of them side by side; none is touched where one is not known. */
    private CompletionStage<ControlAnswer> each(
            ControlRequest request, Function<String, CompletableFuture<Void>> deed) {
        return after(request, CompletableFuture.completedFuture(null))
                .thenCompose(known -> after(
                        request,
                        CompletableFuture.allOf(
                                request.names().stream().map(deed).toArray(CompletableFuture<?>[]::new))));
    }

    private CompletableFuture<ControlAnswer> after(ControlRequest request, CompletableFuture<Void> deed) {
        return deed.thenCompose(done -> statuses(request.names())).thenApply(SupervisorControl::done);
    }

    private CompletableFuture<List<ProcessStatus>> statuses(List<String> names) {
        List<CompletableFuture<ProcessStatus>> asked =
                names.stream().map(supervisor::status).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> asked.stream().map(CompletableFuture::join).toList());
    }

    private CompletionStage<ControlAnswer> down() {
        down.run();
        return stopped.thenApply(all -> done(List.of()));
    }

    /** The answer of a deed that was done to these. */
    public static ControlAnswer done(List<ProcessStatus> processes) {
        return new ControlAnswer(AgentExit.OK.number(), "", processes);
    }

    private static Duration within(ControlRequest request) {
        long seconds = request.withinSeconds();
        if (seconds < 1 || seconds > LONGEST_WAIT.toSeconds()) {
            throw new AgentException(
                    AgentExit.USAGE, "--within: " + seconds + "s (expected: 1 to " + LONGEST_WAIT.toSeconds() + " s)");
        }
        return Duration.ofSeconds(seconds);
    }
}
