package io.hawser.room.broadcast;

import io.hawser.rpc.v1.ChangeGroupsReply;
import io.hawser.rpc.v1.ChangeGroupsRequest;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.rpc.v1.ReadBroadcastsReply;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.rpc.v1.ReportProgressReply;
import io.hawser.rpc.v1.ReportProgressRequest;
import io.hawser.rpc.v1.SaveCursorsReply;
import io.hawser.rpc.v1.SaveCursorsRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A store between which and the room things take their time, both ways, and are lost. */
class LateStores implements Stores {
    private final TrueLog log;
    private final Random random;
    /** What happens next, some day: the store is asked, or the room hears its answer. */
    private final List<Runnable> onTheirWay = new ArrayList<>();

    int lossPercent;
    /** So many calls to come find the store's queue full. */
    int refusals;

    LateStores(TrueLog log, Random random) {
        this.log = log;
        this.random = random;
    }

    /** Has one of the things that are on their way arrive. */
    boolean arrive() {
        if (onTheirWay.isEmpty()) {
            return false;
        }
        onTheirWay.remove(random.nextInt(onTheirWay.size())).run();
        return true;
    }

    private <T> CompletableFuture<T> late(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        onTheirWay.add(() -> ask(question, answer));
        return answer;
    }

    private <T> void ask(Supplier<T> question, CompletableFuture<T> answer) {
        if (refusals > 0) {
            refusals--;
            answer.completeExceptionally(
                    HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "endpoints.open: too many requests wait"));
            return;
        }
        if (random.nextInt(100) < lossPercent) {
            fail(answer);
            return;
        }
        T said;
        try {
            said = question.get();
        } catch (HawserException refusal) {
            answer.completeExceptionally(refusal);
            return;
        }
        onTheirWay.add(() -> {
            if (random.nextInt(100) < lossPercent) {
                fail(answer);
            } else {
                answer.complete(said);
            }
        });
    }

    private static void fail(CompletableFuture<?> answer) {
        answer.completeExceptionally(HawserException.refusal(ErrorCode.UNAVAILABLE, "saver: out"));
    }

    @Override
    public CompletableFuture<OpenEndpointReply> open(OpenEndpointRequest request) {
        return late(() -> log.open(request));
    }

    @Override
    public CompletableFuture<ChangeGroupsReply> change(ChangeGroupsRequest request) {
        return late(() -> log.change(request));
    }

    @Override
    public CompletableFuture<FollowBroadcastsReply> follow(FollowBroadcastsRequest request) {
        return CompletableFuture.completedFuture(log.follow(request));
    }

    @Override
    public CompletableFuture<ReadBroadcastsReply> read(ReadBroadcastsRequest request) {
        return late(() -> log.read(request));
    }

    @Override
    public CompletableFuture<SaveCursorsReply> save(SaveCursorsRequest request) {
        return CompletableFuture.completedFuture(log.save(request));
    }

    @Override
    public CompletableFuture<ReportProgressReply> report(ReportProgressRequest request) {
        return CompletableFuture.completedFuture(log.report(request));
    }
}
