package io.hawser.saver.redis;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A Redis answers, and refuses whatever is to be written, for a reason that does not pass by itself. */
public final class RefusingRedisException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    RefusingRedisException(String message) {
        super(message);
    }

    /** Whether it is for this that a question, or an attempt to connect, failed. */
    public static boolean isCauseOf(@Nullable Throwable failure) {
        return (failure instanceof CompletionException ? failure.getCause() : failure)
                instanceof RefusingRedisException;
    }
}
