package io.hawser.saver;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.saver.hold.HoldStore;
import io.hawser.saver.hold.LetterStore;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.log.Lane;
import io.hawser.saver.log.Lanes;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The operations on users' logs, as others call them: checks what is asked, and hands it to the slot's lane. */
final class LogHandlers {
    private static final int MAX_MAILBOX_BYTES = 96;
    private static final int MAX_REQUEST_ID_BYTES = 200;
    private static final int MAX_COLLAPSE_KEY_BYTES = 200;
    private static final int MAX_HASH_BYTES = 32;

    private final Lanes lanes;
    private final HoldStore holds;
    private final LetterStore letters;

    LogHandlers(Lanes lanes, HoldStore holds, LetterStore letters) {
        this.lanes = lanes;
        this.holds = holds;
        this.letters = letters;
    }

    void addTo(LinkServer.Builder server) {
        serve(server, SaverGrpc.getAppendMethod(), r -> id(check(r)), lane -> lane::append);
        serve(
                server,
                SaverGrpc.getOpenMailboxMethod(),
                r -> id(r.getApp(), r.getUser(), r.getMailbox()),
                lane -> (id, request) -> holds.describe(request, lane.open(id, request)));
        serve(server, SaverGrpc.getLoadMethod(), r -> id(r.getApp(), r.getUser(), r.getMailbox()), lane -> lane::load);
        serve(
                server,
                SaverGrpc.getAcknowledgeMethod(),
                r -> id(r.getApp(), r.getUser(), r.getMailbox()),
                lane -> lane::acknowledge);
        serve(server, SaverGrpc.getSettleMethod(), r -> LogId.of(r.getApp(), r.getUser()), lane -> lane::settle);
        serve(
                server,
                SaverGrpc.getRecallMethod(),
                r -> LogId.of(r.getApp(), r.getUser()),
                lane -> (id, request) -> letters.recall(request, lane.recall(id, request)));
        serve(
                server,
                SaverGrpc.getMessageStatusMethod(),
                r -> LogId.of(r.getApp(), r.getUser()),
                lane -> (id, request) -> letters.describe(request, lane.status(id, request)));
        serve(server, SaverGrpc.getListMailboxesMethod(), r -> LogId.of(r.getApp(), r.getUser()), lane -> lane::list);
        serve(
                server,
                SaverGrpc.getForgetMailboxMethod(),
                r -> id(r.getApp(), r.getUser(), r.getMailbox()),
                lane -> (id, request) -> holds.forget(request, lane.forget(id, request)));
    }

    private interface Call<Q, R> {
        CompletableFuture<R> on(LogId id, Q request);
    }

    private <Q extends MessageLite, R extends MessageLite> void serve(
            LinkServer.Builder server,
            MethodDescriptor<Q, R> method,
            Function<Q, LogId> idOf,
            Function<Lane, Call<Q, R>> call) {
        server.handle(method, (request, caller) -> {
            LogId id = idOf.apply(request);
            return call.apply(lanes.of(id.slot())).on(id, request);
        });
    }

    private static AppendRequest check(AppendRequest request) {
        atMost("request_id", request.getRequestId(), MAX_REQUEST_ID_BYTES);
        atMost("collapse_key", request.getCollapseKey(), MAX_COLLAPSE_KEY_BYTES);
        atMost("mailbox", request.getMailbox(), MAX_MAILBOX_BYTES);
        if (request.getRequestId().isEmpty()) {
            throw invalid("request_id: empty (expected: an id of the request)");
        }
        if (request.getBodyHash().size() > MAX_HASH_BYTES) {
            throw invalid("body_hash: " + request.getBodyHash().size() + " bytes (expected: at most 32)");
        }
        return request;
    }

    private static LogId id(AppendRequest request) {
        return LogId.of(request.getApp(), request.getUser());
    }

    private static LogId id(String app, String user, String mailbox) {
        if (mailbox.isEmpty()) {
            throw invalid("mailbox: empty (expected: a mailbox's name)");
        }
        atMost("mailbox", mailbox, MAX_MAILBOX_BYTES);
        return LogId.of(app, user);
    }

    private static void atMost(String name, String value, int maxBytes) {
        // Three bytes of UTF-8 a char at most: only what might be too long is counted.
        if (value.length() * 3 > maxBytes) {
            int bytes = value.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > maxBytes) {
                throw invalid(name + ": " + bytes + " bytes (expected: at most " + maxBytes + ")");
            }
        }
    }

    private static HawserException invalid(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
