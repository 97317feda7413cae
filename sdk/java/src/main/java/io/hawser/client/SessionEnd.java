package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.KickReason;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Move;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a connection ended, and what that means for the next. */
final class SessionEnd {
    private final boolean stop;
    private final @Nullable ErrorCode code;
    private final String reason;
    private final long retryAfterMs;
    private final @Nullable Move move;

    private SessionEnd(boolean stop, @Nullable ErrorCode code, String reason, long retryAfterMs, @Nullable Move move) {
        this.stop = stop;
        this.code = code;
        this.reason = reason;
        this.retryAfterMs = retryAfterMs;
        this.move = move;
    }

    static SessionEnd lost(String reason) {
        return new SessionEnd(false, null, reason, 0, null);
    }

    static SessionEnd later(String reason, long retryAfterMs) {
        return new SessionEnd(false, ErrorCode.UNAVAILABLE, reason, retryAfterMs, null);
    }

    static SessionEnd refused(ErrorCode code, String detail, int retryAfterMs) {
        boolean stop = Recovery.of(code) == Recovery.STOP;
        return new SessionEnd(stop, code, code + ": " + detail, Integer.toUnsignedLong(retryAfterMs), null);
    }

    static SessionEnd kicked(Kicked kicked) {
        String reason = "kicked, " + name(kicked.getReason()) + ": " + kicked.getDetail();
        long retryAfterMs = Integer.toUnsignedLong(kicked.getRetryAfterMs());
        return new SessionEnd(!kicked.getMayReturn(), null, reason, retryAfterMs, null);
    }

    /** The name in docs/protocol.md; an enum's own would not outlive a phone's optimiser. */
    private static String name(KickReason reason) {
        switch (reason) {
            case REPLACED:
                return "REPLACED";
            case BY_APP:
                return "BY_APP";
            case BY_OPERATOR:
                return "BY_OPERATOR";
            case BANNED:
                return "BANNED";
            default:
                return "for a reason not known here";
        }
    }

    static SessionEnd moved(Move move) {
        return new SessionEnd(false, null, "told to move", 0, move);
    }

    /** Returns whether the client must not come back by itself. */
    boolean stops() {
        return stop;
    }

    @Nullable
    ErrorCode code() {
        return code;
    }

    String reason() {
        return reason;
    }

    long retryAfterMs() {
        return retryAfterMs;
    }

    boolean isMove() {
        return move != null;
    }

    /** Returns where to go: empty means that the dispatcher knows. */
    List<String> destinations() {
        return move == null ? List.of() : move.getAddressesList();
    }
}
