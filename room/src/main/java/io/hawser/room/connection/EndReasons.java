package io.hawser.room.connection;

import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.KickCause;
import io.hawser.wire.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Why a binding ended, as the register is told, and by it the app's back end. */
final class EndReasons {
    private EndReasons() {}

    /** What UNBOUND says; without a code: as the client asked. */
    static EndReason of(@Nullable ErrorCode code, boolean forgotten) {
        if (code == null) {
            return forgotten ? EndReason.END_FORGOTTEN : EndReason.END_UNBOUND;
        }
        return switch (code) {
            case TOKEN_EXPIRED -> EndReason.END_TOKEN_EXPIRED;
            case BANNED -> EndReason.END_BANNED;
            default -> EndReason.END_REFUSED;
        };
    }

    static EndReason of(KickCause cause) {
        return switch (cause) {
            case KICK_REPLACED -> EndReason.END_REPLACED;
            case KICK_BANNED -> EndReason.END_BANNED;
            case KICK_BY_APP, KICK_BY_OPERATOR, KICK_CAUSE_UNSPECIFIED, UNRECOGNIZED -> EndReason.END_KICKED;
        };
    }

    /** With its connection. */
    static EndReason of(CloseReason reason) {
        return switch (reason) {
            case CLIENT, BAD_CARRIER, FAULT, OVERLOADED -> EndReason.END_CONNECTION_LOST;
            case HEARTBEAT_TIMEOUT -> EndReason.END_SILENT;
            case RETURNED_ELSEWHERE -> EndReason.END_REPLACED;
            case DRAINED -> EndReason.END_ROOM_STOPPED;
            default -> EndReason.END_REFUSED;
        };
    }
}
