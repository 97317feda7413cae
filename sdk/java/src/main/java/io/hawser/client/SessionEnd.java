package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Move;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How a connection ended, and what that means for the next. */
final class SessionEnd {
    /** No wait that a room asks for is longer. */
    private static final long MAX_RETRY_AFTER_MS = TimeUnit.HOURS.toMillis(1);

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

    /** Of all that stops a client only a ban may be over by itself, and says when. */
    static SessionEnd refused(ErrorCode code, String detail, int retryAfterMs) {
        boolean ends = code == ErrorCode.BANNED && retryAfterMs != 0;
        boolean stop = Recovery.of(code) == Recovery.STOP && !ends;
        return new SessionEnd(stop, code, code + ": " + detail, bounded(retryAfterMs), null);
    }

    static SessionEnd kicked(Kicked kicked) {
        KickCause cause = KickCause.of(kicked.getReason());
        String reason = "kicked, " + cause.text() + ": " + kicked.getDetail();
        ErrorCode code = cause == KickCause.BANNED ? ErrorCode.BANNED : null;
        return new SessionEnd(!kicked.getMayReturn(), code, reason, bounded(kicked.getRetryAfterMs()), null, cause);
    }

    private static long bounded(int retryAfterMs) {
        return Math.min(Integer.toUnsignedLong(retryAfterMs), MAX_RETRY_AFTER_MS);
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
