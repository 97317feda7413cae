package io.hawser.coordinator.uplink;

import io.hawser.coordinator.webhook.Reply;
import io.hawser.rpc.v1.BuryOutboxRequest;
import io.hawser.rpc.v1.Deferral;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a head leaves its stream, and what the store is told of it. For the owner alone. */
final class Endings {
    private final OwnerLoop loop;
    private final Supplier<ForwardSettings> settings;
    private final Settlements settlements;
    private final Replies replies;
    private final Held held;
    private final ForwardMeters meters;
    private final Clock clock;
    private Consumer<AppQueue> whenRoom = app -> {};

    Endings(
            OwnerLoop loop,
            Supplier<ForwardSettings> settings,
            OutboxStore store,
            Replies replies,
            Held held,
            ForwardMeters meters,
            Clock clock) {
        this.loop = loop;
        this.settings = settings;
        this.settlements = new Settlements(store, loop, meters);
        this.replies = replies;
        this.held = held;
        this.meters = meters;
        this.clock = clock;
    }

    /** Called where there may be room for what an app has in the store. */
    void whenRoom(Consumer<AppQueue> read) {
        whenRoom = read;
    }

    /** The store knows of all. */
    boolean isIdle() {
        return settlements.isIdle();
    }

    /** A back end has the head, or nobody wants it. It leaves the store once its reply, if any, is stored. */
    void sent(Stream stream, @Nullable Reply reply) {
        Entry entry = stream.sent();
        Runnable settle = () -> settlements.settle(entry.id(), () -> settled(stream, entry));
        if (reply == null) {
            settle.run();
        } else {
            var _ = replies.store(entry.item, reply).whenComplete((stored, never) -> loop.execute(settle));
        }
    }

    /** The head failed for its own sake; false: it was tried as often as it may, and is a dead letter now. */
    boolean deferred(Stream stream, Entry head, String error) {
        List<Duration> schedule = settings.get().retrySchedule();
        head.attempts++;
        if (head.attempts > schedule.size()) {
            bury(stream, head, error);
            return false;
        }
        // Up to a tenth longer, so that what failed together does not come together.
        long waitMs = schedule.get(head.attempts - 1).toMillis();
        head.nextAttemptMs = clock.millis() + (long) (waitMs * (1 + 0.1 * Targets.chance()));
        defer(head, error);
        return true;
    }

    /** The last failure was not the head's: the store is told so too, for the head may be forgotten and read again. */
    void givenBack(Entry head, String error) {
        head.attempts--;
        head.nextAttemptMs = 0;
        defer(head, error);
    }

    boolean isTooOld(long queuedMs) {
        return clock.millis() > queuedMs + settings.get().giveUpAfter().toMillis();
    }

    void bury(Stream stream, Entry head, String error) {
        meters.buried.increment();
        BuryOutboxRequest letter = BuryOutboxRequest.newBuilder()
                .setId(head.id())
                .setAttempts(head.attempts)
                .setLastError(error)
                .build();
        Entry entry = stream.sent();
        settlements.bury(letter, stream.app.app, () -> settled(stream, entry));
    }

    private void defer(Entry head, String error) {
        settlements.defer(Deferral.newBuilder()
                .setId(head.id())
                .setAttempts(head.attempts)
                .setNextAttemptMs(head.nextAttemptMs)
                .setLastError(error)
                .build());
    }

    private void settled(Stream stream, Entry entry) {
        stream.unsettled--;
        held.release(stream.app, entry);
        whenRoom.accept(stream.app);
    }
}
