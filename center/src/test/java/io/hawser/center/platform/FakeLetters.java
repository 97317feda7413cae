package io.hawser.center.platform;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.DropMailboxDeadLettersReply;
import io.hawser.rpc.v1.DropMailboxDeadLettersRequest;
import io.hawser.rpc.v1.ListMailboxDeadLettersReply;
import io.hawser.rpc.v1.ListMailboxDeadLettersRequest;
import io.hawser.rpc.v1.MailboxDeadLetter;
import io.hawser.rpc.v1.ReadMailboxDeadLettersReply;
import io.hawser.rpc.v1.ReadMailboxDeadLettersRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A saver's dead letters of mailboxes, all of one app, in memory. */
public final class FakeLetters {
    /** As many as a reply takes. */
    public volatile int lettersOfReply = 1_000;

    private final TreeMap<Long, MailboxDeadLetter> letters = new TreeMap<>();
    private boolean nextDropFails;

    public synchronized void bury(MailboxDeadLetter letter) {
        letters.put(letter.getId(), letter);
    }

    public synchronized void failNextDrop() {
        nextDropFails = true;
    }

    public synchronized List<Long> buried() {
        return List.copyOf(letters.keySet());
    }

    void serve(LinkServer.Builder server) {
        server.handle(
                        SaverGrpc.getListMailboxDeadLettersMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(list(request)))
                .handle(
                        SaverGrpc.getReadMailboxDeadLettersMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(read(request)))
                .handle(
                        SaverGrpc.getDropMailboxDeadLettersMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(drop(request)));
    }

    private synchronized ListMailboxDeadLettersReply list(ListMailboxDeadLettersRequest request) {
        List<MailboxDeadLetter> meant = meant(request.getUser(), List.of()).reversed().stream()
                .filter(letter -> request.getBeforeId() == 0 || letter.getId() < request.getBeforeId())
                .toList();
        int page = Math.min(request.getMaxEntries(), lettersOfReply);
        return ListMailboxDeadLettersReply.newBuilder()
                .addAllLetters(meant.stream().limit(page).toList())
                .setMore(meant.size() > page)
                .build();
    }

    private synchronized ReadMailboxDeadLettersReply read(ReadMailboxDeadLettersRequest request) {
        List<MailboxDeadLetter> meant = meant(request.getUser(), request.getIdsList()).stream()
                .filter(letter -> letter.getId() > request.getAfterId())
                .toList();
        int page = Math.min(request.getMaxEntries(), lettersOfReply);
        return ReadMailboxDeadLettersReply.newBuilder()
                .addAllLetters(meant.stream().limit(page).toList())
                .setMore(meant.size() > page)
                .build();
    }

    private synchronized DropMailboxDeadLettersReply drop(DropMailboxDeadLettersRequest request) {
        if (nextDropFails) {
            nextDropFails = false;
            throw HawserException.refusal(ErrorCode.FAILED_PRECONDITION, "MySQL: out");
        }
        List<Long> gone = meant(request.getUser(), request.getIdsList()).stream()
                .map(MailboxDeadLetter::getId)
                .toList();
        letters.keySet().removeAll(gone);
        return DropMailboxDeadLettersReply.newBuilder().setLetters(gone.size()).build();
    }

    /** Oldest first. */
    private List<MailboxDeadLetter> meant(String user, List<Long> ids) {
        return letters.values().stream()
                .filter(letter -> user.isEmpty() || letter.getUser().equals(user))
                .filter(letter -> ids.isEmpty() || ids.contains(letter.getId()))
                .toList();
    }
}
