package io.hawser.center.link;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What callers are told when a service behind the center does not serve: which one, and whether it helps to repeat. Its
 * address, what it says of its stores and the names of its calls are not theirs to know: the failure as it came goes
 * along as the cause, for the log.
 */
public final class Outages {
    /** What a saver refuses by a bound of the user's, or the app's, names it, and is for the caller. */
    private static final List<String> OF_THE_CALLER = List.of(" of user ", " of app ");

    private Outages() {}

    /** The call, with its failure as callers are told it. */
    public static <R> CompletableFuture<R> told(String service, CompletableFuture<R> call) {
        return call.exceptionallyCompose(
                failure -> CompletableFuture.failedFuture(told(service, Repeats.refusalOf(failure))));
    }

    static HawserException told(String service, HawserException failure) {
        return switch (failure.code()) {
            case UNAVAILABLE, NOT_OWNER, DRAINING ->
                told(ErrorCode.UNAVAILABLE, service + ": cannot serve this now", failure);
            case DEADLINE_EXCEEDED -> told(failure.code(), service + ": no answer in time", failure);
            case RESOURCE_EXHAUSTED ->
                OF_THE_CALLER.stream().anyMatch(String.valueOf(failure.getMessage())::contains)
                        ? failure
                        : told(failure.code(), service + ": too much waits for it", failure);
            case UNIMPLEMENTED -> told(failure.code(), service + ": does not serve this", failure);
            case INTERNAL -> told(failure.code(), service + ": a fault of ours", failure);
            default -> failure;
        };
    }

    private static HawserException told(ErrorCode code, String message, HawserException failure) {
        return new HawserException(code, message, failure);
    }
}
