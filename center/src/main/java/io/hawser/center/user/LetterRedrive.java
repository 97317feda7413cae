package io.hawser.center.user;

import io.hawser.api.v1.Failure;
import io.hawser.api.v1.MailboxDeadLettersResponse;
import io.hawser.api.v1.RefusedDeadLetter;
import io.hawser.center.link.Repeats;
import io.hawser.center.link.Savers;
import io.hawser.center.message.Addressee;
import io.hawser.center.message.Draft;
import io.hawser.center.message.Meter;
import io.hawser.center.message.Sends;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.DropMailboxDeadLettersRequest;
import io.hawser.rpc.v1.MailboxDeadLetter;
import io.hawser.rpc.v1.ReadMailboxDeadLettersReply;
import io.hawser.rpc.v1.ReadMailboxDeadLettersRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Sends dead letters of mailboxes again: those of a user one after the other, oldest first, those of several users side by
 * side. Each is sent under a request id of its own, which a repeat has too, and then forgotten: so who did not hear repeats
 * it, and nobody gets a message twice for that. What is refused for good stays, and is told. Each takes of what the app may
 * send a second, as any message does.
 */
final class LetterRedrive {
    private static final int MAX_LETTERS = 1_000;
    /** Read at once, and so sent at once. */
    private static final int LETTERS_A_PAGE = 64;
    /** In a call: letters that stay are looked at, too. */
    private static final int MAX_PAGES = 40;

    private final Savers savers;
    private final Sends sends;
    private final Meter meter;
    private final Clock clock;
    private final App app;
    private final String user;
    private final List<Long> ids;
    private final List<RefusedDeadLetter> refused = new ArrayList<>();
    /** Users with a mailbox that has no room. */
    private final Map<String, HawserException> full = new ConcurrentHashMap<>();

    private int pages;
    private int sent;

    /**
     * @param user whose; empty: all of the app
     * @param ids of those that are meant; empty: all
     */
    LetterRedrive(Savers savers, Sends sends, Meter meter, Clock clock, App app, String user, List<Long> ids) {
        this.savers = savers;
        this.sends = sends;
        this.meter = meter;
        this.clock = clock;
        // Not for a mailbox that is gone: it would begin anew, and wait for somebody to come. Nor in the place of what
        // waits there: that is newer. Nor into a spool, which knows no such limits: a letter is safe where it is.
        this.app = app.toBuilder()
                .setUsersMustExist(true)
                .setDropOldest(false)
                .setAvailable(false)
                .build();
        this.user = user;
        this.ids = ids;
    }

    /** What became of a letter. */
    private sealed interface Outcome {}

    private record SentAgain(long id) implements Outcome {}

    private record Refused(long id, HawserException cause) implements Outcome {}

    /**
     * Sends those that are younger than a letter. Fails where what may be over later is in the way; letters that were sent
     * before are forgotten then, too.
     */
    CompletableFuture<MailboxDeadLettersResponse> run(long afterId) {
        pages++;
        ReadMailboxDeadLettersRequest read = ReadMailboxDeadLettersRequest.newBuilder()
                .setApp(app.getId())
                .setUser(user)
                .addAllIds(ids)
                .setAfterId(afterId)
                .setMaxEntries(Math.min(LETTERS_A_PAGE, MAX_LETTERS - sent))
                .build();
        return savers.ofApp(app.getId(), SaverGrpc.getReadMailboxDeadLettersMethod(), read)
                .thenCompose(page -> sendAll(page.getLettersList())
                        .thenCompose(outcomes -> settle(outcomes).thenCompose(settled -> next(page))));
    }

    private CompletableFuture<MailboxDeadLettersResponse> next(ReadMailboxDeadLettersReply page) {
        if (!page.getMore()) {
            return CompletableFuture.completedFuture(response().build());
        }
        long last = page.getLettersList().getLast().getId();
        return sent < MAX_LETTERS && pages < MAX_PAGES
                ? run(last)
                : CompletableFuture.completedFuture(
                        response().setMore(true).setLastId(last).build());
    }

    private MailboxDeadLettersResponse.Builder response() {
        return MailboxDeadLettersResponse.newBuilder().setLetters(sent).addAllRefused(refused);
    }

    /** Fails once all is done that could be, and what was sent is forgotten. */
    private CompletableFuture<Void> settle(List<Outcome> outcomes) {
        List<Long> gone = new ArrayList<>();
        HawserException failure = null;
        for (Outcome outcome : outcomes) {
            switch (outcome) {
                case SentAgain again -> gone.add(again.id);
                case Refused refusal when Sends.refusesForGood(refusal.cause) -> refused.add(told(refusal));
                case Refused refusal -> failure = refusal.cause;
            }
        }
        sent += gone.size();
        HawserException last = failure;
        return forget(gone)
                .thenCompose(forgotten ->
                        last == null ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(last));
    }

    private CompletableFuture<?> forget(List<Long> sentAgain) {
        if (sentAgain.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        DropMailboxDeadLettersRequest drop = DropMailboxDeadLettersRequest.newBuilder()
                .setApp(app.getId())
                .addAllIds(sentAgain)
                .setRedriven(true)
                .build();
        return savers.ofApp(app.getId(), SaverGrpc.getDropMailboxDeadLettersMethod(), drop);
    }

    private CompletableFuture<List<Outcome>> sendAll(List<MailboxDeadLetter> letters) {
        Map<String, List<MailboxDeadLetter>> byUser =
                letters.stream().collect(Collectors.groupingBy(MailboxDeadLetter::getUser));
        List<Outcome> outcomes = Collections.synchronizedList(new ArrayList<>(letters.size()));
        return CompletableFuture.allOf(byUser.values().stream()
                        .map(ofUser -> sendInOrder(ofUser, outcomes))
                        .toArray(CompletableFuture[]::new))
                .thenApply(all -> outcomes);
    }

    /**
     * What follows one that may be sent later waits with it, so that their order stays; also what follows one that finds its
     * mailbox full, which is told of each.
     */
    private CompletableFuture<Void> sendInOrder(List<MailboxDeadLetter> letters, List<Outcome> outcomes) {
        if (letters.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        String addressee = letters.getFirst().getUser();
        return sendUnlessFull(letters.getFirst()).thenCompose(outcome -> {
            outcomes.add(outcome);
            if (outcome instanceof Refused(long _, HawserException cause) && cause.code() == ErrorCode.MAILBOX_FULL) {
                full.putIfAbsent(addressee, cause);
            }
            boolean goesOn = !(outcome instanceof Refused refusal) || Sends.refusesForGood(refusal.cause);
            return goesOn
                    ? sendInOrder(letters.subList(1, letters.size()), outcomes)
                    : CompletableFuture.completedFuture(null);
        });
    }

    private CompletableFuture<Outcome> sendUnlessFull(MailboxDeadLetter letter) {
        HawserException cause = full.get(letter.getUser());
        return cause == null ? send(letter) : CompletableFuture.completedFuture(new Refused(letter.getId(), cause));
    }

    private CompletableFuture<Outcome> send(MailboxDeadLetter letter) {
        long id = letter.getId();
        // Longer than any key of a caller's, 64 bytes: so it is none of these.
        String requestId = "dead-letter-%056d".formatted(id);
        try {
            Draft draft = Draft.again(app, requestId, MailboxLetters.content(letter), clock.millis());
            Addressee to = new Addressee(UserKey.of(app.getId(), letter.getUser()), letter.getMailbox());
            meter.take(app, 1);
            return sends.send(draft, to).handle((again, failure) -> {
                if (again == null) {
                    return new Refused(id, Repeats.refusalOf(failure == null ? new IllegalStateException() : failure));
                }
                again.afterAnswer().run();
                return new SentAgain(id);
            });
        } catch (HawserException refusal) {
            return CompletableFuture.completedFuture(new Refused(id, refusal));
        }
    }

    private static RefusedDeadLetter told(Refused refusal) {
        return RefusedDeadLetter.newBuilder()
                .setId(refusal.id)
                .setError(Failure.newBuilder()
                        .setCode(refusal.cause.code().name())
                        .setDetail(String.valueOf(refusal.cause.getMessage())))
                .build();
    }
}
