package io.hawser.center.callback;

import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.DeadLetter;
import io.hawser.api.v1.DeadLettersRequest;
import io.hawser.api.v1.DeadLettersResponse;
import io.hawser.api.v1.ListDeadLettersRequest;
import io.hawser.api.v1.ListDeadLettersResponse;
import io.hawser.center.link.Savers;
import io.hawser.center.operation.ChosenLetters;
import io.hawser.center.operation.Page;
import io.hawser.rpc.v1.ListDeadLettersReply;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.RedriveDeadLettersReply;
import io.hawser.rpc.v1.RedriveDeadLettersRequest;
import java.util.concurrent.CompletableFuture;

/** What could not be delivered to an app's back end: listed, driven again, forgotten. All of it is safe to repeat. */
final class DeadLetters {
    private final Savers savers;

    DeadLetters(Savers savers) {
        this.savers = savers;
    }

    CompletableFuture<ListDeadLettersResponse> list(String app, ListDeadLettersRequest request) {
        Page page = Page.of("deadLetters/" + app, request.getPageSize(), request.getPageToken());
        var read = io.hawser.rpc.v1.ListDeadLettersRequest.newBuilder()
                .setApp(app)
                .setBeforeId(page.position())
                .setMaxEntries(page.size())
                .build();
        return savers.ofApp(app, OutboxGrpc.getListDeadLettersMethod(), read).thenApply(reply -> view(reply, page));
    }

    CompletableFuture<DeadLettersResponse> redrive(String app, DeadLettersRequest request) {
        return savers.ofApp(app, OutboxGrpc.getRedriveDeadLettersMethod(), meant(app, request))
                .thenApply(DeadLetters::view);
    }

    CompletableFuture<DeadLettersResponse> drop(String app, DeadLettersRequest request) {
        return savers.ofApp(app, OutboxGrpc.getDropDeadLettersMethod(), meant(app, request))
                .thenApply(DeadLetters::view);
    }

    private static RedriveDeadLettersRequest meant(String app, DeadLettersRequest request) {
        return RedriveDeadLettersRequest.newBuilder()
                .setApp(app)
                .addAllIds(ChosenLetters.of(request.getIdsList(), request.getAll()))
                .build();
    }

    private static DeadLettersResponse view(RedriveDeadLettersReply reply) {
        return DeadLettersResponse.newBuilder()
                .setLetters(reply.getLetters())
                .setMore(reply.getMore())
                .build();
    }

    private static ListDeadLettersResponse view(ListDeadLettersReply reply, Page page) {
        ListDeadLettersResponse.Builder view = ListDeadLettersResponse.newBuilder();
        reply.getLettersList().forEach(letter -> view.addLetters(view(letter)));
        if (reply.getMore()) {
            view.setNextPageToken(
                    page.next(reply.getLettersList().getLast().getItem().getId()));
        }
        return view.build();
    }

    private static DeadLetter view(io.hawser.rpc.v1.DeadLetter letter) {
        OutboxItem item = letter.getItem();
        DeadLetter.Builder view = DeadLetter.newBuilder()
                .setId(item.getId())
                .setWebhookId(item.getWebhookId())
                .setType(type(item))
                .setUser(item.getUser())
                .setDevice(item.getDevice())
                .setAttempts(item.getAttempts())
                .setLastError(item.getLastError())
                .setReceived(Timestamps.fromMillis(item.getReceivedMs()))
                .setBuried(Timestamps.fromMillis(letter.getBuriedMs()));
        return item.hasUplink()
                ? view.setRoute(item.getUplink().getRoute())
                        .setNumber(item.getUplink().getNumber())
                        .setBodyBytes(letter.getBodyBytes())
                        .build()
                : view.build();
    }

    /** As the payload of the request has it. */
    private static String type(OutboxItem item) {
        return item.hasUplink()
                ? "uplink"
                : "state." + EventNames.of(item.getEvent().getKind());
    }
}
