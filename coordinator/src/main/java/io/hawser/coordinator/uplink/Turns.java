package io.hawser.coordinator.uplink;

import io.hawser.coordinator.webhook.Outcome;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to call its back end: apps in turn, each with a bound on its attempts at once, under a bound on all. For
 * the owner alone.
 */
final class Turns {
    private final Supplier<ForwardSettings> settings;
    private final Attempts attempts;
    private final Function<Stream, @Nullable Shot> next;
    private final ArrayDeque<AppQueue> turns = new ArrayDeque<>();
    private volatile int inFlight;
    private boolean running;
    private boolean stopped;

    /** @param next what a stream whose turn it is sends where; null: it waits for something */
    Turns(Supplier<ForwardSettings> settings, Attempts attempts, Function<Stream, @Nullable Shot> next) {
        this.settings = settings;
        this.attempts = attempts;
        this.next = next;
    }

    /** The stream may send its head. */
    void ready(Stream stream) {
        stream.state = Stream.State.READY;
        stream.app.ready.add(stream);
        queue(stream.app);
    }

    /** Begins as many attempts as the bounds allow. */
    void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            while (!stopped && inFlight < settings.get().maxInFlight()) {
                AppQueue app = turns.poll();
                if (app == null) {
                    return;
                }
                app.inTurn = false;
                take(app);
                queue(app);
            }
        } finally {
            running = false;
        }
    }

    /** Takes a place for an attempt that is none of a stream's; false: the app, or all together, have none free. */
    boolean begin(AppQueue app) {
        if (stopped || inFlight >= settings.get().maxInFlight() || !hasPlace(app)) {
            return false;
        }
        count(app, 1);
        return true;
    }

    /** An attempt is over. */
    void over(AppQueue app) {
        count(app, -1);
        queue(app);
    }

    int inFlight() {
        return inFlight;
    }

    /** Begins nothing any more. */
    void stop() {
        stopped = true;
    }

    private void take(AppQueue app) {
        if (app.ready.isEmpty() || !hasPlace(app)) {
            return;
        }
        Stream stream = app.ready.removeFirst();
        stream.state = Stream.State.IDLE;
        Shot shot = next.apply(stream);
        if (shot != null) {
            stream.state = Stream.State.IN_FLIGHT;
            shot.url.begin();
            count(app, 1);
            attempts.run(shot);
        }
    }

    private void queue(AppQueue app) {
        if (!app.inTurn && !app.ready.isEmpty() && hasPlace(app)) {
            app.inTurn = true;
            turns.add(app);
        }
    }

    private boolean hasPlace(AppQueue app) {
        return app.inFlight < settings.get().maxInFlightPerApp();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the owner alone.
    private void count(AppQueue app, int more) {
        app.inFlight += more;
        inFlight += more;
    }

    /** The head of a stream on its way to an address. {@code over} is called on any thread. */
    record Shot(Stream stream, Entry head, Target target, UrlBreaker url, BiConsumer<Shot, Outcome> over) {}
}
