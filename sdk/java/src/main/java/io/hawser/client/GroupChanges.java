package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Groups;
import io.hawser.wire.v1.Join;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Joining and leaving groups. What the app wishes is sent over the connection there is, and again over the next one until
 * it is answered: saying it twice changes nothing. Its own lock guards it.
 */
final class GroupChanges {
    private static final int MAX_WAITING = 64;

    private final Map<Integer, Change> waiting = new LinkedHashMap<>();
    private int lastRequest;
    private @Nullable Outbound out;
    private boolean ended;

    private static final class Change {
        final byte[] frame;
        final CompletableFuture<Set<String>> groups = new CompletableFuture<>();

        Change(byte[] frame) {
            this.frame = frame;
        }
    }

    /**
     * @throws HawserException RESOURCE_EXHAUSTED where too many changes wait for an answer, FAILED_PRECONDITION where the
     *     client has ended
     */
    synchronized CompletableFuture<Set<String>> change(Collection<String> join, Collection<String> leave) {
        Exchanges.refuseIf(ended);
        if (waiting.size() >= MAX_WAITING) {
            throw HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "groups: " + MAX_WAITING + " changes wait");
        }
        int request = ++lastRequest;
        Change change = new Change(Frames.encode(
                FrameType.JOIN,
                Join.newBuilder()
                        .setBinding(Session.BINDING)
                        .setRequest(request)
                        .addAllJoin(join)
                        .addAllLeave(leave)
                        .build()));
        waiting.put(request, change);
        if (out != null) {
            out.send(change.frame);
        }
        return change.groups;
    }

    synchronized void bound(Outbound out) {
        this.out = out;
        waiting.values().forEach(change -> out.send(change.frame));
    }

    synchronized void unbound() {
        out = null;
    }

    /** Nobody will answer any more. */
    void end() {
        List<Change> unanswered;
        synchronized (this) {
            ended = true;
            out = null;
            unanswered = new ArrayList<>(waiting.values());
            waiting.clear();
        }
        unanswered.forEach(change -> change.groups.completeExceptionally(Exchanges.cancelled("groups")));
    }

    void answered(Groups answer) {
        Change change;
        synchronized (this) {
            change = waiting.remove(answer.getRequest());
        }
        if (change == null) {
            return;
        }
        if (answer.getCode() == 0) {
            change.groups.complete(new LinkedHashSet<>(answer.getGroupsList()));
        } else {
            ErrorCode code = ErrorCode.ofNumber(answer.getCode());
            change.groups.completeExceptionally(HawserException.refusal(code, answer.getDetail()));
        }
    }
}
