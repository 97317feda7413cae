package io.hawser.center.http;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Answers calls from futures. */
public final class Calls {
    private Calls() {}

    /** Answers with what {@code work} comes to; with its failure, also where it throws. */
    public static <R> void answer(StreamObserver<R> caller, Supplier<? extends CompletionStage<R>> work) {
        try {
            var _ = work.get().whenComplete((response, failure) -> {
                if (failure == null) {
                    complete(caller, response);
                } else {
                    caller.onError(failure);
                }
            });
        } catch (RuntimeException refusal) {
            caller.onError(refusal);
        }
    }

    public static <R> void complete(StreamObserver<R> caller, R response) {
        caller.onNext(response);
        caller.onCompleted();
    }
}
