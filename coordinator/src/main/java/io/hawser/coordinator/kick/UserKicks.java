package io.hawser.coordinator.kick;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.CarryKickReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.KickUserReply;
import io.hawser.rpc.v1.KickUserRequest;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.UserKey;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Kicks users: asks the register where one is, and has a kick carried to each session that is meant.
 *
 * <p>Keeps nothing itself. Where an attempt fails the caller is told UNAVAILABLE and asks again; the kick is carried on
 * meanwhile, and one that is given twice is carried once.
 */
public final class UserKicks {
    private final LinkClient registers;
    private final Kicks kicks;
    private final Supplier<Duration> lookupTimeout;

    public UserKicks(LinkClient registers, Kicks kicks, Supplier<Duration> lookupTimeout) {
        this.registers = registers;
        this.kicks = kicks;
        this.lookupTimeout = lookupTimeout;
    }

    /**
     * Serves {@code KickUser}; fails with INVALID_ARGUMENT, RESOURCE_EXHAUSTED, NOT_OWNER, or UNAVAILABLE where the
     * register or a room has not answered yet.
     */
    public CompletionStage<KickUserReply> kick(KickUserRequest request, Caller caller) {
        require(!request.getApp().isEmpty(), "app: empty (expected: an app's id)");
        require(!request.getUser().isEmpty(), "user: empty (expected: a user's id)");
        require(
                request.getRoom().isEmpty() == (request.getConnection() == 0),
                "connection: without a room, or a room without one (expected: both or neither)");
        require(isGiven(request.getCause()), "cause: " + request.getCause() + " (expected: one that is known)");
        return find(request).thenCompose(where -> kickAll(request, where, caller));
    }

    private static boolean isGiven(KickCause cause) {
        return cause != KickCause.KICK_CAUSE_UNSPECIFIED && cause != KickCause.UNRECOGNIZED;
    }

    private CompletableFuture<Whereabouts> find(KickUserRequest request) {
        LookupRequest lookup = LookupRequest.newBuilder()
                .addUsers(UserKey.newBuilder().setApp(request.getApp()).setUser(request.getUser()))
                .build();
        Route owner = Route.slot(Slot.of(request.getApp(), request.getUser()));
        return registers
                .call(owner, RegisterGrpc.getLookupMethod(), lookup, request.getApp(), lookupTimeout.get())
                .thenApply(UserKicks::answered);
    }

    private static Whereabouts answered(LookupReply reply) {
        if (reply.getUsersCount() != 1 || reply.getUsers(0).getNotOwner()) {
            throw HawserException.refusal(ErrorCode.NOT_OWNER, "register: another owns the slot");
        }
        return reply.getUsers(0);
    }

    private CompletableFuture<KickUserReply> kickAll(KickUserRequest request, Whereabouts where, Caller caller) {
        List<Session> meant = where.getSessionsList().stream()
                .filter(session -> isMeant(request, session))
                .toList();
        CompletableFuture<?>[] confirmed =
                meant.stream().map(session -> kick(request, session, caller)).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(confirmed)
                .thenApply(all -> KickUserReply.newBuilder()
                        .addAllKicked(meant)
                        .addAllUnknownRooms(unknown(request, where))
                        .build());
    }

    private static boolean isMeant(KickUserRequest request, Session session) {
        return (request.getDevice().isEmpty() || request.getDevice().equals(session.getDevice()))
                && (request.getRoom().isEmpty() || isAt(request, session.getLocation()));
    }

    private static boolean isAt(KickUserRequest request, Location location) {
        return request.getRoom().equals(location.getRoom()) && request.getConnection() == location.getConnection();
    }

    /** Of one connection, only its own room counts. */
    private static List<String> unknown(KickUserRequest request, Whereabouts where) {
        return where.getUnknownRoomsList().stream()
                .filter(room -> request.getRoom().isEmpty() || request.getRoom().equals(room))
                .toList();
    }

    private CompletableFuture<CarryKickReply> kick(KickUserRequest request, Session session, Caller caller) {
        Kick kick = Kick.newBuilder()
                .setSession(session)
                .setCause(request.getCause())
                .setDetail(request.getDetail())
                .build();
        try {
            return kicks.carry(kick, caller).toCompletableFuture().exceptionallyCompose(UserKicks::askAgain);
        } catch (HawserException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    /** That one room does not take its kick yet is to the caller as if it had not answered. */
    private static <T> CompletableFuture<T> askAgain(Throwable failure) {
        boolean isForLater = failure instanceof HawserException told && told.code() == ErrorCode.FAILED_PRECONDITION;
        return CompletableFuture.failedFuture(
                isForLater
                        ? new HawserException(ErrorCode.UNAVAILABLE, String.valueOf(failure.getMessage()), failure)
                        : failure);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
        }
    }
}
