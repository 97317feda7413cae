package io.hawser.center.user;

import io.hawser.api.v1.KickUserResponse;
import io.hawser.center.access.Authority;
import io.hawser.center.link.UserKicker;
import io.hawser.rpc.id.DeviceId;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.KickUserReply;
import io.hawser.rpc.v1.KickUserRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Sends users away. */
final class Kicks {
    private static final int MAX_REASON_BYTES = 256;

    private final UserKicker kicker;

    Kicks(UserKicker kicker) {
        this.kicker = kicker;
    }

    CompletableFuture<KickUserResponse> kick(Authority by, io.hawser.api.v1.KickUserRequest asked) {
        UserKey user = UserKey.of(by.app().getId(), asked.getUser());
        if (!asked.getDevice().isEmpty()) {
            var _ = new DeviceId(asked.getDevice());
        }
        checkConnection(asked);
        return kicker.kick(
                        user,
                        request(by, user)
                                .setDevice(asked.getDevice())
                                .setRoom(asked.getRoom())
                                .setConnection(asked.getConnection())
                                .setDetail(reason(asked.getReason()))
                                .build())
                .thenApply(Kicks::view);
    }

    /** All sessions of a user who is about to be erased. */
    CompletableFuture<KickUserReply> kickAll(Authority by, UserKey user) {
        return kicker.kick(user, request(by, user).setDetail("user: erased").build());
    }

    private static KickUserRequest.Builder request(Authority by, UserKey user) {
        return KickUserRequest.newBuilder()
                .setApp(user.app().value())
                .setUser(user.user().value())
                .setCause(by.byOperator() ? KickCause.KICK_BY_OPERATOR : KickCause.KICK_BY_APP);
    }

    private static void checkConnection(io.hawser.api.v1.KickUserRequest asked) {
        if (asked.getRoom().isEmpty() != (asked.getConnection() == 0)) {
            throw refusal(
                    asked.getRoom().isEmpty()
                            ? "connection: without room (expected: both or neither)"
                            : "room: without connection (expected: both or neither)");
        }
    }

    private static String reason(String reason) {
        int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_REASON_BYTES) {
            throw refusal("reason: " + bytes + " bytes (expected: at most " + MAX_REASON_BYTES + ")");
        }
        return reason;
    }

    private static HawserException refusal(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }

    private static KickUserResponse view(KickUserReply reply) {
        KickUserResponse.Builder view = KickUserResponse.newBuilder().addAllUnknownRooms(reply.getUnknownRoomsList());
        reply.getKickedList().forEach(session -> view.addKicked(UserView.connection(session)));
        return view.build();
    }
}
