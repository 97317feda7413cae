package io.hawser.room.connection;

import io.hawser.rpc.v1.KickCause;
import io.hawser.wire.v1.KickReason;

/** What a client is told of a kick. */
final class Kicks {
    private Kicks() {}

    static KickReason reason(KickCause cause) {
        return switch (cause) {
            case KICK_REPLACED -> KickReason.REPLACED;
            case KICK_BY_APP -> KickReason.BY_APP;
            case KICK_BY_OPERATOR -> KickReason.BY_OPERATOR;
            case KICK_BANNED -> KickReason.BANNED;
            case KICK_CAUSE_UNSPECIFIED, UNRECOGNIZED -> KickReason.KICK_REASON_UNSPECIFIED;
        };
    }
}
