package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.BroadcastCursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a member's groups and cursor, until they are known. A store that is away does not keep the client from its
 * mailbox: BOUND is said without them then, with the cursor that the client gave, and they come later.
 */
final class Opening {
    private final Member member;
    private final LocalApp app;
    private @Nullable BroadcastCursor given;
    private List<String> join;
    private @Nullable Runnable whenReady;
    private @Nullable OpenEndpointReply reply;
    private @Nullable StartingPoint start;
    private @Nullable HawserException refusedJoin;
    private boolean bound;
    /** Groups changed since the store was asked. */
    private boolean stale;
    /** The store was asked before the app's log was followed: who is asked later knows all that is not told. */
    private boolean early;

    private int failures;
    /** When to ask again; 0: not planned. */
    private long againMs;

    Opening(Member member, LocalApp app, Bind bind) {
        this.member = member;
        this.app = app;
        this.given = bind.hasCursor() ? bind.getCursor() : null;
        this.join = List.copyOf(bind.getGroupsList());
    }

    void ask(Runnable ready) {
        whenReady = ready;
        ask();
    }

    private void ask() {
        againMs = 0;
        stale = false;
        early = !app.isStarted();
        Attached binding = member.binding();
        OpenEndpointRequest request = OpenEndpointRequest.newBuilder()
                .setApp(binding.app())
                .setUser(binding.user())
                .setDevice(binding.device())
                .addAllJoin(join)
                .build();
        app.host().hop(app.parts().stores().open(request), this::onOpened);
    }

    /** The client, which was told that it is bound, is back; it may have another cursor by now. */
    void resume(@Nullable BroadcastCursor cursor) {
        given = cursor;
    }

    /** The back end changed groups of the user. */
    void reload() {
        stale = true;
    }

    private void onOpened(@Nullable OpenEndpointReply opened, @Nullable Throwable failure) {
        if (member.hasEnded()) {
            return;
        }
        if (opened == null) {
            onFailed(failure);
        } else if (!isSound(opened)) {
            onFailed(HawserException.refusal(
                    ErrorCode.INTERNAL, "endpoint: " + opened + " (expected: numbers of a log)"));
        } else if (isStale(opened)) {
            ask();
        } else {
            reply = opened;
            start = StartingPoint.of(given, opened, app.config());
            if (bound) {
                member.comeLate(opened, start);
                tellRefusedJoin();
            } else {
                ready();
            }
        }
    }

    /** Who begins at a number that is none examines the log for ever. */
    private static boolean isSound(OpenEndpointReply opened) {
        return opened.getWatermark() >= 0 && opened.getTrimmedTo() >= 0 && opened.getChanged() >= 0;
    }

    private boolean isStale(OpenEndpointReply opened) {
        return stale || (early && app.misses(opened.getChanged()));
    }

    private void onFailed(@Nullable Throwable failure) {
        app.parts().meters().openFailed(failure);
        if (!join.isEmpty() && failure instanceof HawserException refusal && isRefused(refusal.code())) {
            refusedJoin = refusal;
            join = List.of();
        }
        againMs = app.host().nowMs() + app.host().backoffMs(failures++);
        member.binding().wakeAt(againMs);
        ready();
    }

    /** Asked again, it would say so again. RESOURCE_EXHAUSTED is of a queue that is full, and passes. */
    private static boolean isRefused(ErrorCode code) {
        return code == ErrorCode.INVALID_ARGUMENT || code == ErrorCode.FAILED_PRECONDITION;
    }

    private void ready() {
        Runnable ready = whenReady;
        whenReady = null;
        if (ready != null) {
            ready.run();
        }
    }

    void describe(Bound.Builder to) {
        if (reply != null && start != null) {
            to.setCursor(start.cursor()).setBroadcastsLostTo(start.lostTo());
            reply.getMembershipsList().forEach(membership -> to.addGroups(membership.getGroup()));
        } else if (given != null) {
            to.setCursor(given);
        }
    }

    /** BOUND was said. */
    void begin() {
        bound = true;
        if (reply == null || start == null) {
            app.parts().meters().unopened().increment();
        } else if (isStale(reply)) {
            // Changed between the answer and BOUND: told again once it is known.
            member.comeOn(reply, start);
            member.reload();
        } else {
            member.comeOn(reply, start);
        }
        tellRefusedJoin();
    }

    private void tellRefusedJoin() {
        HawserException refusal = refusedJoin;
        if (refusal != null && member.isOn()) {
            refusedJoin = null;
            member.refuseJoin(0, refusal.code(), String.valueOf(refusal.getMessage()));
        }
    }

    /** Does what is due, and returns when there is more to do; 0: nothing is planned. */
    long onDue(long nowMs) {
        if (againMs != 0 && againMs <= nowMs) {
            ask();
        }
        return againMs;
    }
}
