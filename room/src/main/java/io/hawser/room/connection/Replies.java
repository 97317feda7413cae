package io.hawser.room.connection;

import io.hawser.rpc.v1.Ban;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.KickReason;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.Unbound;
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
        return Error.newBuilder()
                .setCode(code.number())
                .setDetail(detail)
                .setCloses(true)
                .build();
    }

    /** Only an operator's kick is meant to be followed by a return: it empties a room, not an account. */
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

    static Kick kickOf(Ban ban) {
        return Kick.newBuilder()
                .setCause(KickCause.KICK_BANNED)
                .setDetail(banned(ban))
                .build();
    }

    /** What a client is told: the app's or the operator's own words, where there are any. */
    static String banned(Ban ban) {
        return ban.getReason().isEmpty() ? "banned" : "banned: " + ban.getReason();
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

    /** To where the dispatcher says. */
    static Command move(int withinMs) {
        return Command.newBuilder()
                .setMove(Move.newBuilder().setWithinMs(withinMs))
                .build();
    }
}
