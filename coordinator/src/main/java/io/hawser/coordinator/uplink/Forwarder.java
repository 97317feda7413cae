package io.hawser.coordinator.uplink;

import io.hawser.coordinator.webhook.Outcome;
import io.hawser.coordinator.webhook.Reply;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.BuryOutboxRequest;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.Deferral;
import io.hawser.rpc.v1.OutboxItem;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
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
    private final Settlements settlements;
    private final Replies replies;
    private final Held held;
    private final Turns turns;
    private final ForwardMeters meters;
    private final Clock clock;
    private final Map<String, AppQueue> apps = new HashMap<>();
    private OwnedSlots owned = OwnedSlots.none();
    private Consumer<AppQueue> whenRoom = app -> {};

    Forwarder(
            OwnerLoop loop,
            Supplier<ForwardSettings> settings,
            Callbacks callbacks,
            OutboxStore store,
            Replies replies,
            Held held,
            Attempts attempts,
            ForwardMeters meters,
            Clock clock) {
        this.loop = loop;
        this.settings = settings;
        this.callbacks = callbacks;
        this.store = store;
        this.settlements = new Settlements(store, loop, meters);
        this.replies = replies;
        this.held = held;
        this.turns = new Turns(settings, attempts, this::next);
        this.meters = meters;
        this.clock = clock;
    }

    Turns turns() {
        return turns;
    }

    /** Called where an app has more in the store, and there may be room for it. */
    void whenRoom(Consumer<AppQueue> read) {
        whenRoom = read;
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
        return turns.inFlight() == 0 && settlements.isIdle();
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
        if (app == null) {
            return;
        }
        List<Target> targets = List.copyOf(app.targets.values());
        List<Stream> waiting = new ArrayList<>(app.withoutCallback);
        app.withoutCallback.clear();
        for (Target target : targets) {
            waiting.addAll(target.waiting);
            target.waiting.clear();
            if (!callbacks.has(id, target.callback().getId())) {
                app.targets.remove(target.callback().getId());
            }
        }
        waiting.forEach(this::wake);
        turns.run();
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
        Target target = stream.app.target(callback);
        target.configure(callback, settings.get(), steadyMs());
        UrlBreaker url = target.pick(steadyMs());
        if (url == null) {
            waitFor(stream, target);
            armProbe(target);
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
        UrlBreaker url = shot.url();
        long nowMs = steadyMs();
        switch (outcome) {
            case Outcome.Delivered(Reply reply) -> {
                answered(shot);
                meters.delivered.increment();
                sent(stream, reply);
            }
            case Outcome.Refused refused -> {
                answered(shot);
                failed(stream, refused.detail());
            }
            case Outcome.Failed failed -> {
                List<Stream> together = url.failed(stream, nowMs, chance());
                if (together.isEmpty()) {
                    failed(stream, failed.detail());
                } else {
                    together.forEach(other -> uncount(other, stream, shot.target()));
                    down(shot);
                }
            }
            case Outcome.Unreachable unreachable -> {
                url.down(nowMs, chance());
                down(shot);
            }
            case Outcome.Throttled throttled -> {
                pause(url, throttled.retryAfter());
                down(shot);
            }
            case Outcome.Gone gone -> {
                pause(url, settings.get().gonePause());
                down(shot);
            }
        }
        turns.run();
    }

    /** The back end is up: who waited for it goes at once. */
    private void answered(Turns.Shot shot) {
        if (shot.url().answered()) {
            wakeAll(shot.target());
        }
    }

    /** Not the stream's fault, so no attempt is counted: it goes to another address, or waits for one. */
    private void down(Turns.Shot shot) {
        meters.targetDown.increment();
        Stream stream = shot.stream();
        Target target = shot.target();
        if (stream.lost) {
            remove(stream);
        } else if (target.isDown()) {
            waitFor(stream, target);
            buryIfTooOld(stream);
        } else {
            turns.ready(stream);
        }
        armProbe(target);
    }

    private void pause(UrlBreaker url, Duration asked) {
        if (asked.isPositive()) {
            url.pause(steadyMs(), asked.toMillis());
        } else {
            url.down(steadyMs(), chance());
        }
    }

    /** Has one of those who wait try the target as soon as it may be tried. */
    void armProbe(Target target) {
        long atMs = target.nextProbeMs();
        if (target.arm(atMs)) {
            loop.after(Math.max(1, atMs - steadyMs()), () -> {
                target.disarm(atMs);
                probe(target);
            });
        }
    }

    private void probe(Target target) {
        Stream first = target.waiting.poll();
        if (first != null) {
            wake(first);
            turns.run();
            armProbe(target);
        }
    }

    private void wakeAll(Target target) {
        List<Stream> waiting = List.copyOf(target.waiting);
        target.waiting.clear();
        waiting.forEach(this::wake);
    }

    private void wake(Stream stream) {
        stream.wait++;
        stream.state = Stream.State.IDLE;
        step(stream);
    }

    private void waitFor(Stream stream, Target target) {
        stream.state = Stream.State.WAITING_FOR_TARGET;
        target.waiting.add(stream);
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
                wake(stream);
                turns.run();
            }
        });
    }

    /** The attempt failed for the item's own sake, as far as one can tell. */
    private void failed(Stream stream, String error) {
        meters.failed.increment();
        Entry head = stream.head();
        if (head == null || stream.lost) {
            remove(stream);
            return;
        }
        List<Duration> schedule = settings.get().retrySchedule();
        head.attempts++;
        if (head.attempts > schedule.size()) {
            bury(stream, head, error);
            return;
        }
        long waitMs = schedule.get(head.attempts - 1).toMillis();
        head.nextAttemptMs = clock.millis() + (long) (waitMs * (1 + 0.1 * chance()));
        settlements.defer(Deferral.newBuilder()
                .setId(head.id())
                .setAttempts(head.attempts)
                .setNextAttemptMs(head.nextAttemptMs)
                .setLastError(error)
                .build());
        waitUntil(stream, head.nextAttemptMs);
    }

    /** It failed with others, so the back end was down: the attempt is given back. */
    private void uncount(Stream other, Stream last, Target target) {
        Entry head = other.head();
        if (other != last && head != null && other.state == Stream.State.WAITING_FOR_TIME && head.attempts > 0) {
            other.wait++;
            head.attempts--;
            head.nextAttemptMs = 0;
            waitFor(other, target);
        }
    }

    private void buryIfTooOld(Stream stream) {
        Entry head = stream.head();
        if (head != null
                && clock.millis()
                        > head.item.getQueuedMs() + settings.get().giveUpAfter().toMillis()) {
            leaveLists(stream);
            bury(stream, head, "no back end took it in time");
        }
    }

    private void bury(Stream stream, Entry head, String error) {
        meters.buried.increment();
        BuryOutboxRequest letter = BuryOutboxRequest.newBuilder()
                .setId(head.id())
                .setAttempts(head.attempts)
                .setLastError(error)
                .build();
        Entry entry = stream.sent();
        settlements.bury(letter, stream.app.app, () -> settled(stream, entry));
        goOn(stream);
    }

    /** The head is done with. It leaves the store once the reply is stored; the stream goes on meanwhile. */
    private void sent(Stream stream, @Nullable Reply reply) {
        Entry entry = stream.sent();
        Runnable settle = () -> settlements.settle(entry.id(), () -> settled(stream, entry));
        if (reply == null) {
            settle.run();
        } else {
            var _ = replies.store(entry.item, reply).whenComplete((stored, never) -> loop.execute(settle));
        }
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

    private void settled(Stream stream, Entry entry) {
        stream.unsettled--;
        held.release(stream.app, entry);
        if (stream.app.more) {
            whenRoom.accept(stream.app);
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

    static long steadyMs() {
        return System.nanoTime() / 1_000_000;
    }

    static double chance() {
        return ThreadLocalRandom.current().nextDouble();
    }
}
