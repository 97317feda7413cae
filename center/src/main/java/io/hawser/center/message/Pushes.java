package io.hawser.center.message;

import io.hawser.center.link.Links;
import io.hawser.center.link.Repeats;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.MailboxChain;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.SettleRequest;
import io.hawser.rpc.v1.Whereabouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to the rooms where their users are.
 *
 * <p>A push of a stored message is a hint (R1): it is made once, after the caller has its answer, and what is dropped
 * here, at the bound or by a fault, is owed by the saver, which drives it again. A TRANSIENT message has nothing but its
 * push, so its look-up is repeated, and the caller is told how many bindings it was written to.
 */
final class Pushes {
    private final Links links;
    private final Supplier<PushSettings> settings;
    private final PushMeters meters;
    private final GoneSessions gone;
    private final AtomicInteger inHand = new AtomicInteger();

    Pushes(Links links, Supplier<PushSettings> settings, PushMeters meters) {
        this.links = links;
        this.settings = settings;
        this.meters = meters;
        this.gone = new GoneSessions(links.register(), () -> settings.get().timeout(), meters);
        meters.inHand(inHand);
    }

    /** Pushes what was appended; never fails, and nobody waits for it. */
    void stored(Draft draft, Addressee to, AppendReply stored) {
        if (inHand.incrementAndGet() > settings.get().maxInHand()) {
            inHand.decrementAndGet();
            meters.dropped();
            return;
        }
        var _ = links.lookups()
                .find(to.user())
                .thenCompose(where -> pushOrSettle(draft, to, stored, where))
                .whenComplete((done, failure) -> {
                    inHand.decrementAndGet();
                    if (failure != null) {
                        meters.failed(Repeats.refusalOf(failure).code());
                    }
                });
    }

    /** Writes to the bindings there are. Returns how many took it. */
    CompletableFuture<Integer> transientTo(Draft draft, Addressee to) {
        return links.repeats()
                .run("register", timeout -> links.lookups().find(to.user()))
                .thenCompose(where -> {
                    List<CompletableFuture<Integer>> written = new ArrayList<>();
                    for (Session session : where.getSessionsList()) {
                        if (to.reaches(session.getMailbox())) {
                            written.add(push(session, transientPush(draft, to, session))
                                    .handle(Pushes::countWritten));
                        }
                    }
                    for (String room : where.getUnknownRoomsList()) {
                        written.add(push(room, transientPush(draft, to, null)).handle(Pushes::countWritten));
                    }
                    return sum(written);
                });
    }

    private CompletableFuture<?> pushOrSettle(Draft draft, Addressee to, AppendReply stored, Whereabouts where) {
        List<CompletableFuture<PushReply>> pushed = new ArrayList<>();
        for (MailboxChain chain : stored.getMailboxesList()) {
            for (Session session : where.getSessionsList()) {
                if (session.getMailbox().equals(chain.getMailbox())) {
                    pushed.add(push(session, storedPush(draft, to, stored, chain, session)));
                }
            }
            for (String room : where.getUnknownRoomsList()) {
                pushed.add(push(room, storedPush(draft, to, stored, chain, null)));
            }
        }
        if (pushed.isEmpty() && where.getUnknownRoomsCount() == 0) {
            return settle(to, stored.getSeq());
        }
        return CompletableFuture.allOf(pushed.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<?> settle(Addressee to, long seq) {
        meters.offline();
        SettleRequest request = SettleRequest.newBuilder()
                .setApp(to.user().app().value())
                .setUser(to.user().user().value())
                .setSeq(seq)
                .build();
        return links.saver()
                .call(
                        Route.slot(to.user().slot()),
                        SaverGrpc.getSettleMethod(),
                        request,
                        request.getApp(),
                        settings.get().timeout());
    }

    private CompletableFuture<PushReply> push(Session session, PushRequest request) {
        return push(session.getLocation().getRoom(), request).whenComplete((reply, failure) -> {
            if (reply != null && reply.getOutcome() == PushOutcome.NOT_HERE) {
                gone.tell(session);
            }
        });
    }

    private CompletableFuture<PushReply> push(String room, PushRequest request) {
        Duration timeout = settings.get().timeout();
        return links.room()
                .call(Route.peer(room), RoomGrpc.getPushMethod(), request, request.getApp(), timeout)
                .whenComplete((reply, failure) -> {
                    if (reply != null) {
                        meters.pushed(reply.getOutcome());
                    }
                });
    }

    private static PushRequest storedPush(
            Draft draft, Addressee to, AppendReply stored, MailboxChain chain, @Nullable Session session) {
        return pushTo(to, chain.getMailbox(), session)
                .setSeq(stored.getSeq())
                .setPrev(chain.getPrev())
                .setContent(draft.content())
                .build();
    }

    private static PushRequest transientPush(Draft draft, Addressee to, @Nullable Session session) {
        String mailbox = session == null ? to.mailbox() : session.getMailbox();
        return pushTo(to, mailbox, session).setContent(draft.content()).build();
    }

    private static PushRequest.Builder pushTo(Addressee to, String mailbox, @Nullable Session session) {
        PushRequest.Builder push = PushRequest.newBuilder()
                .setApp(to.user().app().value())
                .setUser(to.user().user().value())
                .setMailbox(mailbox);
        return session == null ? push : push.setLocation(session.getLocation());
    }

    private static int countWritten(@Nullable PushReply reply, @Nullable Throwable failure) {
        return reply != null && reply.getOutcome() == PushOutcome.WRITTEN ? 1 : 0;
    }

    private static CompletableFuture<Integer> sum(List<CompletableFuture<Integer>> counts) {
        return CompletableFuture.allOf(counts.toArray(CompletableFuture[]::new))
                .thenApply(
                        all -> counts.stream().mapToInt(CompletableFuture::join).sum());
    }
}
