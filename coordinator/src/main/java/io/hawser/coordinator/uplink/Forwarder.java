package io.hawser.coordinator.uplink;

import io.hawser.coordinator.webhook.Outcome;
import io.hawser.coordinator.webhook.Reply;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.OutboxItem;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes streams forward: one head each at a time, until a back end has it or it is given up. Everything here happens on
 * the owner's thread.
 *
 * <p>What is here of a stream is a run without gaps from its oldest undelivered item; the rest is in the store, and is read
 * when that run is sent. So the bounds on memory cost reads, and neither order nor items.
 */
final class Forwarder {
    private static final int READ_AGAIN_MS = 1_000;
    private static final int ROOM_WAIT_MS = 200;

    private final OwnerLoop loop;
    private final Supplier<ForwardSettings> settings;
    private final Callbacks callbacks;
    private final OutboxStore store;
    private final Endings endings;
    private final Targets targets;
    private final Held held;
    private final Turns turns;
    private final ForwardMeters meters;
    private final Clock clock;
    private final Map<String, AppQueue> apps = new HashMap<>();
    private OwnedSlots owned = OwnedSlots.none();

    Forwarder(
            OwnerLoop loop,
            Supplier<ForwardSettings> settings,
            Callbacks callbacks,
            OutboxStore store,
            Endings endings,
            Held held,
            Attempts attempts,
            ForwardMeters meters,
            Clock clock) {
        this.loop = loop;
        this.settings = settings;
        this.callbacks = callbacks;
        this.store = store;
        this.endings = endings;
        this.targets = new Targets(loop, settings, this::wake);
        this.held = held;
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

    AppQueue app(String app) {
        return apps.computeIfAbsent(app, AppQueue::new);
    }

    Collection<AppQueue> apps() {
        return List.copyOf(apps.values());
    }

    OwnedSlots owned() {
        return owned;
    }

    boolean isIdle() {
        return turns.inFlight() == 0 && endings.isIdle();
    }

    /**
     * Takes an item, from whoever stored it or from the store; false: there is no room for its stream, and the store has to
     * be read from there again.
     */
    boolean offer(OutboxItem item) {
        assert loop.inLoop();
        int slot = Slot.of(item.getApp(), item.getUser());
        if (!owned.contains(slot)) {
            return true;
        }
        AppQueue app = app(item.getApp());
        Stream known = app.streams.get(StreamKey.of(item));
        if (known == null && !(held.hasRoom(app) && held.hasRoomForStream(app))) {
            return false;
        }
        Stream stream = app.stream(item, slot);
        if (!stream.knows(item)) {
            add(stream, item);
            step(stream);
            turns.run();
        }
        return true;
    }

    /** What a read of a stream brought, from its oldest on; null: nothing came, and it is read again. */
    void read(Stream stream, @Nullable List<OutboxItem> items, boolean more) {
        assert loop.inLoop();
        boolean meanwhile = stream.more;
        stream.state = Stream.State.IDLE;
        if (stream.lost) {
            remove(stream);
            return;
        }
        if (items == null) {
            stream.more = true;
            waitUntil(stream, clock.millis() + READ_AGAIN_MS);
            return;
        }
        stream.more = false;
        for (OutboxItem item : items) {
            if (!stream.knows(item) && !stream.more) {
                take(stream, item);
            }
        }
        stream.more |= meanwhile || more;
        if (stream.head() == null && !items.isEmpty()) {
            // No room: later.
            waitUntil(stream, clock.millis() + ROOM_WAIT_MS);
        } else {
            step(stream);
        }
        turns.run();
    }

    /** The app's callbacks are others now: what waits for one looks again. */
    void changed(String id) {
        AppQueue app = apps.get(id);
        if (app != null) {
            wake(targets.takeWaiting(app, callbacks));
        }
    }

    /** Other slots are this coordinator's now. What it has of those that went is forgotten: others have read it. */
    void own(OwnedSlots now) {
        owned = now;
        for (AppQueue app : apps.values()) {
            for (Stream stream : List.copyOf(app.streams.values())) {
                stream.lost = !now.contains(stream.slot);
                if (stream.lost) {
                    leave(stream);
                }
            }
        }
    }

    /** Gives up what waited for too long, and forgets streams that are over. */
    void sweep() {
        for (AppQueue app : apps.values()) {
            for (Stream stream : List.copyOf(app.streams.values())) {
                switch (stream.state) {
                    case WAITING_FOR_TARGET, WAITING_FOR_CALLBACK -> buryIfTooOld(stream);
                    case IDLE -> removeIfOver(stream);
                    case READY, IN_FLIGHT, READING, WAITING_FOR_TIME -> {}
                }
            }
        }
    }

    private void add(Stream stream, OutboxItem item) {
        if (stream.isNext(item)) {
            take(stream, item);
        } else {
            stream.more = true;
            meters.gaps.increment();
        }
    }

    private void take(Stream stream, OutboxItem item) {
        if (held.hasRoom(stream)) {
            held.take(stream, item);
        } else {
            stream.more = true;
        }
    }

    /** Goes on with a stream that is about nothing. */
    private void step(Stream stream) {
        if (stream.state != Stream.State.IDLE) {
            return;
        }
        if (stream.head() != null) {
            turns.ready(stream);
        } else if (stream.more) {
            read(stream);
        }
    }

    private void read(Stream stream) {
        stream.state = Stream.State.READING;
        stream.more = false;
        var _ = store.readStream(
                        stream.app.app,
                        stream.key,
                        stream.sentId(),
                        settings.get().maxHeldPerStream())
                .whenComplete((page, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        meters.storeFailures.increment();
                        read(stream, null, true);
                    } else {
                        read(stream, page.getItemsList(), page.getMore());
                    }
                }));
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
            targets.waitFor(stream, target);
            return null;
        }
        return new Turns.Shot(
                stream, head, target, url, (shot, outcome) -> loop.execute(() -> finished(shot, outcome)));
    }

    private void withoutCallback(Stream stream, Entry head, @Nullable Callback callback) {
        if (callback == null && head.item.hasEvent() && callbacks.knows(stream.app.app)) {
            meters.unwanted.increment();
            sent(stream, null);
        } else {
            stream.state = Stream.State.WAITING_FOR_CALLBACK;
            stream.app.withoutCallback.add(stream);
        }
    }

    private void finished(Turns.Shot shot, Outcome outcome) {
        Stream stream = shot.stream();
        stream.state = Stream.State.IDLE;
        turns.over(stream.app);
        switch (outcome) {
            case Outcome.Delivered(Reply reply) -> {
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
            together.stream().filter(other -> !other.equals(stream)).forEach(other -> uncount(other, shot.target()));
            down(shot, outcome);
        }
    }

    /** Not the stream's fault, so no attempt is counted: it goes to another address, or waits for one. */
    private void down(Turns.Shot shot, Outcome outcome) {
        meters.targetDown.increment();
        Stream stream = shot.stream();
        targets.down(shot.target(), shot.url(), outcome);
        if (stream.lost) {
            remove(stream);
        } else if (shot.target().isDown()) {
            targets.waitFor(stream, shot.target());
            buryIfTooOld(stream);
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

    /** A wait that is long keeps nothing in memory but the stream itself. */
    private void waitUntil(Stream stream, long wallMs) {
        stream.state = Stream.State.WAITING_FOR_TIME;
        int wait = ++stream.wait;
        long forMs = Math.max(1, wallMs - clock.millis());
        if (forMs > settings.get().parkAfter().toMillis()) {
            forget(stream);
        }
        loop.after(forMs, () -> {
            if (stream.state == Stream.State.WAITING_FOR_TIME && stream.wait == wait) {
                wake(List.of(stream));
            }
        });
    }

    /** The attempt failed for the item's own sake, as far as one can tell. */
    private void failed(Stream stream, String error) {
        meters.failed.increment();
        Entry head = stream.head();
        if (head == null || stream.lost) {
            remove(stream);
        } else if (endings.deferred(stream, head, error)) {
            waitUntil(stream, head.nextAttemptMs);
        } else {
            goOn(stream);
        }
    }

    /** It failed with others, so the back end was down: the attempt is given back. */
    private void uncount(Stream other, Target target) {
        Entry head = other.head();
        if (head != null && other.state == Stream.State.WAITING_FOR_TIME && head.attempts > 0) {
            other.wait++;
            head.attempts--;
            head.nextAttemptMs = 0;
            targets.waitFor(other, target);
        }
    }

    private void buryIfTooOld(Stream stream) {
        Entry head = stream.head();
        if (head != null && endings.isTooOld(head)) {
            leaveLists(stream);
            endings.bury(stream, head, "no back end took it in time");
            goOn(stream);
        }
    }

    private void sent(Stream stream, @Nullable Reply reply) {
        endings.sent(stream, reply);
        goOn(stream);
    }

    private void goOn(Stream stream) {
        stream.state = Stream.State.IDLE;
        if (stream.lost) {
            remove(stream);
        } else {
            step(stream);
        }
    }

    private void leave(Stream stream) {
        leaveLists(stream);
        if (stream.state != Stream.State.IN_FLIGHT && stream.state != Stream.State.READING) {
            stream.state = Stream.State.IDLE;
            remove(stream);
        }
    }

    private void leaveLists(Stream stream) {
        stream.wait++;
        stream.app.ready.remove(stream);
        stream.app.withoutCallback.remove(stream);
        stream.app.targets.values().forEach(target -> target.waiting.remove(stream));
    }

    private void remove(Stream stream) {
        forget(stream);
        stream.app.streams.remove(stream.key, stream);
    }

    private void removeIfOver(Stream stream) {
        if (stream.isOver()) {
            stream.app.streams.remove(stream.key, stream);
        }
    }

    private void forget(Stream stream) {
        stream.forget().forEach(entry -> held.release(stream.app, entry));
    }
}
