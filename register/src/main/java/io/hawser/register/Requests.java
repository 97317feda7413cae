package io.hawser.register;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.EnterRequest;
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
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/** What others ask, taken to the lanes that know, and put together again. */
final class Requests {
    private final Lanes lanes;

    Requests(Lanes lanes) {
        this.lanes = lanes;
    }

    LinkServer.Builder serve(LinkServer.Builder server) {
        return server.handle(RegisterGrpc.getEnterMethod(), this::enter)
                .handle(RegisterGrpc.getLeaveMethod(), this::leave)
                .handle(RegisterGrpc.getLookupMethod(), this::lookup)
                .handle(RegisterGrpc.getPourMethod(), this::pour)
                .handle(RegisterGrpc.getTotalsMethod(), this::totals);
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
        return new LookupBatch(request, lanes).answer();
    }

    CompletionStage<PourReply> pour(PourRequest request, Caller caller) {
        List<CompletableFuture<PourPart>> parts = divide(request).stream()
                .filter(part -> !part.isEmpty())
                .map(part -> lanes.lane(part.lane()).ask(sessions -> {
                    sessions.pour(part);
                    return part;
                }))
                .toList();
        return allOf(parts).thenApply(_ -> {
            PourReply.Builder reply = PourReply.newBuilder();
            parts.forEach(part -> part.resultNow().addTo(reply));
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
            parts.get(checkSlot(slot) % parts.size()).addComplete(slot);
        }
        return parts;
    }

    private static int checkSlot(int slot) {
        if (slot < 0 || slot >= Slot.COUNT) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "complete_slots: " + Integer.toUnsignedString(slot) + " (expected: 0 to " + (Slot.COUNT - 1) + ")");
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

    private static CompletableFuture<?> allOf(List<? extends CompletableFuture<?>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }
}
