package io.hawser.coordinator.uplink;

import io.hawser.coordinator.webhook.Outcome;
import io.hawser.coordinator.webhook.Reply;
import io.hawser.rpc.v1.Callback;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes streams forward: one head each at a time, until a back end has it or it is given up. Everything here happens on
 * the owner's thread.
 */
final class Forwarder {
    private final OwnerLoop loop;
    private final Supplier<ForwardSettings> settings;
    private final Callbacks callbacks;
    private final Streams streams;
    private final Endings endings;
    private final Targets targets;
    private final Turns turns;
    private final ForwardMeters meters;
    private final Clock clock;

    Forwarder(
            OwnerLoop loop,
            Supplier<ForwardSettings> settings,
            Callbacks callbacks,
            Streams streams,
            Endings endings,
            Attempts attempts,
            ForwardMeters meters,
            Clock clock) {
        this.loop = loop;
        this.settings = settings;
        this.callbacks = callbacks;
        this.streams = streams;
        streams.forwardBy(this::go, (stream, millis) -> waitUntil(stream, now() + millis));
        this.endings = endings;
        this.targets = new Targets(loop, settings, this::wake);
        this.turns = new Turns(settings, attempts, this::next);
        this.meters = meters;
        this.clock = clock;
    }

    Turns turns() {
        return turns;
    }

    Targets targets() {
        return targets;
    }

    boolean isIdle() {
        return turns.inFlight() == 0 && endings.isIdle();
    }

    /** The app's callbacks are others now: what waits for one looks again. */
    void changed(String id) {
        wake(targets.takeWaiting(streams.app(id), callbacks));
    }

    /** Gives up what waited for too long, and forgets streams that are over. */
    void sweep() {
        for (AppQueue app : streams.apps()) {
            for (Stream stream : List.copyOf(app.streams.values())) {
                switch (stream.state) {
                    case WAITING_FOR_TARGET, WAITING_FOR_CALLBACK -> wakeIfTooOld(stream);
                    case WAITING_FOR_TIME -> park(stream);
                    case IDLE -> streams.removeIfOver(stream);
                    case READY, IN_FLIGHT, TO_READ, READING -> {}
                }
            }
        }
    }

    private void go(Stream stream) {
        step(stream);
        turns.run();
    }

    /** Goes on with a stream that is about nothing. */
    private void step(Stream stream) {
        if (stream.state != Stream.State.IDLE) {
            return;
        }
        if (stream.head() != null) {
            turns.ready(stream);
        } else if (stream.more) {
            streams.read(stream);
        }
    }

    /** It is the stream's turn. Returns the address that its head goes to now; null: it waits for something. */
    private Turns.@Nullable Shot next(Stream stream) {
        Entry head = stream.head();
        if (head == null) {
            step(stream);
            return null;
        }
        long nowMs = clock.millis();
        if (head.nextAttemptMs > nowMs) {
            waitUntil(stream, head.nextAttemptMs);
            return null;
        }
        Callback callback = callbacks.of(head.item);
        if (callback == null || callback.getDisabled()) {
            withoutCallback(stream, head, callback);
            return null;
        }
        Target target = targets.of(stream.app, callback);
        UrlBreaker url = target.pick(Targets.steadyMs());
        if (url == null) {
            waitFor(stream, target);
            return null;
        }
        return new Turns.Shot(
                stream, head, target, url, (shot, outcome) -> loop.execute(() -> finished(shot, outcome)));
    }

    private void withoutCallback(Stream stream, Entry head, @Nullable Callback callback) {
        if (callback == null && head.item.hasEvent() && callbacks.knows(stream.app.app)) {
            meters.unwanted.increment();
            sent(stream, null);
        } else if (!buryIfTooOld(stream, "")) {
            stream.state = Stream.State.WAITING_FOR_CALLBACK;
            stream.app.withoutCallback.add(stream);
            streams.forgetUntilWoken(stream);
        }
    }

    private void finished(Turns.Shot shot, Outcome outcome) {
        Stream stream = shot.stream();
        stream.state = Stream.State.IDLE;
        turns.over(stream.app);
        switch (outcome) {
            case Outcome.Delivered(Reply reply, String _) -> {
                meters.delivered.increment();
                targets.answered(shot.target(), shot.url());
                sent(stream, reply);
            }
            case Outcome.Refused(String detail) -> {
                targets.answered(shot.target(), shot.url());
                failed(stream, detail);
            }
            case Outcome.Failed(String detail) -> failedAlone(shot, outcome, detail);
            case Outcome.Unreachable _, Outcome.Throttled _, Outcome.Gone _ -> down(shot, outcome);
        }
        turns.run();
    }

    /** Whether it did: with others it means that the back end is down. */
    private void failedAlone(Turns.Shot shot, Outcome outcome, String detail) {
        Stream stream = shot.stream();
        List<Stream> together = shot.url().failed(stream, Targets.steadyMs(), Targets.chance());
        if (together.isEmpty()) {
            failed(stream, detail);
        } else {
            together.stream()
                    .filter(other -> !other.equals(stream))
                    .forEach(other -> uncount(other, shot.target(), detail));
            down(shot, outcome);
        }
    }

    /** Not the stream's fault, so no attempt is counted: it goes to another address, or waits for one. */
    private void down(Turns.Shot shot, Outcome outcome) {
        meters.targetDown.increment();
        Stream stream = shot.stream();
        targets.down(shot.target(), shot.url(), outcome);
        if (stream.lost) {
            streams.remove(stream);
        } else if (shot.target().isDown()) {
            waitFor(stream, shot.target());
        } else {
            turns.ready(stream);
        }
    }

    private void wake(List<Stream> streams) {
        streams.forEach(this::wake);
        turns.run();
    }

    private void wake(Stream stream) {
        stream.wait++;
        stream.state = Stream.State.IDLE;
        step(stream);
    }

    /**
     * A wait that is long keeps nothing in memory but the stream itself. Not from its beginning: the next failures may tell
     * that the back end was down, and then the head gets its attempt back.
     */
    private void park(Stream stream) {
        Entry head = stream.head();
        if (head != null
                && head.nextAttemptMs - clock.millis()
                        > settings.get().parkAfter().toMillis()) {
            streams.forget(stream);
        }
    }

    private void waitUntil(Stream stream, long wallMs) {
        stream.state = Stream.State.WAITING_FOR_TIME;
        int wait = ++stream.wait;
        long forMs = Math.max(1, wallMs - clock.millis());
        streams.forgetTail(stream);
        loop.after(forMs, () -> {
            if (stream.state == Stream.State.WAITING_FOR_TIME && stream.wait == wait) {
                wake(List.of(stream));
            }
        });
    }

    /** An outage may last for days, and would hold memory for nothing: what waits is read again when it is woken. */
    private void waitFor(Stream stream, Target target) {
        if (!buryIfTooOld(stream, target.whyDown())) {
            streams.forgetUntilWoken(stream);
            targets.waitFor(stream, target);
        }
    }

    /** The attempt failed for the item's own sake, as far as one can tell. */
    private void failed(Stream stream, String error) {
        meters.failed.increment();
        Entry head = stream.head();
        if (head == null || stream.lost) {
            streams.remove(stream);
        } else if (endings.deferred(stream, head, error)) {
            waitUntil(stream, head.nextAttemptMs);
        } else {
            goOn(stream);
        }
    }

    /** It failed with others, so the back end was down: the attempt is given back. */
    private void uncount(Stream other, Target target, String error) {
        Entry head = other.head();
        if (head != null && other.state == Stream.State.WAITING_FOR_TIME && head.attempts > 0) {
            other.wait++;
            endings.givenBack(head, error);
            // Its head stays for the first try: the store may not know yet.
            targets.waitFor(other, target);
        }
    }

    /** What it waits with is read, if need be, and buried where it is still to wait. */
    private void wakeIfTooOld(Stream stream) {
        Entry head = stream.head();
        if (endings.isTooOld(head == null ? stream.queuedMs : head.item.getQueuedMs())) {
            streams.leaveLists(stream);
            wake(stream);
        }
    }

    /** Returns whether the head, which would have to wait for a back end, waited for too long. */
    private boolean buryIfTooOld(Stream stream, String why) {
        Entry head = stream.head();
        if (head == null || !endings.isTooOld(head.item.getQueuedMs())) {
            return false;
        }
        endings.bury(stream, head, "no back end took it in time" + (why.isEmpty() ? "" : ": " + why));
        goOn(stream);
        return true;
    }

    private void sent(Stream stream, @Nullable Reply reply) {
        endings.sent(stream, reply);
        goOn(stream);
    }

    private void goOn(Stream stream) {
        stream.state = Stream.State.IDLE;
        if (stream.lost) {
            streams.remove(stream);
        } else {
            step(stream);
        }
    }

    private long now() {
        return clock.millis();
    }
}
