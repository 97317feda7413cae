package io.hawser.room.connection;

import io.hawser.rpc.v1.EndBindingReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RoomTotalsReply;
import io.hawser.rpc.v1.Session;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What other services ask of the room: each request finds its event loop by the connection's id and waits there with the
 * others. May be called by any thread.
 */
public final class Deliveries {
    private static final Map<PushOutcome, PushReply> REPLIES = replies();

    private final ConnectionLoops loops;
    private final Surroundings surroundings;

    public Deliveries(ConnectionLoops loops, Surroundings surroundings) {
        this.loops = loops;
        this.surroundings = surroundings;
    }

    /** Whether whoever pushes this has answered its own caller before: stored messages come sooner or later. */
    public static boolean isStored(PushRequest push) {
        return push.getSeq() != 0;
    }

    /** Delivers a hint or a TRANSIENT message. RESOURCE_EXHAUSTED where too much waits for the event loop. */
    public CompletableFuture<PushReply> push(PushRequest push) {
        ConnectionLoop loop =
                isHere(push.getLocation()) ? loops.of(push.getLocation().getConnection()) : null;
        return (loop == null ? pushAnywhere(push) : on(loop, () -> pushTo(loop, push))).thenApply(this::counted);
    }

    /**
     * Ends a binding, where it is still the one that was meant. A kick may overtake the register's answer to the binding
     * itself, and says so little before that: UNAVAILABLE has it repeated.
     */
    public CompletableFuture<EndBindingReply> end(Kick kick) {
        ConnectionLoop loop = loops.of(kick.getSession().getLocation().getConnection());
        return loop == null
                ? CompletableFuture.completedFuture(EndBindingReply.getDefaultInstance())
                : on(loop, () -> end(loop, kick));
    }

    public RoomTotalsReply totals() {
        return RoomTotalsReply.newBuilder()
                .setConnections(surroundings.admission().connections())
                .setBindings(surroundings.meters().bindings())
                .setPushed(surroundings.meters().pushed())
                .build();
    }

    /** A location of an earlier life, or none, says nothing about where the user is now. */
    private boolean isHere(Location location) {
        return location.getConnection() != 0
                && location.getRoomIncarnation()
                        == surroundings.identity().incarnation().getAsLong();
    }

    private static PushOutcome pushTo(ConnectionLoop loop, PushRequest push) {
        Location location = push.getLocation();
        Binding binding = loop.members().find(location.getConnection(), location.getBinding());
        return binding != null && isMeant(binding, push) ? give(binding, push) : PushOutcome.NOT_HERE;
    }

    private static boolean isMeant(Binding binding, PushRequest push) {
        Reader reader = binding.reader();
        return reader.isOf(push.getApp(), push.getUser())
                && (push.getMailbox().isEmpty() || push.getMailbox().equals(reader.mailbox()));
    }

    private static PushOutcome give(Binding binding, PushRequest push) {
        return binding.push(push.getPrev(), push.getSeq(), push.getContent());
    }

    private CompletableFuture<PushOutcome> pushAnywhere(PushRequest push) {
        CompletableFuture<PushOutcome> best = CompletableFuture.completedFuture(PushOutcome.NOT_HERE);
        for (ConnectionLoop loop : loops.all()) {
            best = best.thenCombine(on(loop, () -> pushToUser(loop, push)), Deliveries::better);
        }
        return best;
    }

    private static PushOutcome pushToUser(ConnectionLoop loop, PushRequest push) {
        List<Binding> meant = new ArrayList<>(1);
        loop.members().forEach(push.getApp(), push.getUser(), binding -> {
            if (isMeant(binding, push)) {
                meant.add(binding);
            }
        });
        PushOutcome best = PushOutcome.NOT_HERE;
        for (Binding binding : meant) {
            best = better(best, give(binding, push));
        }
        return best;
    }

    /** By declaration: WRITTEN, BEHIND, then NOT_HERE; DROPPED tells more than NOT_HERE. */
    private static PushOutcome better(PushOutcome one, PushOutcome other) {
        return rank(one) <= rank(other) ? one : other;
    }

    private static int rank(PushOutcome outcome) {
        return switch (outcome) {
            case WRITTEN -> 0;
            case BEHIND -> 1;
            case DROPPED -> 2;
            case NOT_HERE, PUSH_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> 3;
        };
    }

    private static EndBindingReply end(ConnectionLoop loop, Kick kick) {
        Session session = kick.getSession();
        Location location = session.getLocation();
        Binding binding = loop.members().find(location.getConnection(), location.getBinding());
        if (binding == null || !isOf(binding, session)) {
            return EndBindingReply.getDefaultInstance();
        }
        Registration registration = binding.registration();
        if (!registration.isRegistered()) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    "binding: not known to be registered (expected: the kick again, later)");
        }
        boolean isMeant = registration.hasStamp(session.getStamp());
        if (isMeant) {
            binding.connection().kick(binding, kick);
        }
        return EndBindingReply.newBuilder().setEnded(isMeant).build();
    }

    private static boolean isOf(Binding binding, Session session) {
        Reader reader = binding.reader();
        return reader.isOf(session.getApp(), session.getUser())
                && reader.device().equals(session.getDevice());
    }

    private static <T> CompletableFuture<T> on(ConnectionLoop loop, Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean taken = loop.offer(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error fault) {
                answer.completeExceptionally(fault);
            }
        });
        if (!taken) {
            answer.completeExceptionally(
                    HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "room: too much waits for an event loop"));
        }
        return answer;
    }

    private PushReply counted(PushOutcome outcome) {
        surroundings.meters().pushed(outcome);
        PushReply reply = REPLIES.get(outcome);
        return reply == null ? PushReply.getDefaultInstance() : reply;
    }

    private static Map<PushOutcome, PushReply> replies() {
        Map<PushOutcome, PushReply> replies = new EnumMap<>(PushOutcome.class);
        for (PushOutcome outcome : PushOutcome.values()) {
            if (outcome != PushOutcome.UNRECOGNIZED) {
                replies.put(outcome, PushReply.newBuilder().setOutcome(outcome).build());
            }
        }
        return replies;
    }
}
