package io.hawser.register;

import static java.util.stream.Collectors.groupingBy;

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
import java.util.stream.IntStream;
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
    private final String asker;
    private final Lanes lanes;
    private final OwnersBefore ownersBefore;
    private final int[] slots;
    private final Whereabouts[] answers;
    /** Who is to be asked as well; null: nobody of anything. */
    private final @Nullable Peer[] before;
    /** What those before have told; null: nothing. */
    private final @Nullable Whereabouts[] told;

    private final AtomicInteger lanesLeft = new AtomicInteger();
    private final CompletableFuture<LookupReply> reply = new CompletableFuture<>();

    /** @param asker names the register that asks, if one does */
    LookupBatch(LookupRequest request, String asker, Lanes lanes, OwnersBefore ownersBefore) {
        this.request = request;
        this.asker = asker;
        this.lanes = lanes;
        this.ownersBefore = ownersBefore;
        this.slots = new int[request.getUsersCount()];
        this.answers = new Whereabouts[slots.length];
        this.before = new Peer[slots.length];
        this.told = new Whereabouts[slots.length];
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
        int users = 0;
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] % lanes.count() == lane) {
                users++;
                UserKey user = request.getUsers(i);
                if (request.getAsOwnerBefore()) {
                    answers[i] = sessions.lookups().asOwnerBefore(asker, slots[i], user.getApp(), user.getUser());
                } else {
                    answers[i] = sessions.lookups().of(slots[i], user.getApp(), user.getUser());
                    before[i] = sessions.predecessors().of(slots[i]);
                }
            }
        }
        sessions.lookups().count(users);
    }

    /** All at once, each for its users; and then, where some of them did not know all, those before them. */
    private void askOwnersBefore() {
        Map<Peer, List<Integer>> asked = new HashMap<>();
        for (int i = 0; i < before.length; i++) {
            Peer peer = before[i];
            if (peer != null) {
                asked.computeIfAbsent(peer, _ -> new ArrayList<>()).add(i);
            }
        }
        if (asked.isEmpty()) {
            finish();
            return;
        }
        Arrays.fill(before, null);
        CompletableFuture<?>[] answered = asked.entrySet().stream()
                .map(entry -> ask(entry.getKey(), entry.getValue()))
                .toArray(CompletableFuture[]::new);
        var _ = CompletableFuture.allOf(answered).whenComplete((_, failure) -> {
            if (failure == null) {
                askOwnersBefore();
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
                .thenCompose(theirAnswer -> take(peer, which, theirAnswer.getUsersList()))
                .handle((_, failure) -> {
                    if (failure != null) {
                        log.debug("{} did not tell what it held", peer, failure);
                        forgetIfSlow(peer, failure);
                    }
                    return peer;
                });
    }

    /** On the lanes, which have gone on meanwhile: who was handed over is here, and who has left is not brought back. */
    private CompletableFuture<?> take(Peer peer, List<Integer> which, List<Whereabouts> theirAnswers) {
        List<CompletableFuture<?>> taken = IntStream.range(0, which.size())
                .boxed()
                .collect(groupingBy(n -> slots[which.get(n)] % lanes.count()))
                .entrySet()
                .stream()
                .<CompletableFuture<?>>map(ofLane -> lanes.lane(ofLane.getKey()).ask(sessions -> {
                    ofLane.getValue().forEach(n -> take(sessions, which.get(n), peer, theirAnswers.get(n)));
                    return peer;
                }))
                .toList();
        return Requests.allOf(taken);
    }

    private void take(LaneSessions sessions, int i, Peer peer, Whereabouts theirs) {
        UserKey user = request.getUsers(i);
        before[i] = sessions.predecessors().after(slots[i], peer, theirs);
        if (!theirs.getNotOwner() || theirs.getUnknownRoomsCount() > 0) {
            Whereabouts earlier = told[i];
            told[i] = earlier == null ? theirs : OwnersBefore.combined(earlier, theirs, _ -> false);
        }
        answers[i] = sessions.lookups().with(told[i], slots[i], user.getApp(), user.getUser());
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
