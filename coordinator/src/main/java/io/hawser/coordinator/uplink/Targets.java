package io.hawser.coordinator.uplink;

import io.hawser.coordinator.webhook.Outcome;
import io.hawser.rpc.v1.Callback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which back ends are up, and the streams that wait for one that is not: while it is down one of them tries it now and then,
 * and when it answers all of them go at once. For the owner alone.
 */
final class Targets {
    private static final Logger LOG = LoggerFactory.getLogger(Targets.class);

    private static final int TRY_WITHIN_MS = 5_000;

    private final OwnerLoop loop;
    private final Supplier<ForwardSettings> settings;
    private final Consumer<List<Stream>> wake;

    /** @param wake has streams go on */
    Targets(OwnerLoop loop, Supplier<ForwardSettings> settings, Consumer<List<Stream>> wake) {
        this.loop = loop;
        this.settings = settings;
        this.wake = wake;
    }

    /** The app's target for a callback, as it is configured now. */
    Target of(AppQueue app, Callback callback) {
        Target target = app.target(callback);
        target.configure(callback, settings.get(), steadyMs());
        return target;
    }

    void waitFor(Stream stream, Target target) {
        stream.state = Stream.State.WAITING_FOR_TARGET;
        target.waiting.add(stream);
        armProbe(target, 0);
    }

    /** The back end answered: who waited for it goes at once. */
    void answered(Target target, UrlBreaker url) {
        if (url.answered()) {
            List<Stream> waiting = List.copyOf(target.waiting);
            target.waiting.clear();
            wake.accept(waiting);
        }
    }

    /** Hears of an outcome that says that the back end is down; one that does not changes nothing. */
    void down(Target target, UrlBreaker url, Outcome outcome) {
        if (!url.isOpen()) {
            LOG.info("The back end at {} is down: {}", url.url, outcome.text());
        }
        url.because(outcome.text());
        switch (outcome) {
            case Outcome.Unreachable unreachable -> url.down(steadyMs(), chance());
            case Outcome.Throttled throttled -> pause(url, throttled.retryAfter());
            case Outcome.Gone gone -> pause(url, settings.get().gonePause());
            case Outcome.Delivered _, Outcome.Refused _, Outcome.Failed _ -> {}
        }
        armProbe(target, 0);
    }

    /** Takes all that wait for a callback of the app, to look again; forgets targets that have none any more. */
    List<Stream> takeWaiting(AppQueue app, Callbacks callbacks) {
        List<Stream> waiting = new ArrayList<>(app.withoutCallback);
        app.withoutCallback.clear();
        for (Target target : List.copyOf(app.targets.values())) {
            waiting.addAll(target.waiting);
            target.waiting.clear();
            if (!callbacks.has(app.app, target.callback().getId())) {
                app.targets.remove(target.callback().getId());
            }
        }
        return waiting;
    }

    static long steadyMs() {
        return System.nanoTime() / 1_000_000;
    }

    /** From zero to one. */
    static double chance() {
        return ThreadLocalRandom.current().nextDouble();
    }

    private void pause(UrlBreaker url, Duration asked) {
        if (asked.isPositive()) {
            url.pause(steadyMs(), asked.toMillis());
        } else {
            url.down(steadyMs(), chance());
        }
    }

    /** Has one of those who wait try the target as soon as it may be tried. */
    private void armProbe(Target target, long notBeforeMs) {
        long atMs = Math.max(notBeforeMs, target.nextProbeMs());
        if (target.arm(atMs)) {
            loop.after(Math.max(1, atMs - steadyMs()), () -> {
                target.disarm(atMs);
                probe(target);
            });
        }
    }

    private void probe(Target target) {
        if (!target.waiting.isEmpty()) {
            wake.accept(List.of(target.waiting.removeFirst()));
            // What it is to send may have to be read first: another one tries only if that takes long.
            armProbe(target, steadyMs() + TRY_WITHIN_MS);
        }
    }
}
