package io.hawser.saver.batch;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request in a batch. What is said of it becomes known to its caller when the transaction is committed. */
public final class Asked<Q, R> {
    private final String app;
    private final Q request;
    private final CompletableFuture<R> future = new CompletableFuture<>();
    private @Nullable R answer;
    private @Nullable HawserException refusal;

    Asked(String app, Q request) {
        this.app = app;
        this.request = request;
    }

    public String app() {
        return app;
    }

    public Q request() {
        return request;
    }

    public void answer(R reply) {
        answer = reply;
    }

    /** Refuses this one alone: what the transaction did for the others stays. */
    public void refuse(HawserException why) {
        refusal = why;
    }

    CompletableFuture<R> future() {
        return future;
    }

    /** What an attempt that was rolled back said, it did not say. */
    void forget() {
        answer = null;
        refusal = null;
    }

    void committed() {
        R said = answer;
        HawserException why = refusal;
        if (why != null) {
            future.completeExceptionally(why);
        } else if (said != null) {
            future.complete(said);
        } else {
            future.completeExceptionally(new HawserException(ErrorCode.INTERNAL, "batch: left without an answer"));
        }
    }

    void fail(HawserException why) {
        future.completeExceptionally(why);
    }
}
