package io.hawser.center.platform;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.DeadLetter;
import io.hawser.rpc.v1.ListDeadLettersReply;
import io.hawser.rpc.v1.ListDeadLettersRequest;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.RedriveDeadLettersReply;
import io.hawser.rpc.v1.RedriveDeadLettersRequest;
import io.hawser.rpc.v1.WatchDeliveryReply;
import io.hawser.rpc.v1.WatchDeliveryRequest;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A saver's dead letters and watches, in memory. */
public final class FakeOutbox {
    private static final int MOST_AT_ONCE = 1_000;

    public final Queue<WatchDeliveryRequest> watches = new ConcurrentLinkedQueue<>();
    /** The next watches fail, one by one. */
    public final Queue<HawserException> refusals = new ConcurrentLinkedQueue<>();

    /** As many as a reply takes. */
    public volatile int lettersOfReply = MOST_AT_ONCE;

    private final TreeMap<Long, DeadLetter> letters = new TreeMap<>();
    private final List<Long> redriven = new ArrayList<>();

    public synchronized void bury(DeadLetter letter) {
        letters.put(letter.getItem().getId(), letter);
    }

    public synchronized List<Long> redriven() {
        return List.copyOf(redriven);
    }

    public synchronized List<Long> buried() {
        return List.copyOf(letters.keySet());
    }

    void serve(LinkServer.Builder server) {
        server.handle(OutboxGrpc.getWatchDeliveryMethod(), (request, caller) -> watch(request))
                .handle(
                        OutboxGrpc.getListDeadLettersMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(list(request)))
                .handle(
                        OutboxGrpc.getRedriveDeadLettersMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(take(request, redriven)))
                .handle(
                        OutboxGrpc.getDropDeadLettersMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(take(request, new ArrayList<>())));
    }

    private CompletableFuture<WatchDeliveryReply> watch(WatchDeliveryRequest request) {
        watches.add(request);
        HawserException refusal = refusals.poll();
        return refusal == null
                ? CompletableFuture.completedFuture(WatchDeliveryReply.getDefaultInstance())
                : CompletableFuture.failedFuture(refusal);
    }

    private synchronized ListDeadLettersReply list(ListDeadLettersRequest request) {
        List<DeadLetter> meant = letters.descendingMap().values().stream()
                .filter(letter -> letter.getItem().getApp().equals(request.getApp()))
                .filter(letter -> request.getBeforeId() == 0 || letter.getItem().getId() < request.getBeforeId())
                .toList();
        int page = Math.min(request.getMaxEntries(), lettersOfReply);
        return ListDeadLettersReply.newBuilder()
                .addAllLetters(meant.stream().limit(page).toList())
                .setMore(meant.size() > page)
                .build();
    }

    private synchronized RedriveDeadLettersReply take(RedriveDeadLettersRequest request, List<Long> taken) {
        List<Long> meant = letters.entrySet().stream()
                .filter(letter -> letter.getValue().getItem().getApp().equals(request.getApp()))
                .map(Map.Entry::getKey)
                .filter(id -> request.getIdsCount() == 0 || request.getIdsList().contains(id))
                .limit(MOST_AT_ONCE)
                .toList();
        letters.keySet().removeAll(meant);
        taken.addAll(meant);
        return RedriveDeadLettersReply.newBuilder().setLetters(meant.size()).build();
    }
}
