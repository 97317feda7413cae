package io.hawser.center.user;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.ListMailboxDeadLettersRequest;
import io.hawser.api.v1.ListMailboxDeadLettersResponse;
import io.hawser.api.v1.MailboxDeadLetter;
import io.hawser.api.v1.MailboxDeadLettersRequest;
import io.hawser.api.v1.MailboxDeadLettersResponse;
import io.hawser.center.link.Savers;
import io.hawser.center.message.MessageName;
import io.hawser.center.message.Meter;
import io.hawser.center.message.Sends;
import io.hawser.center.operation.ChosenLetters;
import io.hawser.center.operation.Page;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.DropMailboxDeadLettersRequest;
import io.hawser.rpc.v1.ListMailboxDeadLettersReply;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/**
 * Messages that mailboxes were taken past, for their clients never acknowledged them: listed, sent again, forgotten. All of
 * it is safe to repeat.
 */
final class MailboxLetters {
    private final Savers savers;
    private final Sends sends;
    private final Meter meter;
    private final Clock clock;

    MailboxLetters(Savers savers, Sends sends, Meter meter, Clock clock) {
        this.savers = savers;
        this.sends = sends;
        this.meter = meter;
        this.clock = clock;
    }

    CompletableFuture<ListMailboxDeadLettersResponse> list(String app, ListMailboxDeadLettersRequest request) {
        Page page = Page.of(
                "mailboxDeadLetters/" + app + "/" + user(app, request.getUser()),
                request.getPageSize(),
                request.getPageToken());
        var read = io.hawser.rpc.v1.ListMailboxDeadLettersRequest.newBuilder()
                .setApp(app)
                .setUser(request.getUser())
                .setBeforeId(page.position())
                .setMaxEntries(page.size())
                .build();
        return savers.ofApp(app, SaverGrpc.getListMailboxDeadLettersMethod(), read)
                .thenApply(reply -> view(app, reply, page));
    }

    CompletableFuture<MailboxDeadLettersResponse> redrive(App app, MailboxDeadLettersRequest request) {
        return new LetterRedrive(
                        savers,
                        sends,
                        meter,
                        clock,
                        app,
                        user(app.getId(), request.getUser()),
                        ChosenLetters.of(request.getIdsList(), request.getAll()))
                .run(request.getAfterId());
    }

    CompletableFuture<MailboxDeadLettersResponse> drop(App app, MailboxDeadLettersRequest request) {
        if (request.getAfterId() != 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "after_id: " + Long.toUnsignedString(request.getAfterId()) + " (expected: none, to drop)");
        }
        DropMailboxDeadLettersRequest drop = DropMailboxDeadLettersRequest.newBuilder()
                .setApp(app.getId())
                .setUser(user(app.getId(), request.getUser()))
                .addAllIds(ChosenLetters.of(request.getIdsList(), request.getAll()))
                .build();
        return savers.ofApp(app.getId(), SaverGrpc.getDropMailboxDeadLettersMethod(), drop)
                .thenApply(reply -> MailboxDeadLettersResponse.newBuilder()
                        .setLetters(reply.getLetters())
                        .setMore(request.getAll() && reply.getMore())
                        .build());
    }

    /** One's, or everybody's where it is empty. */
    private static String user(String app, String user) {
        return user.isEmpty() ? user : UserKey.of(app, user).user().value();
    }

    private static ListMailboxDeadLettersResponse view(String app, ListMailboxDeadLettersReply reply, Page page) {
        ListMailboxDeadLettersResponse.Builder view = ListMailboxDeadLettersResponse.newBuilder();
        reply.getLettersList().forEach(letter -> view.addLetters(view(app, letter)));
        if (reply.getMore()) {
            view.setNextPageToken(page.next(reply.getLettersList().getLast().getId()));
        }
        return view.build();
    }

    private static MailboxDeadLetter view(String app, io.hawser.rpc.v1.MailboxDeadLetter letter) {
        Content content = content(letter);
        MailboxDeadLetter.Builder view = MailboxDeadLetter.newBuilder()
                .setId(letter.getId())
                .setName(MessageName.of(UserKey.of(app, letter.getUser()), letter.getSeq()))
                .setUser(letter.getUser())
                .setMailbox(letter.getMailbox())
                .setMessageId(content.getId())
                .setBodyBytes(letter.getBodyBytes())
                .setFruitless(letter.getFruitless())
                .setSent(Timestamps.fromMillis(content.getSentMs()))
                .setBuried(Timestamps.fromMillis(letter.getBuriedMs()));
        return content.getExpiresMs() == 0
                ? view.build()
                : view.setExpires(Timestamps.fromMillis(content.getExpiresMs())).build();
    }

    /** What a letter says. */
    static Content content(io.hawser.rpc.v1.MailboxDeadLetter letter) {
        try {
            return Content.parseFrom(letter.getContent());
        } catch (InvalidProtocolBufferException e) {
            throw new HawserException(ErrorCode.INTERNAL, "dead letter " + letter.getId() + ": is no message", e);
        }
    }
}
