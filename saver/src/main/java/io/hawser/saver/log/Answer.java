package io.hawser.saver.log;

import io.hawser.wire.HawserException;
import java.util.concurrent.CompletableFuture;

/** Gives the caller an answer once the entry that it tells of is committed. */
record Answer<R>(CompletableFuture<R> result, R answer) implements LogEntry.Waiter {
    @Override
    public void committed() {
        result.complete(answer);
    }

    @Override
    public void failed(HawserException cause) {
        result.completeExceptionally(cause);
    }
}
