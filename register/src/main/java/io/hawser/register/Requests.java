package io.hawser.register;

import static java.util.stream.Collectors.groupingBy;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.CompareReply;
import io.hawser.rpc.v1.CompareRequest;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.EnterRequest;
import io.hawser.rpc.v1.HandOverReply;
import io.hawser.rpc.v1.HandOverRequest;
import io.hawser.rpc.v1.HandedSlot;
import io.hawser.rpc.v1.LeaveReply;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.PourRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.RegisterTotalsRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.SlotDigest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/** What others ask, taken to the lanes that know, and put together again. */
final class Requests {
    private final Lanes lanes;
    private final OwnersBefore ownersBefore;
    private final Online online;

    Requests(Lanes lanes, OwnersBefore ownersBefore) {
        this.lanes = lanes;
        this.ownersBefore = ownersBefore;
        this.online = new Online(lanes);
    }

    LinkServer.Builder serve(LinkServer.Builder server) {
        return server.handle(RegisterGrpc.getEnterMethod(), this::enter)
                .handle(RegisterGrpc.getLeaveMethod(), this::leave)
                .handle(RegisterGrpc.getLookupMethod(), this::lookup)
                .handle(RegisterGrpc.getPourMethod(), this::pour)
                .handle(RegisterGrpc.getHandOverMethod(), this::handOver)
                .handle(RegisterGrpc.getCompareMethod(), this::compare)
                .handle(RegisterGrpc.getTotalsMethod(), this::totals)
                .handle(RegisterGrpc.getCountOnlineMethod(), online::count)
                .handle(RegisterGrpc.getListOnlineMethod(), online::list);
    }

    CompletionStage<EnterReply> enter(EnterRequest request, Caller caller) {
        Session session = request.getSession();
        int slot = SessionChecks.check(session).userKey().slot();
        return lanes.ofSlot(slot).ask(sessions -> sessions.enter(slot, session));
    }

    CompletionStage<LeaveReply> leave(LeaveRequest request, Caller caller) {
        Session session = request.getSession();
        int slot = SessionChecks.check(session).userKey().slot();
        return lanes.ofSlot(slot)
                .ask(sessions -> request.getByPusher()
                        ? sessions.notHere(slot, session)
                        : sessions.leave(slot, session, request.getReason(), request.getAwayMs()));
    }

    CompletionStage<LookupReply> lookup(LookupRequest request, Caller caller) {
        int max = lanes.limits().maxUsersPerLookup();
        if (request.getUsersCount() > max) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "users: " + request.getUsersCount() + " (expected: at most " + max + ")");
        }
        return new LookupBatch(request, OtherRegisters.name(caller), lanes, ownersBefore).answer();
    }

    CompletionStage<PourReply> pour(PourRequest request, Caller caller) {
        List<CompletableFuture<PourPart>> parts = divide(request).stream()
                .filter(part -> !part.isEmpty())
                .map(part -> lanes.lane(part.lane()).ask(sessions -> {
                    sessions.pours().pour(part);
                    return part;
                }))
                .toList();
        return allOf(parts).thenApply(_ -> {
            PourReply.Builder reply = PourReply.newBuilder();
            parts.forEach(part -> part.resultNow().addTo(reply));
            return reply.build();
        });
    }

    CompletionStage<HandOverReply> handOver(HandOverRequest request, Caller caller) {
        request.getAbsentRoomsList()
                .forEach(room -> SessionChecks.checkRoom(room.getLife().getRoomBytes()));
        String from = OtherRegisters.name(caller);
        List<CompletableFuture<Boolean>> parts = request.getSlotsList().stream()
                .map(Requests::checked)
                .map(handed -> lanes.ofSlot(handed.getSlot())
                        .ask(sessions -> sessions.pours().takeOver(handed, request, from)))
                .toList();
        return allOf(parts).thenApply(_ -> {
            HandOverReply.Builder reply = HandOverReply.newBuilder();
            for (int i = 0; i < parts.size(); i++) {
                if (!parts.get(i).resultNow()) {
                    reply.addRefusedSlots(request.getSlots(i).getSlot());
                }
            }
            return reply.build();
        });
    }

    private static HandedSlot checked(HandedSlot handed) {
        checkSlot("slots", handed.getSlot());
        handed.getSessionsList().forEach(SessionChecks::check);
        handed.getPouredList().forEach(room -> SessionChecks.checkRoom(room.getRoomBytes()));
        handed.getLeftList()
                .forEach(left -> SessionChecks.checkRoom(left.getLocation().getRoomBytes()));
        return handed;
    }

    CompletionStage<CompareReply> compare(CompareRequest request, Caller caller) {
        SessionChecks.checkRoom(request.getRoomBytes());
        Map<Integer, List<SlotDigest>> byLane = request.getSlotsList().stream()
                .collect(groupingBy(digest -> checkSlot("slots", digest.getSlot()) % lanes.count()));
        List<CompletableFuture<CompareReply>> parts = new ArrayList<>();
        byLane.forEach((lane, told) ->
                parts.add(lanes.lane(lane).ask(sessions -> sessions.digests().compare(request, told))));
        return allOf(parts).thenApply(_ -> {
            CompareReply.Builder reply = CompareReply.newBuilder();
            parts.forEach(part -> reply.mergeFrom(part.resultNow()));
            return reply.build();
        });
    }

    CompletionStage<RegisterTotals> totals(RegisterTotalsRequest request, Caller caller) {
        List<CompletableFuture<RegisterTotals>> parts = IntStream.range(0, lanes.count())
                .mapToObj(lane -> lanes.lane(lane).ask(sessions -> sessions.totals(request.getApp())))
                .toList();
        return allOf(parts)
                .thenApply(_ -> parts.stream()
                        .map(CompletableFuture::resultNow)
                        .reduce(RegisterTotals.getDefaultInstance(), Requests::sum));
    }

    private List<PourPart> divide(PourRequest request) {
        List<PourPart> parts = IntStream.range(0, lanes.count())
                .mapToObj(lane -> new PourPart(lane, request))
                .toList();
        for (Session session : request.getSessionsList()) {
            int slot = SessionChecks.check(session).userKey().slot();
            parts.get(slot % parts.size()).add(slot, session);
        }
        for (int slot : request.getCompleteSlotsList()) {
            parts.get(checkSlot("complete_slots", slot) % parts.size()).addComplete(slot);
        }
        return parts;
    }

    static int checkSlot(String field, int slot) {
        if (slot < 0 || slot >= Slot.COUNT) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    field + ": " + Integer.toUnsignedString(slot) + " (expected: 0 to " + (Slot.COUNT - 1) + ")");
        }
        return slot;
    }

    private static RegisterTotals sum(RegisterTotals a, RegisterTotals b) {
        return RegisterTotals.newBuilder()
                .setSessions(a.getSessions() + b.getSessions())
                .setSlotsOwned(a.getSlotsOwned() + b.getSlotsOwned())
                .setSlotsPouring(a.getSlotsPouring() + b.getSlotsPouring())
                .build();
    }

    static CompletableFuture<?> allOf(List<? extends CompletableFuture<?>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }
}
