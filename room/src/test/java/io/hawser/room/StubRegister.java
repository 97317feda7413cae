package io.hawser.room;

import static java.util.stream.Collectors.toSet;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.id.SlotDigests;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.CompareReply;
import io.hawser.rpc.v1.CompareRequest;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.EnterRequest;
import io.hawser.rpc.v1.LeaveReply;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.PourRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.SlotDigest;
import io.hawser.rpc.v1.Stamp;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A register that keeps what it is told, and can be told not to answer or to refuse. */
final class StubRegister implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final Map<String, Session> sessions = new ConcurrentHashMap<>();
    final Set<Integer> complete = new ConcurrentSkipListSet<>();
    final List<Session> poured = new CopyOnWriteArrayList<>();
    /** Poured by themselves. */
    final Queue<Session> confirmed = new ConcurrentLinkedQueue<>();

    final List<Session> left = new CopyOnWriteArrayList<>();
    final Queue<CompareRequest> compared = new ConcurrentLinkedQueue<>();
    /** Says what differs from {@link #sessions}. */
    volatile boolean compares;
    /** Says of what differs that it was told nothing. */
    volatile boolean forgetful;

    /** Of each slot, with the first look only: a second has to follow by itself. */
    volatile boolean saysOnceWhatDiffers;

    private final Set<Integer> saidToDiffer = new ConcurrentSkipListSet<>();
    /** Answers as many comparisons of slots that differed before with a refusal. */
    final AtomicInteger refusesSecondLooks = new AtomicInteger();

    volatile boolean silent;
    volatile boolean refusesPours;
    volatile boolean refusesLeaves;

    private final AtomicLong counter = new AtomicLong();
    private final String name;
    private final LinkServer server;

    StubRegister(String name) {
        this.name = name;
        this.server = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(RegisterGrpc.getEnterMethod(), (request, caller) -> enter(request))
                .handle(RegisterGrpc.getLeaveMethod(), (request, caller) -> leave(request))
                .handle(RegisterGrpc.getPourMethod(), (request, caller) -> pour(request))
                .handle(RegisterGrpc.getCompareMethod(), (request, caller) -> compare(request))
                .start("127.0.0.1", 0);
    }

    Peer peer(long incarnation) {
        return new Peer("register", name, "127.0.0.1", server.port(), incarnation, "");
    }

    /** Where the user is; nowhere, where it is not registered any more. */
    Location location(String user) {
        Session session = sessions.get(user);
        return session == null ? Location.getDefaultInstance() : session.getLocation();
    }

    /** Waits until the user is registered: a room does not have a binding wait for a register that is slow. */
    Session session(String user) {
        if (!sessions.containsKey(user)) {
            await().atMost(PATIENCE).until(() -> sessions.containsKey(user));
        }
        return Objects.requireNonNull(sessions.get(user));
    }

    private CompletableFuture<EnterReply> enter(EnterRequest request) {
        if (silent) {
            return new CompletableFuture<>();
        }
        Stamp stamp = Stamp.newBuilder()
                .setMembershipVersion(1)
                .setCounter(counter.incrementAndGet())
                .build();
        Session session = request.getSession();
        sessions.put(session.getUser(), session.toBuilder().setStamp(stamp).build());
        return CompletableFuture.completedFuture(
                EnterReply.newBuilder().setStamp(stamp).build());
    }

    private CompletableFuture<LeaveReply> leave(LeaveRequest request) {
        Session session = request.getSession();
        if (refusesLeaves) {
            return CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.NOT_OWNER, "register: stopping"));
        }
        left.add(session);
        boolean removed = sessions.remove(session.getUser(), session);
        return CompletableFuture.completedFuture(
                LeaveReply.newBuilder().setRemoved(removed).build());
    }

    private CompletableFuture<PourReply> pour(PourRequest request) {
        if (refusesPours) {
            return CompletableFuture.completedFuture(PourReply.newBuilder()
                    .addAllRefusedSlots(request.getCompleteSlotsList())
                    .build());
        }
        request.getSessionsList().forEach(session -> sessions.put(session.getUser(), session));
        poured.addAll(request.getSessionsList());
        if (request.getCompleteSlotsCount() == 0) {
            confirmed.addAll(request.getSessionsList());
        }
        complete.addAll(request.getCompleteSlotsList());
        return CompletableFuture.completedFuture(PourReply.getDefaultInstance());
    }

    /** As a register does that holds {@link #sessions}; where it does not compare, nothing differs. */
    private CompletableFuture<CompareReply> compare(CompareRequest request) {
        compared.add(request);
        if (request.getListHeld() && refusesSecondLooks.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.UNAVAILABLE, "register: stopping"));
        }
        SlotDigests held = new SlotDigests();
        sessions.values().forEach(session -> held.add(slot(session), session));
        Set<Integer> different = request.getSlotsList().stream()
                .filter(digest -> compares && !held.match(digest))
                .filter(digest -> !saysOnceWhatDiffers || request.getListHeld() || saidToDiffer.add(digest.getSlot()))
                .map(SlotDigest::getSlot)
                .collect(toSet());
        CompareReply.Builder reply = CompareReply.newBuilder();
        if (forgetful) {
            reply.addAllUnknownSlots(different);
        } else {
            reply.addAllDifferentSlots(different);
        }
        if (request.getListHeld()) {
            sessions.values().stream()
                    .filter(session -> different.contains(slot(session)))
                    .forEach(reply::addHeld);
        }
        return CompletableFuture.completedFuture(reply.build());
    }

    private static int slot(Session session) {
        return Slot.of(session.getApp(), session.getUser());
    }

    @Override
    public void close() {
        server.close();
    }
}
