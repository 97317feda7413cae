package io.hawser.saver.spool;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Has a request stored by whoever owns the user's slot, as any sender does. */
public interface Appender {
    CompletionStage<AppendReply> append(AppendRequest request);

    /** Whether a failure says nothing of the request: another attempt may do. */
    static boolean passes(Throwable failure) {
        return switch (code(failure)) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, NOT_OWNER, DRAINING, RESOURCE_EXHAUSTED -> true;
            default -> false;
        };
    }

    /** Returns what a call failed with; INTERNAL for a fault. */
    static ErrorCode code(Throwable failure) {
        return causeOf(failure) instanceof HawserException refusal ? refusal.code() : ErrorCode.INTERNAL;
    }

    private static Throwable causeOf(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause == null ? failure : cause;
    }
}
