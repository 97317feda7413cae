package io.hawser.dispatcher;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.RoomLoad;
import io.hawser.rpc.v1.TransportAddresses;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The newest report of each room, and the snapshot made of them.
 *
 * <p>Only the newest report of a room counts, so reports are kept in a map and not in a queue. The snapshot is made by
 * one thread, {@link #refresh}; those who answer clients only read it.
 */
final class RoomReports {
    private static final int MAX_ADDRESSES = 64;
    private static final int MAX_TRANSPORTS = 16;
    private static final int ALTERNATIVES = 16;
    /** A busy room gets this part of what one gets that has as many places free. */
    private static final int BUSY_SHARE = 8;
    /** From this overload level on a room lets nobody in. */
    private static final int OVERLOADED = 2;

    private final Supplier<ReportLimits> limits;
    private final Membership members;
    private final LongSupplier nanoTime;
    private final ConcurrentMap<String, Report> reports = new ConcurrentHashMap<>();
    private final Counter taken;
    private final Counter refused;
    private volatile Map<Transport, Snapshot> snapshots = Map.of();
    private volatile int open;

    private record Report(RoomLoad load, long atNanos) {}

    RoomReports(Supplier<ReportLimits> limits, Membership members, LongSupplier nanoTime, MeterRegistry meters) {
        this.limits = limits;
        this.members = members;
        this.nanoTime = nanoTime;
        this.taken = meters.counter("hawser.dispatcher.reports", "outcome", "taken");
        this.refused = meters.counter("hawser.dispatcher.reports", "outcome", "refused");
        Gauge.builder("hawser.dispatcher.rooms", this, reports -> reports.open)
                .description("Rooms that take clients")
                .register(meters);
    }

    /**
     * Takes a room's report.
     *
     * @return whether it tells of a life of a room that was not known, or that its door opened or closed
     * @throws HawserException INVALID_ARGUMENT, RESOURCE_EXHAUSTED
     */
    boolean take(RoomLoad load) {
        try {
            check(load);
        } catch (HawserException e) {
            refused.increment();
            throw e;
        }
        taken.increment();
        Report before = reports.get(load.getRoom());
        Report newest = new Report(load, nanoTime.getAsLong());
        reports.merge(load.getRoom(), newest, RoomReports::newerLife);
        return before == null
                || before.load.getIncarnation() != load.getIncarnation()
                || letsIn(before.load) != letsIn(load);
    }

    /**
     * Returns where a room's clients may go that it sends away, by what they speak; empty: it sends none away, or there is
     * nowhere.
     */
    Map<Transport, List<String>> alternatives(RoomLoad load, RandomGenerator chance) {
        Map<Transport, List<String>> all = new EnumMap<>(Transport.class);
        if (!letsIn(load)) {
            addressesOf(load).forEach((transport, own) -> {
                List<String> others =
                        snapshot(transport).alternatives(load.getZone(), ALTERNATIVES, Set.copyOf(own), chance);
                if (!others.isEmpty()) {
                    all.put(transport, others);
                }
            });
        }
        return all;
    }

    /** Tells apart anew who takes clients. One thread at a time. */
    void refresh() {
        long now = nanoTime.getAsLong();
        long maxAgeNanos = limits.get().maxAge().toNanos();
        reports.values().removeIf(report -> now - report.atNanos > maxAgeNanos);
        Map<String, Long> inView = new HashMap<>();
        for (Peer room : members.view().peers()) {
            inView.put(room.name(), room.incarnation());
        }
        Map<Transport, List<LiveRoom>> live = new EnumMap<>(Transport.class);
        int rooms = 0;
        for (Report report : reports.values()) {
            RoomLoad load = report.load;
            Long incarnation = inView.get(load.getRoom());
            if (incarnation != null && incarnation == load.getIncarnation() && takesClients(load)) {
                rooms++;
                addressesOf(load)
                        .forEach((transport, addresses) -> live.computeIfAbsent(transport, any -> new ArrayList<>())
                                .add(new LiveRoom(load.getZone(), addresses, weight(load))));
            }
        }
        Map<Transport, Snapshot> next = new EnumMap<>(Transport.class);
        live.forEach((transport, all) -> next.put(transport, Snapshot.of(all)));
        snapshots = next;
        open = rooms;
    }

    /** Returns the rooms that take clients by this transport. */
    Snapshot snapshot(Transport transport) {
        return snapshots.getOrDefault(transport, Snapshot.EMPTY);
    }

    private static Map<Transport, List<String>> addressesOf(RoomLoad load) {
        Map<Transport, List<String>> addresses = new EnumMap<>(Transport.class);
        if (load.getAddressesCount() > 0) {
            addresses.put(Transport.TCP, List.copyOf(load.getAddressesList()));
        }
        for (TransportAddresses other : load.getOtherAddressesList()) {
            if (other.getAddressesCount() > 0) {
                Transport.of(other.getTransport())
                        .ifPresent(transport -> addresses.put(transport, List.copyOf(other.getAddressesList())));
            }
        }
        return addresses;
    }

    private void check(RoomLoad load) {
        Checks.within("room", load.getRoom().length(), 1, 128);
        Checks.label("zone", load.getZone(), 64);
        checkAddresses(load.getAddressesList());
        Checks.within("other_addresses", load.getOtherAddressesCount(), 0, MAX_TRANSPORTS);
        load.getOtherAddressesList().forEach(other -> checkAddresses(other.getAddressesList()));
        int maxRooms = limits.get().maxRooms();
        if (reports.size() >= maxRooms && !reports.containsKey(load.getRoom())) {
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED, "rooms: " + maxRooms + " known (expected: fewer)");
        }
    }

    private static void checkAddresses(List<String> addresses) {
        Checks.within("addresses", addresses.size(), 0, MAX_ADDRESSES);
        addresses.forEach(address -> Checks.address("addresses", address));
    }

    /** A report of an earlier life may come late. */
    private static Report newerLife(Report known, Report told) {
        return told.load.getIncarnation() >= known.load.getIncarnation() ? told : known;
    }

    private static boolean takesClients(RoomLoad load) {
        return letsIn(load) && !addressesOf(load).isEmpty() && free(load) > 0;
    }

    private static boolean letsIn(RoomLoad load) {
        return !load.getDraining() && Integer.compareUnsigned(load.getOverloadLevel(), OVERLOADED) < 0;
    }

    /** What a client's lot is drawn by; at least one, as the room takes clients. */
    private static long weight(RoomLoad load) {
        return load.getOverloadLevel() == 0 ? free(load) : Math.max(1, free(load) / BUSY_SHARE);
    }

    private static long free(RoomLoad load) {
        return Integer.toUnsignedLong(load.getMaxConnections()) - Integer.toUnsignedLong(load.getConnections());
    }
}
