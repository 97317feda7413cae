package io.hawser.saver.log;

import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * One script run on a log, and what its answer means. It may be sent several times: until the slot's generation is good
 * and the log is reconciled in it. Owned by the lane.
 *
 * @param <R> what the caller gets
 */
abstract class Operation<R> {
    final UserLog log;
    final CompletableFuture<R> result = new CompletableFuture<>();
    private final Script script;
    private final boolean changes;
    /** It was last sent to what stands in for Redis. */
    boolean withoutRedis;

    /** @param changes the script changes something that must be committed too */
    Operation(UserLog log, Script script, boolean changes) {
        this.log = log;
        this.script = script;
        this.changes = changes;
    }

    final Script script() {
        return script;
    }

    final boolean changes() {
        return changes;
    }

    /** Whether it is about what Redis itself holds: nothing can stand in for that. */
    boolean meansRedis() {
        return false;
    }

    /** Whether somebody may be waiting for it. */
    boolean isUrgent() {
        return true;
    }

    byte[][] keys() {
        return log.keys.all();
    }

    abstract byte[][] arguments(byte[] generation, long nowMs);

    /** Takes any answer but STALE and UNKNOWN. */
    abstract void answered(Reply reply);

    void fail(HawserException cause) {
        result.completeExceptionally(cause);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] decimal(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    final HawserException refusal(int outcome) {
        return switch (outcome) {
            case Script.ABSENT ->
                HawserException.refusal(ErrorCode.NOT_FOUND, "mailbox: none such of user " + log.id.user());
            case Script.FULL ->
                HawserException.refusal(
                        ErrorCode.MAILBOX_FULL, "messages of user " + log.id.user() + ": as many as there may be");
            case Script.CONFLICT ->
                HawserException.refusal(ErrorCode.IDEMPOTENCY_CONFLICT, "request id: was used with another body");
            case Script.LIMIT ->
                HawserException.refusal(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "mailboxes of user " + log.id.user() + ": as many as there may be");
            default -> new HawserException(ErrorCode.INTERNAL, "outcome of a script: " + outcome);
        };
    }
}
