package io.hawser.register;

import io.hawser.rpc.event.EventSink;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.ToldOnline;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who comes and goes on a lane, told to the apps' back ends that want to hear it: each binding, and each device that is
 * online by its first session, and offline once it was without one for the parking time. Used by the lane's thread only.
 *
 * <p>A slot that was another register's is <i>unsettled</i> until its sessions were compared with who was told online:
 * what rooms pour meanwhile was told by the owner before, as far as it got. The savers take ONLINE and OFFLINE only where
 * they change what was told last, so telling once too often does no harm; and what may be lost on its way is found by
 * comparing again. For that each is told with its place in the lane's order: a session that is back after its device was
 * told offline has a stamp that is no news.
 */
final class Presence {
    /** More than this often the pause between comparisons is not doubled. */
    private static final int MAX_DOUBLED = 10;

    private final EventSink events;
    private final StampClock stamps;
    private final Supplier<Duration> parkingTime;
    private final Supplier<PresenceSettings> settings;
    private final LongSupplier nanoTime;
    private final Clock clock;
    private final RegisterMetrics metrics;
    private final Parking parking = new Parking();

    Presence(
            EventSink events,
            StampClock stamps,
            Supplier<Duration> parkingTime,
            Supplier<PresenceSettings> settings,
            LongSupplier nanoTime,
            Clock clock,
            RegisterMetrics metrics) {
        this.events = events;
        this.stamps = stamps;
        this.parkingTime = parkingTime;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.clock = clock;
        this.metrics = metrics;
    }

    // What happens.

    /** A binding was made, and is held; {@code before} gave way to it and is held no more. */
    void entered(SlotSessions here, @Nullable HeldSession before, HeldSession fresh) {
        if (before != null) {
            left(here, before, EndReason.END_REPLACED, 0);
        }
        if (events.wants(fresh.app(), EventKind.EVENT_BOUND)) {
            events.tell(of(EventKind.EVENT_BOUND, fresh).build());
        }
        arrived(here, before, fresh);
    }

    /** A room told of a session that was not held; {@code before} gave way to it. */
    void poured(SlotSessions here, @Nullable HeldSession before, HeldSession fresh) {
        if (before != null) {
            left(here, before, EndReason.END_REPLACED, 0);
        }
        if (here.settled) {
            arrived(here, before, fresh);
        } else if (events.wantsPresence(fresh.app())) {
            var _ = parking.unpark(fresh.endpoint());
        }
    }

    /** A binding has ended, and is held no more; its client was away for so long before, while its room kept it. */
    void left(SlotSessions here, HeldSession gone, EndReason why, long awayMs) {
        leftSince(here, gone, why, since(awayMs));
    }

    private long since(long awayMs) {
        return nanoTime.getAsLong() - TimeUnit.MILLISECONDS.toNanos(awayMs);
    }

    /** The room of a session has vanished; when it was last there counts. */
    void lost(SlotSessions here, HeldSession gone) {
        leftSince(here, gone, EndReason.END_ROOM_LOST, gone.room.absentSinceNanos);
    }

    /** A binding has ended that the owner before us knew of, and nobody poured. Without a stamp there may never have been one. */
    void leftUnseen(SlotSessions here, Session gone, EndReason why, long awayMs) {
        if (here.settled || !gone.hasStamp() || !events.wantsPresence(gone.getApp())) {
            return;
        }
        Away.Device device = new Away.Device(gone.getApp(), gone.getUser(), gone.getDevice());
        if (!here.holds(device)) {
            park(here, device, gone.getStamp(), gone.getLocation().getRoom(), why, since(awayMs));
        }
    }

    /** Tells of those whose parking time is over. */
    void tellWhoIsAway() {
        parking.takeDue(nanoTime.getAsLong(), this::tellOffline);
    }

    int parked() {
        return parking.size();
    }

    private void leftSince(SlotSessions here, HeldSession gone, EndReason why, long sinceNanos) {
        if (events.wants(gone.app(), EventKind.EVENT_UNBOUND)) {
            events.tell(of(EventKind.EVENT_UNBOUND, gone).setReason(why).build());
        }
        if (events.wantsPresence(gone.app()) && !here.holds(gone.endpoint())) {
            park(here, gone.endpoint(), gone.stamp(), gone.room.room, why, sinceNanos);
        }
    }

    private void park(SlotSessions here, Away.Device device, Stamp stamp, String room, EndReason why, long sinceNanos) {
        long dueNanos = sinceNanos + parkingTime.get().toNanos();
        Away away = new Away(device, here, stamp, room, why, clock.millis(), dueNanos);
        parking.park(away, settings.get().maxParked(), early -> {
            metrics.toldEarly.increment();
            tellOffline(early);
        });
    }

    /** A session is there; whether its device was online before it shows by what else is there, or was a moment ago. */
    private void arrived(SlotSessions here, @Nullable HeldSession before, HeldSession fresh) {
        if (!events.wantsPresence(fresh.app())) {
            return;
        }
        Away.Device device = fresh.endpoint();
        boolean wasHere = parking.unpark(device)
                || (before != null && before.endpoint().equals(device))
                || here.holdsBesides(fresh, device);
        if (!wasHere) {
            online(fresh);
        }
    }

    // Comparing.

    /** Whether all rooms have told theirs of the slot, as of now. */
    void notePoured(SlotSessions here, boolean poured) {
        if (!poured) {
            here.pouredSinceNanos = 0;
        } else if (here.pouredSinceNanos == 0) {
            here.pouredSinceNanos = nanoTime.getAsLong();
        }
    }

    /** Whether it is known what is wanted, and there is room for what is found. */
    boolean mayCompare() {
        return events.isAsked() && !events.isBusy();
    }

    /**
     * Returns whether the slot is compared from now on: all rooms have told theirs, as long ago as devices may be on their
     * way, and it is new here, or due again. Where nobody wants to hear of its devices, there is nothing to compare; it is
     * due as soon as somebody does.
     */
    boolean beginsToCompare(int slot, SlotSessions here) {
        if (!isRipe(here) || (here.settled && !isDueAgain(slot, here))) {
            return false;
        }
        noteMissed(here, events.missed(slot));
        if (events.anyoneWantsPresence()) {
            return true;
        }
        settled(here, nanoTime.getAsLong() - settings.get().compareEvery().toNanos());
        return false;
    }

    private boolean isRipe(SlotSessions here) {
        return here.pouredSinceNanos != 0
                && nanoTime.getAsLong() - here.pouredSinceNanos
                        >= parkingTime.get().toNanos();
    }

    private boolean isDueAgain(int slot, SlotSessions here) {
        PresenceSettings now = settings.get();
        long afterNanos = bySlot(now.compareEvery().toNanos() / 2, slot);
        if (here.missed != events.missed(slot)) {
            long again = now.compareAgainAfter().toNanos() << here.missedInARow;
            afterNanos = Math.min(afterNanos, bySlot(again, slot));
        }
        return nanoTime.getAsLong() - here.comparedNanos >= afterNanos;
    }

    /** From so long to twice as long, that slots take turns. */
    private static long bySlot(long nanos, int slot) {
        return nanos / Slot.COUNT * (Slot.COUNT + slot);
    }

    /** What is refused again and again, as one app's outbox is full, must not have the slots of all compared without pause. */
    private static void noteMissed(SlotSessions here, long missed) {
        here.missedBefore = missed;
        here.missedInARow = here.missed == missed ? 0 : Math.min(here.missedInARow + 1, MAX_DOUBLED);
    }

    private static void settled(SlotSessions here, long comparedNanos) {
        here.settled = true;
        here.missed = here.missedBefore;
        here.comparedNanos = comparedNanos;
    }

    /** Of one that was told online: it is offline, unless it is here, or was a moment ago. */
    void wasToldOnline(SlotSessions here, ToldOnline told) {
        Away.Device device = new Away.Device(told.getApp(), told.getUser(), told.getDevice());
        if (!here.holds(device) && !parking.isParked(device) && events.wantsPresence(told.getApp())) {
            metrics.comparedOffline.increment();
            events.tell(offline(new Away(device, here, told.getStamp(), "", EndReason.END_ROOM_LOST, clock.millis(), 0))
                    .build());
        }
    }

    /** These of the slot's devices were told online, and no others; null: there are too many to know. */
    void settle(SlotSessions here, @Nullable Set<Away.Device> told) {
        settled(here, nanoTime.getAsLong());
        if (told != null) {
            here.forEach(session -> tellUnlessTold(session, told));
        }
    }

    private void tellUnlessTold(HeldSession session, Set<Away.Device> told) {
        if (events.wantsPresence(session.app()) && !told.contains(session.endpoint())) {
            metrics.comparedOnline.increment();
            online(session);
        }
    }

    // What is told.

    private void online(HeldSession session) {
        events.tell(of(EventKind.EVENT_ONLINE, session).setOrder(stamps.next()).build());
    }

    /** It comes after all that was told before, unless a newer session of it may be where this register does not know. */
    private void tellOffline(Away away) {
        if (events.wantsPresence(away.device().app())) {
            StateEvent.Builder offline = offline(away);
            events.tell(away.slot().settled ? offline.setOrder(stamps.next()).build() : offline.build());
        }
    }

    private static StateEvent.Builder offline(Away away) {
        return StateEvent.newBuilder()
                .setKind(EventKind.EVENT_OFFLINE)
                .setApp(away.device().app())
                .setUser(away.device().user())
                .setDevice(away.device().device())
                .setStamp(away.stamp())
                .setReason(away.reason())
                .setRoom(away.room())
                .setAtMs(away.atMs());
    }

    private StateEvent.Builder of(EventKind kind, HeldSession session) {
        Away.Device device = session.endpoint();
        return StateEvent.newBuilder()
                .setKind(kind)
                .setApp(device.app())
                .setUser(device.user())
                .setDevice(device.device())
                .setStamp(session.stamp())
                .setRoom(session.room.room)
                .setMailbox(session.mailboxName())
                .setAtMs(clock.millis());
    }
}
