package io.hawser.bench.unicast;

import io.hawser.bench.api.Api;
import io.hawser.bench.measure.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sends messages of one phase, to the users in turn. */
final class Sender {
    private final Api api;
    private final List<String> users;
    private final int usersPerCall;
    private final int bodyBytes;
    private final int phase;
    private final Tally tally;
    private final AtomicLong turn = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> firstRefusal = new AtomicReference<>();

    Sender(Api api, List<String> users, int usersPerCall, int bodyBytes, int phase, Tally tally) {
        this.api = api;
        this.users = users;
        this.usersPerCall = usersPerCall;
        this.bodyBytes = bodyBytes;
        this.phase = phase;
        this.tally = tally;
    }

    int usersPerCall() {
        return usersPerCall;
    }

    /**
     * Sends to the next users.
     *
     * @param dueNanos when it should have been sent, which latencies count from
     * @return completes, never with a failure, when it is answered
     */
    CompletableFuture<Void> send(long dueNanos) {
        return api.send(nextUsers(), new Stamp(phase, dueNanos).body(bodyBytes)).handle((accepted, failure) -> {
            if (failure == null) {
                tally.accepted(accepted, dueNanos);
                tally.refused.add(usersPerCall - accepted);
            } else {
                firstRefusal.compareAndSet(null, failure);
                tally.refused.add(usersPerCall);
            }
            return null;
        });
    }

    /** What the first call that failed failed with; null: none did. */
    @Nullable
    Throwable firstRefusal() {
        return firstRefusal.get();
    }

    private List<String> nextUsers() {
        long first = turn.getAndAdd(usersPerCall);
        if (usersPerCall == 1) {
            return List.of(users.get((int) (first % users.size())));
        }
        List<String> next = new ArrayList<>(usersPerCall);
        for (int i = 0; i < usersPerCall; i++) {
            next.add(users.get((int) ((first + i) % users.size())));
        }
        return next;
    }
}
