package io.hawser.coordinator.uplink;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.OutboxItem;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The streams in memory, and how items get into them: handed over by who stored them, or read from the store. For the owner
 * alone.
 *
 * <p>What is here of a stream is a run without gaps from its oldest undelivered item; the rest is in the store, and is read
 * when that run is sent. So the bounds on memory cost reads, and neither order nor items.
 */
final class Streams {
    private static final int READ_AGAIN_MS = 1_000;
    private static final int ROOM_WAIT_MS = 200;
    private static final int MAX_ROOM_WAIT_MS = 10_000;

    private final OwnerLoop loop;
    private final Supplier<ForwardSettings> settings;
    private final Callbacks callbacks;
    private final OutboxStore store;
    private final Held held;
    private final ForwardMeters meters;
    private final Map<String, AppQueue> apps = new HashMap<>();
    private OwnedSlots owned = OwnedSlots.none();
    private Consumer<Stream> goesOn = stream -> {};
    private BiConsumer<Stream, Integer> waits = (stream, millis) -> {};

    Streams(
            OwnerLoop loop,
            Supplier<ForwardSettings> settings,
            Callbacks callbacks,
            OutboxStore store,
            Held held,
            ForwardMeters meters) {
        this.loop = loop;
        this.settings = settings;
        this.callbacks = callbacks;
        this.store = store;
        this.held = held;
        this.meters = meters;
    }

    /**
     * Names who takes the streams forward.
     *
     * @param goesOn has a stream go on that may have a head now
     * @param waits has one go on after so many milliseconds
     */
    void forwardBy(Consumer<Stream> goesOn, BiConsumer<Stream, Integer> waits) {
        this.goesOn = goesOn;
        this.waits = waits;
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
        Stream stream = app.streams.get(StreamKey.of(item));
        if (stream == null) {
            Share share = share(app, item);
            if (!held.hasRoom(app, share) || !held.hasRoomForStream(app, share)) {
                return false;
            }
            stream = held.begin(app, StreamKey.of(item), slot, share);
        } else if (stream.isBegunAnewWith(item)) {
            stream = replace(stream);
        }
        if (!stream.knows(item)) {
            add(stream, item);
            goesOn.accept(stream);
        }
        return true;
    }

    /** The user was erased, and what is here with it: what the store has now is another stream. */
    private Stream replace(Stream erased) {
        lose(erased);
        held.end(erased);
        return held.begin(erased.app, erased.key, erased.slot, erased.share);
    }

    /** What a read of a stream brought, from its oldest on; null: nothing came, and it is read again. */
    private void read(Stream stream, @Nullable List<OutboxItem> items, boolean more) {
        assert loop.inLoop();
        boolean meanwhile = stream.more;
        stream.state = Stream.State.IDLE;
        if (stream.lost) {
            remove(stream);
            return;
        }
        if (items == null) {
            stream.more = true;
            waits.accept(stream, READ_AGAIN_MS);
            return;
        }
        if (items.stream().anyMatch(stream::isBegunAnewWith)) {
            Stream anew = replace(stream);
            anew.more = true;
            goesOn.accept(anew);
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
            stream.roomWaitMs = Math.clamp(2L * stream.roomWaitMs, ROOM_WAIT_MS, MAX_ROOM_WAIT_MS);
            waits.accept(stream, stream.roomWaitMs);
        } else {
            stream.roomWaitMs = 0;
            goesOn.accept(stream);
        }
    }

    /** Other slots are this coordinator's now. What it has of those that went is forgotten: others have read it. */
    void own(OwnedSlots now) {
        owned = now;
        for (AppQueue app : apps.values()) {
            for (Stream stream : List.copyOf(app.streams.values())) {
                if (now.contains(stream.slot)) {
                    stream.lost = false;
                } else {
                    lose(stream);
                }
            }
        }
    }

    /** Has the stream read from the store, from where it was sent to; in its turn, and as there is room. */
    void read(Stream stream) {
        stream.state = Stream.State.TO_READ;
        stream.share.toRead.add(stream);
        readSome(stream.app, stream.share);
    }

    /** There may be room for streams of the app that are to be read. */
    void readSome(AppQueue app) {
        List.copyOf(app.shares()).forEach(share -> readSome(app, share));
    }

    private void readSome(AppQueue app, Share share) {
        while (!share.toRead.isEmpty()
                && share.reading < settings.get().maxInFlightPerApp()
                && held.hasRoom(app, share)) {
            share.reading++;
            readNow(share.toRead.removeFirst());
        }
    }

    private void readNow(Stream stream) {
        stream.state = Stream.State.READING;
        stream.more = false;
        var _ = store.readStream(
                        stream.app.app,
                        stream.key,
                        stream.sentId(),
                        settings.get().maxHeldPerStream())
                .whenComplete((page, failure) -> loop.execute(() -> {
                    stream.share.reading--;
                    if (failure != null) {
                        meters.storeFailures.increment();
                        read(stream, null, true);
                    } else {
                        read(stream, page.getItemsList(), page.getMore());
                    }
                    readSome(stream.app, stream.share);
                }));
    }

    /** It waits for nothing any more. */
    void leaveLists(Stream stream) {
        stream.wait++;
        stream.app.ready.remove(stream);
        stream.share.toRead.remove(stream);
        stream.app.withoutCallback.remove(stream);
        stream.app.targets.values().forEach(target -> target.waiting.remove(stream));
    }

    /** Forgets the stream; the store has it. */
    void remove(Stream stream) {
        forget(stream);
        held.end(stream);
    }

    void removeIfOver(Stream stream) {
        if (stream.isOver()) {
            held.end(stream);
        }
    }

    /** Keeps nothing: it waits for a back end, which may take days. */
    void forgetUntilWoken(Stream stream) {
        Entry head = stream.head();
        if (head != null) {
            stream.queuedMs = head.item.getQueuedMs();
            forget(stream);
        }
    }

    /** Keeps its head alone: it waits for its next attempt. */
    void forgetTail(Stream stream) {
        release(stream.app, stream.forgetTail());
    }

    /** Forgets its items; the store has them. */
    void forget(Stream stream) {
        release(stream.app, stream.forget());
    }

    /** Who waits for the room is read at once: where nothing is settled meanwhile, nobody else would wake it soon. */
    private void release(AppQueue app, List<Entry> forgotten) {
        forgotten.forEach(entry -> held.release(app, entry));
        if (!forgotten.isEmpty()) {
            readSome(app);
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
        Share share = share(stream.app, item);
        if (held.hasRoom(stream, share) && !stream.waitsForBackEnd()) {
            held.take(stream, item, share);
        } else {
            stream.more = true;
        }
    }

    private Share share(AppQueue app, OutboxItem item) {
        return app.share(callbacks.of(item));
    }

    /** Forgets the stream, once nothing of it is under way. */
    private void lose(Stream stream) {
        stream.lost = true;
        leaveLists(stream);
        if (stream.state != Stream.State.IN_FLIGHT && stream.state != Stream.State.READING) {
            stream.state = Stream.State.IDLE;
            remove(stream);
        }
    }
}
