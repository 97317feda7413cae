package io.hawser.client;

import io.hawser.wire.ErrorCode;
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
    private final @Nullable KickCause kick;

    private SessionEnd(boolean stop, @Nullable ErrorCode code, String reason, long retryAfterMs, @Nullable Move move) {
        this(stop, code, reason, retryAfterMs, move, null);
    }

    private SessionEnd(
            boolean stop,
            @Nullable ErrorCode code,
            String reason,
            long retryAfterMs,
            @Nullable Move move,
            @Nullable KickCause kick) {
        this.kick = kick;
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
        KickCause cause = KickCause.of(kicked.getReason());
        String reason = "kicked, " + cause.text() + ": " + kicked.getDetail();
        long retryAfterMs = Integer.toUnsignedLong(kicked.getRetryAfterMs());
        ErrorCode code = cause == KickCause.BANNED ? ErrorCode.BANNED : null;
        return new SessionEnd(!kicked.getMayReturn(), code, reason, retryAfterMs, null, cause);
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

    @Nullable
    KickCause kick() {
        return kick;
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
