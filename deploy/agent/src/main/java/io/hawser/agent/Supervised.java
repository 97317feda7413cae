package io.hawser.agent;

import io.hawser.agent.process.Signals;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process, and what is wanted of it. Lives on the agent's loop: whatever happens to it (a request, its end, a pause that
 * is over, an answer to the question whether it is ready) comes there, one after the other.
 *
 * <pre>
 *            start                 ended by itself             the pause is over
 *   DOWN ──────────▶ RUNNING ──────────────────▶ BACKING_OFF ───────────────────▶ RUNNING
 *    ▲                 │  ▲                      CRASH_LOOP   (so many in a row)
 *    │ ended    drain  │  │ resume                REFUSED      (never ready, and a code that says: again the same)
 *   STOPPING ◀─────────┘  └────── PAUSED
 * </pre>
 */
final class Supervised {
    private static final Logger LOG = LoggerFactory.getLogger(Supervised.class);

    private final AgentLoop loop;
    private final Launcher launcher;
    private final Signals signals;
    private final Obituaries obituaries;
    private final Runnable changed;
    private final BackOff backOff;
    private final ProcessSpec spec;
    private final LogFile log;
    private final Waiting awaitingEnd = new Waiting();
    private final Waiting awaitingReady = new Waiting();
    private final Death death = new Death();
    private ProcessState state = ProcessState.DOWN;
    private boolean wanted;
    private boolean ready;
    private boolean wasReady;
    private boolean checking;
    private int restarts;
    private @Nullable Life life;
    private @Nullable LastExit lastExit;
    private @Nullable Future<?> timer;

    /** {@code changed}: told whenever another process runs than before. */
    Supervised(
            AgentLoop loop,
            Launcher launcher,
            Signals signals,
            Obituaries obituaries,
            Runnable changed,
            Restarts restarts,
            ProcessSpec spec,
            LogFile log) {
        this.loop = loop;
        this.launcher = launcher;
        this.signals = signals;
        this.obituaries = obituaries;
        this.changed = changed;
        this.backOff = new BackOff(restarts);
        this.spec = spec;
        this.log = log;
    }

    ProcessSpec spec() {
        return spec;
    }

    @Nullable
    Life life() {
        assert loop.isHere();
        return life;
    }

    /** Goes on with a process that an earlier agent started. */
    void adopt(Life running) {
        wanted = true;
        // It may have been left standing still.
        signals.resume(running.pid());
        began(running);
    }

    /** Wants it to run; begins at once where it does not. */
    void start() {
        assert loop.isHere();
        wanted = true;
        backOff.reset();
        if (life == null) {
            launch();
        } else if (state == ProcessState.STOPPING) {
            death.orderedFor("stopped by hand");
        }
    }

    /** Completes once it serves; fails when it ends in a way that makes waiting pointless. */
    CompletionStage<Void> awaitReady() {
        assert loop.isHere();
        return ready ? CompletableFuture.completedFuture(null) : awaitingReady.join();
    }

    /** Tells it to end, with the time to do so in good order, and does not start it again; completes when it has ended. */
    CompletionStage<Void> stop(Duration atMost) {
        assert loop.isHere();
        wanted = false;
        Life running = life;
        if (running == null) {
            cancelTimer();
            state = ProcessState.DOWN;
            hopeless("was told to stay down");
            return CompletableFuture.completedFuture(null);
        }
        death.orderedForGood();
        terminate(running, atMost);
        return awaitingEnd.join();
    }

    /** As {@link #stop}, then starts it; completes when it has ended. */
    CompletionStage<Void> restart() {
        assert loop.isHere();
        Life running = life;
        if (running == null) {
            start();
            return CompletableFuture.completedFuture(null);
        }
        wanted = true;
        backOff.reset();
        death.orderedFor("restarted by hand");
        terminate(running, spec.stopWithin());
        return awaitingEnd.join();
    }

    /** Ends it as a crash would; completes when it has ended, before it is started again. */
    CompletionStage<Void> kill() {
        Life running = required("kill");
        death.byOurHand();
        running.kill();
        return awaitingEnd.join();
    }

    void pause() {
        Life running = required("pause");
        if (!running.isStillThis() || !signals.pause(running.pid())) {
            throw wrongState("pause");
        }
        state = ProcessState.PAUSED;
        ready = false;
    }

    void resume() {
        Life running = required("resume");
        if (!running.isStillThis() || !signals.resume(running.pid())) {
            throw wrongState("resume");
        }
        if (state == ProcessState.PAUSED) {
            state = ProcessState.RUNNING;
        }
    }

    /** Asks, beside the loop, whether it serves. */
    void check() {
        Life asked = life;
        if (asked == null || checking) {
            return;
        }
        checking = true;
        Thread.ofVirtual().name("check-" + spec.name()).start(() -> {
            boolean serves = spec.readiness().check();
            loop.execute(() -> checked(asked, serves));
        });
    }

    /** Looks whether it is still there. */
    void look() {
        Life running = life;
        if (running != null) {
            running.look();
        }
    }

    /** Looks at what it uses, and at how much it has printed. */
    void sample() {
        Life running = life;
        if (running != null) {
            running.sample();
            requireWithinLimit(running);
        }
        try {
            log.rotate();
        } catch (IOException e) {
            LOG.warn("{} cannot be put aside", log.path(), e);
        }
    }

    boolean isReady() {
        return ready;
    }

    ProcessStatus status() {
        assert loop.isHere();
        Life running = life;
        return new ProcessStatus(
                spec.name(),
                state,
                ready,
                running == null ? 0 : running.pid(),
                running != null && running.isAdopted(),
                restarts,
                running == null ? 0 : running.cpuPercent(),
                running == null ? 0 : running.residentBytes(),
                running == null ? null : running.startedAt(),
                lastExit,
                spec.addresses(),
                log.path().toString());
    }

    private void requireWithinLimit(Life running) {
        long limit = spec.memoryLimitBytes();
        if (limit > 0 && running.residentBytes() > limit && state == ProcessState.RUNNING) {
            String why = "over its memory limit: %d of %d MiB".formatted(running.residentBytes() >> 20, limit >> 20);
            LOG.warn("{} is {}", spec.name(), why);
            death.orderedFor(why);
            terminate(running, spec.stopWithin());
        }
    }

    private void launch() {
        cancelTimer();
        try {
            began(launcher.launch(spec, log.path()));
        } catch (IOException e) {
            LOG.warn("{} cannot be started", spec.name(), e);
            lastExit = new LastExit(LastExit.UNKNOWN, "cannot be started: " + e.getMessage(), Instant.now());
            startLater(Duration.ZERO);
        }
    }

    private void began(Life begun) {
        life = begun;
        state = ProcessState.RUNNING;
        ready = false;
        wasReady = false;
        var _ = begun.end().thenAccept(code -> loop.execute(() -> ended(begun, code)));
        LOG.info("{} runs as process {}{}", spec.name(), begun.pid(), begun.isAdopted() ? ", adopted" : "");
        changed.run();
        check();
    }

    private void checked(Life asked, boolean serves) {
        checking = false;
        if (asked == life && state != ProcessState.PAUSED) {
            ready = serves;
            wasReady |= serves && !(spec.readiness() instanceof Readiness.WhenRunning);
            if (serves) {
                awaitingReady.done();
            }
        }
    }

    private void ended(Life which, int code) {
        assert which == life;
        cancelTimer();
        life = null;
        ready = false;
        signals.killGroup(which.pid());
        Duration lived = which.lived();
        boolean ordered = death.isOrdered();
        lastExit = death.of(code, spec.isService(), Instant.now());
        LOG.info("{} ended after {} s: {} {}", spec.name(), lived.toSeconds(), code, lastExit.why());
        changed.run();
        if (spec.isService() && code != LastExit.AS_TOLD) {
            obituaries.ended(spec.service(), spec.name(), which.pid());
        }
        afterEnd(code, lived, ordered);
        awaitingEnd.done();
    }

    private void afterEnd(int code, Duration lived, boolean ordered) {
        if (!wanted) {
            state = ProcessState.DOWN;
            hopeless("was told to end");
        } else if (ordered) {
            launch();
        } else if (code == LastExit.AS_TOLD && spec.isService()) {
            // An operator drained it, over ZooKeeper or by a signal: were it started again, no drain would hold.
            wanted = false;
            state = ProcessState.DOWN;
            hopeless("was told to end");
        } else if (!wasReady && spec.finalExitCodes().contains(code)) {
            state = ProcessState.REFUSED;
            hopeless("ended: " + exitText());
        } else {
            startLater(lived);
        }
    }

    /** Counted now: a start by hand may come before the pause is over, and then it has ended all the same. */
    private void startLater(Duration lived) {
        restarts++;
        Duration pause = backOff.pauseAfter(lived);
        state = backOff.isCrashLoop() ? ProcessState.CRASH_LOOP : ProcessState.BACKING_OFF;
        if (state == ProcessState.CRASH_LOOP) {
            hopeless("ends again and again: " + exitText());
        }
        timer = loop.schedule(this::launch, pause);
    }

    private void terminate(Life running, Duration atMost) {
        if (state == ProcessState.PAUSED) {
            // What stands still does not hear SIGTERM.
            resume();
        }
        if (state != ProcessState.STOPPING) {
            state = ProcessState.STOPPING;
            running.terminate();
        }
        cancelTimer();
        timer = loop.schedule(running::kill, atMost);
    }

    private void hopeless(String why) {
        awaitingReady.failed(
                new AgentException(AgentExit.FAILED, "%s %s (its log: %s)".formatted(spec.name(), why, log.path())));
    }

    private String exitText() {
        LastExit exit = lastExit;
        return exit == null ? "never" : (exit.code() + " " + exit.why()).strip();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private Life required(String verb) {
        assert loop.isHere();
        Life running = life;
        if (running == null) {
            throw wrongState(verb);
        }
        return running;
    }

    private AgentException wrongState(String verb) {
        return new AgentException(
                AgentExit.WRONG_STATE,
                "%s: %s cannot be done while it is %s (expected: a running process)"
                        .formatted(spec.name(), verb, state));
    }
}
