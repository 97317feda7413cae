package io.hawser.room.connection;

import io.hawser.room.access.Refusal;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.KickReason;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.SetHeartbeat;
import io.hawser.wire.v1.Unbound;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bodies of what a room says unasked, or in refusal. */
final class Replies {
    private Replies() {}

    /** Without a code: as the client asked. */
    static Unbound unbound(int binding, @Nullable ErrorCode code, String detail, int retryAfterMs) {
        return Unbound.newBuilder()
                .setBinding(binding)
                .setCode(code == null ? 0 : code.number())
                .setDetail(detail)
                .setRetryAfterMs(retryAfterMs)
                .build();
    }

    /** About one binding, or with 0 about the connection, which stays. */
    static Error error(ErrorCode code, String detail, int binding) {
        return Error.newBuilder()
                .setCode(code.number())
                .setDetail(detail)
                .setBinding(binding)
                .build();
    }

    static Error lastError(ErrorCode code, String detail) {
        return lastError(code, detail, 0);
    }

    static Error lastError(ErrorCode code, String detail, int retryAfterMs) {
        return Error.newBuilder()
                .setCode(code.number())
                .setDetail(detail)
                .setRetryAfterMs(retryAfterMs)
                .setCloses(true)
                .build();
    }

    static Error lastError(Refusal refusal) {
        return lastError(refusal.code(), refusal.detail(), refusal.retryAfterMs());
    }

    /** Nothing more is read for so long. */
    static Error tooFast(int pauseMs) {
        return Error.newBuilder()
                .setCode(ErrorCode.RESOURCE_EXHAUSTED.number())
                .setDetail("frames: they come too fast, and are not read for a moment")
                .setRetryAfterMs(pauseMs)
                .build();
    }

    /** Of kicks by hand only an operator's is meant to be followed by a return: it empties a room, not an account. */
    static Kicked kicked(int binding, Kick kick, int retryAfterMs) {
        KickReason reason = reason(kick.getCause());
        boolean mayReturn = reason == KickReason.BY_OPERATOR;
        return Kicked.newBuilder()
                .setBinding(binding)
                .setReason(reason)
                .setDetail(kick.getDetail())
                .setMayReturn(mayReturn)
                .setRetryAfterMs(mayReturn ? retryAfterMs : 0)
                .build();
    }

    static Kicked kicked(int binding, Banned ban) {
        return Kicked.newBuilder()
                .setBinding(binding)
                .setReason(KickReason.BANNED)
                .setDetail(ban.detail())
                .setMayReturn(ban.mayReturn())
                .setRetryAfterMs(ban.retryAfterMs())
                .build();
    }

    static Kick kickOf(Banned ban) {
        return Kick.newBuilder()
                .setCause(KickCause.KICK_BANNED)
                .setDetail(ban.detail())
                .build();
    }

    private static KickReason reason(KickCause cause) {
        return switch (cause) {
            case KICK_REPLACED -> KickReason.REPLACED;
            case KICK_BY_APP -> KickReason.BY_APP;
            case KICK_BY_OPERATOR -> KickReason.BY_OPERATOR;
            case KICK_BANNED -> KickReason.BANNED;
            case KICK_CAUSE_UNSPECIFIED, UNRECOGNIZED -> KickReason.KICK_REASON_UNSPECIFIED;
        };
    }

    static Command heartbeat(int seconds) {
        return Command.newBuilder()
                .setSetHeartbeat(SetHeartbeat.newBuilder().setHeartbeatSeconds(seconds))
                .build();
    }

    /** To one of these; without any, to where the dispatcher says. */
    static Command move(List<String> addresses, int withinMs) {
        return Command.newBuilder()
                .setMove(Move.newBuilder().addAllAddresses(addresses).setWithinMs(withinMs))
                .build();
    }
}
