package io.hawser.register;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.UserKey;
import io.hawser.rpc.v1.Whereabouts;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many users looked up at once: one hop to each lane concerned, however many users it has.
 *
 * <p>Each lane writes only the answers of its own users; the one that finishes last puts the reply together, and the
 * counter that tells it so also makes the others' answers visible to it.
 */
final class LookupBatch {
    private final LookupRequest request;
    private final Lanes lanes;
    private final int[] slots;
    private final Whereabouts[] answers;
    private final AtomicInteger lanesLeft = new AtomicInteger();
    private final CompletableFuture<LookupReply> reply = new CompletableFuture<>();

    LookupBatch(LookupRequest request, Lanes lanes) {
        this.request = request;
        this.lanes = lanes;
        this.slots = new int[request.getUsersCount()];
        this.answers = new Whereabouts[slots.length];
    }

    CompletableFuture<LookupReply> answer() {
        BitSet concerned = lanesConcerned();
        if (concerned.isEmpty()) {
            return CompletableFuture.completedFuture(LookupReply.getDefaultInstance());
        }
        lanesLeft.set(concerned.cardinality());
        concerned.stream().forEach(this::ask);
        return reply;
    }

    private BitSet lanesConcerned() {
        BitSet concerned = new BitSet(lanes.count());
        for (int i = 0; i < slots.length; i++) {
            UserKey user = request.getUsers(i);
            slots[i] = Slot.of(user.getApp(), user.getUser());
            concerned.set(slots[i] % lanes.count());
        }
        return concerned;
    }

    private void ask(int lane) {
        var _ = lanes.lane(lane)
                .ask(sessions -> {
                    lookup(lane, sessions);
                    return lane;
                })
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        reply.completeExceptionally(failure);
                    } else if (lanesLeft.decrementAndGet() == 0) {
                        finish();
                    }
                });
    }

    private void lookup(int lane, LaneSessions sessions) {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] % lanes.count() == lane) {
                UserKey user = request.getUsers(i);
                answers[i] = sessions.lookup(slots[i], user.getApp(), user.getUser());
            }
        }
    }

    private void finish() {
        reply.complete(
                LookupReply.newBuilder().addAllUsers(Arrays.asList(answers)).build());
    }
}
