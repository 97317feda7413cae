package io.hawser.room.uplink;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told of an uplink that was not stored. It drops what is refused for good, so whatever may be a fault
 * of ours is told as UNAVAILABLE: the client keeps it, and comes again.
 */
final class UplinkFailures {
    private static final Logger LOG = LoggerFactory.getLogger(UplinkFailures.class);
    private static final Set<ErrorCode> FOR_GOOD = EnumSet.of(
            ErrorCode.INVALID_ARGUMENT,
            ErrorCode.BODY_TOO_LARGE,
            ErrorCode.NOT_FOUND,
            ErrorCode.PERMISSION_DENIED,
            ErrorCode.FAILED_PRECONDITION,
            ErrorCode.UNKNOWN_APP,
            ErrorCode.BANNED);
    private static final Set<ErrorCode> LATER =
            EnumSet.of(ErrorCode.UNAVAILABLE, ErrorCode.RESOURCE_EXHAUSTED, ErrorCode.DEADLINE_EXCEEDED);

    private UplinkFailures() {}

    static HawserException told(@Nullable Throwable failure) {
        if (!(failure instanceof HawserException refusal)) {
            LOG.error("An uplink failed", failure);
            return HawserException.refusal(ErrorCode.UNAVAILABLE, "uplink: not stored");
        }
        return isForGood(refusal.code()) || LATER.contains(refusal.code())
                ? refusal
                : new HawserException(ErrorCode.UNAVAILABLE, String.valueOf(refusal.getMessage()), refusal);
    }

    static boolean isForGood(ErrorCode code) {
        return FOR_GOOD.contains(code);
    }
}
