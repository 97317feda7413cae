package io.hawser.register;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.PourRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.Whereabouts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One lane that owns, or does not own, all slots, with a clock and views that tests set by hand. */
final class Registry {
    static final String ME = "register-1";
    static final Peer OTHER = register("register-2", 5);

    final List<Kick> kicks = new ArrayList<>();
    final HeldEvents events = new HeldEvents();
    final LaneSessions lane;
    long nowNanos = 1_000;

    private final SessionLimits limits;
    private final String name;
    private long version = 10;
    private long incarnation;

    Registry() {
        this(limits(1_000_000, 64));
    }

    Registry(SessionLimits limits) {
        this(limits, register(ME, 1));
    }

    /** One of several. */
    Registry(SessionLimits limits, Peer me) {
        this.limits = limits;
        name = me.name();
        incarnation = me.incarnation();
        RegisterMetrics metrics = new RegisterMetrics(new SimpleMeterRegistry());
        StampClock stamps = new StampClock();
        Presence presence = events.feed().presence(stamps, () -> nowNanos, metrics);
        lane = new LaneSessions(0, limits, kicks::add, presence, stamps, () -> nowNanos, metrics);
    }

    static SessionLimits limits(int maxSessions, int maxSessionsPerUser) {
        return new SessionLimits(
                1,
                1_000,
                maxSessions,
                maxSessionsPerUser,
                1_000,
                256,
                Duration.ofSeconds(30),
                100,
                Duration.ofSeconds(1));
    }

    Registry ownsAll() {
        version++;
        see(List.of(register(ME, incarnation)));
        return this;
    }

    Registry ownsNothing() {
        version++;
        see(List.of(OTHER));
        return this;
    }

    /** Back in a new life, and all is another's. */
    Registry isRebornElsewhere() {
        incarnation++;
        return ownsNothing();
    }

    Registry isReborn() {
        incarnation++;
        return ownsAll();
    }

    /** Takes a view that several may have. */
    Registry sees(long newest, Peer... registers) {
        version = newest;
        see(List.of(registers));
        return this;
    }

    long version() {
        return version;
    }

    Registry seesRooms(Peer... rooms) {
        version++;
        lane.see(new Membership.View(version, Arrays.asList(rooms)));
        return this;
    }

    /** How long sessions of a room that vanished are kept. */
    Duration grace() {
        return limits.roomGrace();
    }

    void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    void sweep() {
        lane.compared().lookAround();
        lane.lookForVanishedRooms();
        while (lane.sweepSlice()) {
            nowNanos++;
        }
    }

    EnterReply enter(Session session) {
        return lane.enter(slot(session), session);
    }

    boolean leave(Session session) {
        return leave(session, EndReason.END_CONNECTION_LOST);
    }

    boolean leave(Session session, EndReason why) {
        return leave(session, why, 0);
    }

    /** One whose client was away for so long before. */
    boolean leave(Session session, EndReason why, long awayMs) {
        return lane.leave(slot(session), session, why, awayMs).getRemoved();
    }

    boolean notHere(Session session) {
        return lane.notHere(slot(session), session).getRemoved();
    }

    Whereabouts lookup(Session whose) {
        return lane.lookups().of(slot(whose), whose.getApp(), whose.getUser());
    }

    /** Has a room tell these sessions, and that it told all. */
    PourReply pourAll(Peer room, Session... sessions) {
        return pour(room, version, IntStream.range(0, Slot.COUNT).toArray(), sessions);
    }

    PourReply pour(Peer room, long membershipVersion, int[] completeSlots, Session... sessions) {
        PourPart part = new PourPart(
                0,
                PourRequest.newBuilder()
                        .setRoom(room.name())
                        .setRoomIncarnation(room.incarnation())
                        .setMembershipVersion(membershipVersion)
                        .build());
        for (Session session : sessions) {
            part.add(slot(session), session);
        }
        for (int slot : completeSlots) {
            part.addComplete(slot);
        }
        lane.pours().pour(part);
        PourReply.Builder reply = PourReply.newBuilder();
        part.addTo(reply);
        return reply.build();
    }

    static int slot(Session session) {
        return Slot.of(session.getApp(), session.getUser());
    }

    static Peer room(String name, long incarnation) {
        return new Peer("room", name, "127.0.0.1", 1, incarnation, "");
    }

    static Peer register(String name, long incarnation) {
        return new Peer("register", name, "127.0.0.1", 1, incarnation, "");
    }

    /** A bind of a user on a connection of a room; each connection is another bind. */
    static Session bind(String user, String mailbox, Peer room, long connection) {
        return Session.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setDevice("device-" + connection)
                .setMailbox(mailbox)
                .setLocation(Location.newBuilder()
                        .setRoom(room.name())
                        .setRoomIncarnation(room.incarnation())
                        .setConnection(connection)
                        .setBinding(1))
                .setBoundMs(connection)
                .build();
    }

    static Session stamped(Session session, Stamp stamp) {
        return session.toBuilder().setStamp(stamp).build();
    }

    private void see(List<Peer> registers) {
        lane.see(Ownership.of(name, incarnation, new Membership.View(version, registers)));
    }
}
