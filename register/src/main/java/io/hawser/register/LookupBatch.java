package io.hawser.register;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.UserKey;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many users looked up at once: one hop to each lane concerned, however many users it has; and one to each register that
 * owned slots of theirs until a short while ago and has not told all of them yet.
 *
 * <p>Each lane writes only the answers of its own users; the one that finishes last puts the reply together, and the
 * counter that tells it so also makes the others' answers visible to it.
 */
final class LookupBatch {
    private static final Logger log = LoggerFactory.getLogger(LookupBatch.class);

    private final LookupRequest request;
    private final Lanes lanes;
    private final OwnersBefore ownersBefore;
    private final int[] slots;
    private final Whereabouts[] answers;
    /** Who is to be asked as well; null: nobody of anything. */
    private final @Nullable Peer[] before;

    private final AtomicInteger lanesLeft = new AtomicInteger();
    private final CompletableFuture<LookupReply> reply = new CompletableFuture<>();

    LookupBatch(LookupRequest request, Lanes lanes, OwnersBefore ownersBefore) {
        this.request = request;
        this.lanes = lanes;
        this.ownersBefore = ownersBefore;
        this.slots = new int[request.getUsersCount()];
        this.answers = new Whereabouts[slots.length];
        this.before = new Peer[slots.length];
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
                        askOwnersBefore();
                    }
                });
    }

    private void lookup(int lane, LaneSessions sessions) {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] % lanes.count() == lane) {
                if (request.getAsOwnerBefore()) {
                    UserKey user = request.getUsers(i);
                    answers[i] = sessions.lookupAsOwnerBefore(slots[i], user.getApp(), user.getUser());
                } else {
                    answers[i] = whereabouts(i, sessions);
                    before[i] = sessions.ownerBefore(slots[i]);
                }
            }
        }
    }

    private void askOwnersBefore() {
        Map<Peer, List<Integer>> asked = new HashMap<>();
        for (int i = 0; i < before.length; i++) {
            Peer peer = before[i];
            if (peer != null) {
                asked.computeIfAbsent(peer, _ -> new ArrayList<>()).add(i);
            }
        }
        CompletableFuture<?>[] told = asked.entrySet().stream()
                .map(entry -> ask(entry.getKey(), entry.getValue()))
                .toArray(CompletableFuture[]::new);
        var _ = CompletableFuture.allOf(told).whenComplete((_, failure) -> {
            if (failure == null) {
                finish();
            } else {
                reply.completeExceptionally(failure);
            }
        });
    }

    /** Where that fails, its users are somewhere in unknown rooms. */
    private CompletableFuture<?> ask(Peer peer, List<Integer> which) {
        LookupRequest.Builder theirs = LookupRequest.newBuilder().setAsOwnerBefore(true);
        which.forEach(i -> theirs.addUsers(request.getUsers(i)));
        return ownersBefore
                .ask(peer, theirs.build())
                .thenCompose(told -> combine(which, told.getUsersList()))
                .handle((_, failure) -> {
                    if (failure != null) {
                        log.debug("{} did not tell what it held", peer, failure);
                        forgetIfSlow(peer, failure);
                    }
                    return peer;
                });
    }

    /** One that has handed a slot over since it was asked for has no more to say of it: all is here. */
    private CompletableFuture<Void> combine(List<Integer> which, List<Whereabouts> told) {
        List<CompletableFuture<?>> again = new ArrayList<>();
        for (int n = 0; n < which.size(); n++) {
            int i = which.get(n);
            if (told.get(n).getNotOwner()) {
                again.add(lanes.ofSlot(slots[i]).ask(sessions -> answers[i] = whereabouts(i, sessions)));
            } else {
                answers[i] = OwnersBefore.combined(answers[i], told.get(n));
            }
        }
        return CompletableFuture.allOf(again.toArray(CompletableFuture[]::new));
    }

    private Whereabouts whereabouts(int i, LaneSessions sessions) {
        UserKey user = request.getUsers(i);
        return sessions.lookup(slots[i], user.getApp(), user.getUser());
    }

    /** Nobody waits for it a second time. */
    private void forgetIfSlow(Peer peer, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof HawserException refusal && refusal.code() == ErrorCode.DEADLINE_EXCEEDED) {
            lanes.forgetOwnerBefore(peer);
        }
    }

    private void finish() {
        reply.complete(
                LookupReply.newBuilder().addAllUsers(Arrays.asList(answers)).build());
    }
}
