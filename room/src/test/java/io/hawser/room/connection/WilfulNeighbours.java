package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import io.hawser.room.Tokens;
import io.hawser.room.broadcast.Stores;
import io.hawser.room.broadcast.TrueLog;
import io.hawser.room.fuzz.Choices;
import io.hawser.room.pull.Bodies;
import io.hawser.room.uplink.UplinkCarrier;
import io.hawser.rpc.event.EventSink;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.CarryUplinkReply;
import io.hawser.rpc.v1.CarryUplinkRequest;
import io.hawser.rpc.v1.ChangeGroupsReply;
import io.hawser.rpc.v1.ChangeGroupsRequest;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.CountFruitlessRequest;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.ReadBodyReply;
import io.hawser.rpc.v1.ReadBodyRequest;
import io.hawser.rpc.v1.ReadBroadcastsReply;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.rpc.v1.ReleaseMailboxReply;
import io.hawser.rpc.v1.ReleaseMailboxRequest;
import io.hawser.rpc.v1.ReportProgressReply;
import io.hawser.rpc.v1.ReportProgressRequest;
import io.hawser.rpc.v1.SaveCursorsReply;
import io.hawser.rpc.v1.SaveCursorsRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that a room asks others: answered late and in any order, rightly, wrongly, by a failure, or never. */
final class WilfulNeighbours implements Sessions, Mailboxes, Apps, Stores, UplinkCarrier, Bodies, EventSink {
    static final int BODY_BYTES = 100;
    /** Of each message. */
    static final ByteString CONTENT = ByteString.copyFromUtf8("R\001x");

    private static final Map<String, App> APPS = Map.of(
            "demo", Tokens.app("demo"),
            "shop", Tokens.app("shop"),
            "shut", Tokens.app("shut").toBuilder().setDisabled(true).build());

    /** What nobody thought of. It is logged: seldom, and in one line. */
    private static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1;

        Fault() {
            super("a neighbour's fault", null, false, false);
        }
    }

    /** What was asked and not answered. */
    private record Question<R>(CompletableFuture<R> answer, Supplier<R> right, Function<Choices, R> wrong) {
        void answerRightly() {
            try {
                answer.complete(right.get());
            } catch (HawserException refusal) {
                answer.completeExceptionally(refusal);
            }
        }

        void answerWilfully(Choices choices) {
            switch (choices.below(8)) {
                case 0 -> answer.complete(wrong.apply(choices));
                case 1 -> fail(choices.of(List.of(ErrorCode.values())));
                case 2 -> failStrangely(choices);
                default -> answerRightly();
            }
        }

        private void failStrangely(Choices choices) {
            if (choices.below(32) == 31) {
                answer.completeExceptionally(new Fault());
            } else {
                fail(ErrorCode.DEADLINE_EXCEEDED);
            }
        }

        void fail(ErrorCode code) {
            answer.completeExceptionally(HawserException.refusal(code, "neighbour: " + code));
        }
    }

    final TrueLog log = new TrueLog();
    /** In the register, as it would hold them: with their stamps. */
    final Set<Session> entered = new HashSet<>();
    /** Newest message of every mailbox; they are numbered from 1. */
    long head;

    private final List<Question<?>> open = new ArrayList<>();
    private long stamps;

    private <R> CompletableFuture<R> ask(Supplier<R> right, Function<Choices, R> wrong) {
        Question<R> question = new Question<>(new CompletableFuture<>(), right, wrong);
        open.add(question);
        return question.answer;
    }

    void answerOne(Choices choices) {
        if (!open.isEmpty()) {
            open.remove(choices.below(Math.min(open.size(), 256))).answerWilfully(choices);
        }
    }

    /** None of them lies; one may fail. */
    void answerOneTruly(Choices choices) {
        if (!open.isEmpty()) {
            Question<?> question = open.remove(choices.below(Math.min(open.size(), 256)));
            if (choices.below(4) == 3) {
                question.fail(choices.of(List.of(ErrorCode.UNAVAILABLE, ErrorCode.DEADLINE_EXCEEDED)));
            } else {
                question.answerRightly();
            }
        }
    }

    void answerAllRightly() {
        List<Question<?>> all = List.copyOf(open);
        open.clear();
        all.forEach(Question::answerRightly);
    }

    void failAll() {
        List<Question<?>> all = List.copyOf(open);
        open.clear();
        all.forEach(question -> question.fail(ErrorCode.DEADLINE_EXCEEDED));
    }

    // The register.

    @Override
    public CompletableFuture<Stamp> enter(Session session) {
        return ask(() -> stamp(session, ++stamps), choices -> stamp(session, choices.number()));
    }

    private Stamp stamp(Session session, long counter) {
        Stamp stamp =
                Stamp.newBuilder().setMembershipVersion(1).setCounter(counter).build();
        entered.add(session.toBuilder().setStamp(stamp).build());
        return stamp;
    }

    @Override
    public CompletableFuture<Boolean> confirm(Session session) {
        return ask(() -> false, Choices::yes);
    }

    @Override
    public void leave(Session session, EndReason why, long awayMs) {
        entered.remove(session);
    }

    // The saver.

    @Override
    public CompletableFuture<OpenMailboxReply> open(OpenMailboxRequest request) {
        return ask(
                () -> OpenMailboxReply.newBuilder()
                        .setPosition(Math.min(request.getPosition(), head))
                        .setHead(head)
                        .setReset(request.getPosition() > head)
                        .build(),
                choices -> OpenMailboxReply.newBuilder()
                        .setPosition(choices.number())
                        .setHead(choices.number())
                        .setAcknowledged(choices.number())
                        .build());
    }

    @Override
    public CompletableFuture<LoadReply> load(LoadRequest request) {
        return ask(() -> messagesAfter(request), WilfulNeighbours::anyMessages);
    }

    private LoadReply messagesAfter(LoadRequest request) {
        LoadReply.Builder reply = LoadReply.newBuilder().setTo(head);
        for (long seq = Math.max(1, request.getAfter() + 1); seq <= head; seq++) {
            if (reply.getMessagesCount() == request.getMaxMessages()) {
                return reply.setMore(true).setTo(seq - 1).build();
            }
            reply.addMessages(StoredMessage.newBuilder().setSeq(seq).setContent(CONTENT));
        }
        return reply.build();
    }

    private static LoadReply anyMessages(Choices choices) {
        LoadReply.Builder reply = LoadReply.newBuilder().setTo(choices.number()).setMore(choices.yes());
        for (int i = choices.below(4); i > 0; i--) {
            reply.addMessages(
                    StoredMessage.newBuilder().setSeq(choices.number()).setContent(content(choices.bytes(20))));
        }
        return reply.build();
    }

    /** Of a message with this body. */
    private static ByteString content(byte[] body) {
        return ByteString.copyFromUtf8("R")
                .concat(ByteString.copyFrom(new byte[] {(byte) body.length}))
                .concat(ByteString.copyFrom(body));
    }

    @Override
    public CompletableFuture<AcknowledgeReply> acknowledge(AcknowledgeRequest request) {
        return ask(
                () -> AcknowledgeReply.newBuilder()
                        .setAcknowledged(request.getSeq())
                        .build(),
                choices -> AcknowledgeReply.newBuilder()
                        .setAcknowledged(choices.number())
                        .build());
    }

    @Override
    public CompletableFuture<CountFruitlessReply> countFruitless(CountFruitlessRequest request) {
        return ask(
                CountFruitlessReply::getDefaultInstance,
                choices -> CountFruitlessReply.newBuilder()
                        .setFruitless(choices.below(10))
                        .setHeldMs(choices.below(60_000))
                        .build());
    }

    @Override
    public CompletableFuture<ReleaseMailboxReply> release(ReleaseMailboxRequest request) {
        return ask(ReleaseMailboxReply::getDefaultInstance, choices -> ReleaseMailboxReply.getDefaultInstance());
    }

    @Override
    public CompletableFuture<ForgetMailboxReply> forget(ForgetMailboxRequest request) {
        return ask(
                () -> ForgetMailboxReply.newBuilder().setForgotten(true).build(),
                choices -> ForgetMailboxReply.getDefaultInstance());
    }

    @Override
    public CompletableFuture<ReadBodyReply> read(ReadBodyRequest request) {
        return ask(
                () -> body(request),
                choices -> ReadBodyReply.newBuilder()
                        .setTotal(choices.number())
                        .setData(ByteString.copyFrom(choices.bytes(20)))
                        .build());
    }

    private static ReadBodyReply body(ReadBodyRequest request) {
        int left = (int) Math.max(0, BODY_BYTES - request.getOffset());
        return ReadBodyReply.newBuilder()
                .setTotal(BODY_BYTES)
                .setData(ByteString.copyFrom(new byte[Math.min(left, 10)]))
                .setVersion(1)
                .build();
    }

    // Groups and broadcasts.

    @Override
    public CompletableFuture<OpenEndpointReply> open(OpenEndpointRequest request) {
        return ask(
                () -> log.open(request),
                choices -> log.open(request).toBuilder()
                        .setWatermark(choices.number())
                        .setTrimmedTo(choices.number())
                        .setChanged(choices.number())
                        .build());
    }

    @Override
    public CompletableFuture<ChangeGroupsReply> change(ChangeGroupsRequest request) {
        return ask(() -> log.change(request), choices -> ChangeGroupsReply.getDefaultInstance());
    }

    @Override
    public CompletableFuture<FollowBroadcastsReply> follow(FollowBroadcastsRequest request) {
        return CompletableFuture.completedFuture(log.follow(request));
    }

    @Override
    public CompletableFuture<ReadBroadcastsReply> read(ReadBroadcastsRequest request) {
        return ask(
                () -> log.read(request),
                choices -> log.read(request).toBuilder()
                        .setCompleteTo(choices.number())
                        .setTrimmedTo(choices.number())
                        .build());
    }

    @Override
    public CompletableFuture<SaveCursorsReply> save(SaveCursorsRequest request) {
        return ask(() -> log.save(request), choices -> SaveCursorsReply.getDefaultInstance());
    }

    @Override
    public CompletableFuture<ReportProgressReply> report(ReportProgressRequest request) {
        return ask(() -> log.report(request), choices -> ReportProgressReply.getDefaultInstance());
    }

    // Coordinator and directory.

    @Override
    public CompletableFuture<CarryUplinkReply> carry(CarryUplinkRequest uplink, Duration within) {
        return ask(
                () -> CarryUplinkReply.newBuilder()
                        .setStored(uplink.getNumber())
                        .build(),
                choices -> CarryUplinkReply.newBuilder()
                        .setOutOfOrder(choices.yes())
                        .setStored(choices.number())
                        .build());
    }

    @Override
    public @Nullable App find(String id) {
        return APPS.get(id);
    }

    @Override
    public CompletableFuture<Void> refresh() {
        return ask(() -> true, Choices::yes).thenAccept(read -> {});
    }

    // Events, all of which are wanted and none of which is kept.

    @Override
    public boolean wants(String app, EventKind kind) {
        return true;
    }

    @Override
    public void tell(StateEvent event) {
        // Gone.
    }

    @Override
    public boolean isAsked() {
        return true;
    }

    @Override
    public boolean anyoneWantsPresence() {
        return false;
    }

    @Override
    public long missed(int slot) {
        return 0;
    }

    @Override
    public boolean isBusy() {
        return false;
    }
}
