package io.hawser.register;

import io.hawser.rpc.id.AppId;
import io.hawser.rpc.link.Caller;
import io.hawser.rpc.online.OnlineParts;
import io.hawser.rpc.v1.CountOnlineRequest;
import io.hawser.rpc.v1.ListOnlineReply;
import io.hawser.rpc.v1.ListOnlineRequest;
import io.hawser.rpc.v1.OnlineCounts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Answers who of an app is online, and how many: each lane for its slots, in slices between other work. */
final class Online {
    private static final int MAX_USERS = 1_000;

    private final Lanes lanes;

    Online(Lanes lanes) {
        this.lanes = lanes;
    }

    CompletionStage<OnlineCounts> count(CountOnlineRequest request, Caller caller) {
        String app = new AppId(request.getApp()).value();
        return ofEach(lane -> {
                    CompletableFuture<OnlineCounts> counts = new CompletableFuture<>();
                    goOn(lane, app, counts);
                    return counts;
                })
                .thenApply(OnlineParts::sum);
    }

    /** Whoever waits for a count drives it: several at once share the work, and none waits for one that gave up. */
    private void goOn(Lane lane, String app, CompletableFuture<OnlineCounts> counts) {
        var _ = lane.ask(sessions -> {
                    boolean counted = sessions.census().goOn(lanes.limits().sweepSlice());
                    return counted ? Optional.of(sessions.census().of(app)) : Optional.<OnlineCounts>empty();
                })
                .whenComplete((counted, failure) -> {
                    if (failure != null) {
                        counts.completeExceptionally(failure);
                    } else {
                        counted.ifPresentOrElse(counts::complete, () -> goOn(lane, app, counts));
                    }
                });
    }

    CompletionStage<ListOnlineReply> list(ListOnlineRequest request, Caller caller) {
        var _ = new AppId(request.getApp());
        Requests.checkSlot("from_slot", request.getFromSlot());
        int max = request.getMaxUsers();
        if (max < 1 || max > MAX_USERS) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "max_users: " + Integer.toUnsignedString(max) + " (expected: 1 to " + MAX_USERS + ")");
        }
        return ofEach(lane -> lane.ask(sessions ->
                        sessions.online().list(request, lanes.limits().sweepSlice())))
                .thenApply(parts -> OnlineParts.merge(parts, max));
    }

    private <T> CompletableFuture<List<T>> ofEach(Function<Lane, CompletableFuture<T>> question) {
        List<CompletableFuture<T>> asked = IntStream.range(0, lanes.count())
                .mapToObj(lane -> question.apply(lanes.lane(lane)))
                .toList();
        return Requests.allOf(asked)
                .thenApply(_ -> asked.stream().map(CompletableFuture::resultNow).toList());
    }
}
