package io.hawser.register;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what the register did; one for all lanes. */
final class RegisterMetrics {
    final Counter entered;
    final Counter repeated;
    final Counter left;
    /** Removed because their room answered a push with NOT_HERE. */
    final Counter notHere;
    /** Leaves that found another session, or none. */
    final Counter stale;
    /** Sessions that gave way to a newer one. */
    final Counter replaced;

    final Counter poured;
    /** Taken from the owner of the slot before. */
    final Counter handed;
    /** Slots of which the new owner could not be told in time: rooms tell it. */
    final Counter notHanded;
    /** Of rooms that vanished. */
    final Counter swept;
    /** Dropped with slots that another instance owns now. */
    final Counter released;

    /** Leaves that overtook a pour and could not be noted: their sessions may come back with it. */
    final Counter earlyLeavesDropped;

    /** Devices that were told offline before their time, for want of places. */
    final Counter toldEarly;
    /** Differences that a new owner of a slot found. */
    final Counter comparedOnline;

    final Counter comparedOffline;

    final Counter lookups;
    final Counter notOwner;
    final Counter overCap;
    final Counter laneFull;

    RegisterMetrics(MeterRegistry meters) {
        entered = meters.counter("hawser.register.sessions.changed", "by", "enter");
        repeated = meters.counter("hawser.register.sessions.changed", "by", "repeated_enter");
        left = meters.counter("hawser.register.sessions.changed", "by", "leave");
        notHere = meters.counter("hawser.register.sessions.changed", "by", "not_here");
        stale = meters.counter("hawser.register.sessions.changed", "by", "stale_leave");
        replaced = meters.counter("hawser.register.sessions.changed", "by", "replacement");
        poured = meters.counter("hawser.register.sessions.changed", "by", "pour");
        handed = meters.counter("hawser.register.sessions.changed", "by", "hand_over");
        notHanded = meters.counter("hawser.register.slots.not.handed");
        swept = meters.counter("hawser.register.sessions.changed", "by", "sweep");
        released = meters.counter("hawser.register.sessions.changed", "by", "release");
        earlyLeavesDropped = meters.counter("hawser.register.early.leaves.dropped");
        toldEarly = meters.counter("hawser.register.offline.early");
        comparedOnline = meters.counter("hawser.register.presence.compared", "told", "online");
        comparedOffline = meters.counter("hawser.register.presence.compared", "told", "offline");
        lookups = meters.counter("hawser.register.lookups");
        notOwner = meters.counter("hawser.register.refused", "reason", "not_owner");
        overCap = meters.counter("hawser.register.refused", "reason", "over_cap");
        laneFull = meters.counter("hawser.register.refused", "reason", "lane_full");
    }
}
