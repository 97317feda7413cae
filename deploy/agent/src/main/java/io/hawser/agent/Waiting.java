package io.hawser.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Those who wait for the same thing. Lives on the agent's loop. */
final class Waiting {
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();

    CompletionStage<Void> join() {
        var one = new CompletableFuture<Void>();
        waiting.add(one);
        return one;
    }

    /** It has come. */
    void done() {
        List<CompletableFuture<Void>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(one -> one.complete(null));
    }

    /** It will not come. */
    void failed(AgentException why) {
        List<CompletableFuture<Void>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(one -> one.completeExceptionally(why));
    }
}
