package io.hawser.saver.spool;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Stores what it is given, once it may, and each request once. */
final class SlotOwner implements Appender {
    private final Queue<AppendRequest> stored = new ConcurrentLinkedQueue<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Set<String> others = ConcurrentHashMap.newKeySet();
    private volatile boolean away;

    static SlotOwner serving() {
        return new SlotOwner();
    }

    static SlotOwner away() {
        SlotOwner owner = new SlotOwner();
        owner.away = true;
        return owner;
    }

    void comeBack() {
        away = false;
    }

    /** A request id that another message has. */
    void knows(String requestId) {
        others.add(requestId);
    }

    @Override
    public CompletionStage<AppendReply> append(AppendRequest request) {
        if (away) {
            return refused(ErrorCode.UNAVAILABLE);
        }
        if (others.contains(request.getRequestId())) {
            return refused(ErrorCode.IDEMPOTENCY_CONFLICT);
        }
        if (known.add(request.getApp() + "/" + request.getUser() + "/" + request.getRequestId())) {
            stored.add(request);
        }
        return CompletableFuture.completedFuture(AppendReply.getDefaultInstance());
    }

    List<AppendRequest> stored() {
        return List.copyOf(stored);
    }

    List<String> texts() {
        return stored.stream()
                .map(request -> request.getContent().toStringUtf8())
                .toList();
    }

    private static CompletionStage<AppendReply> refused(ErrorCode code) {
        return CompletableFuture.failedFuture(HawserException.refusal(code, "told to"));
    }
}
