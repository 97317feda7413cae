package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.rpc.v1.ChangeGroupsReply;
import io.hawser.rpc.v1.ChangeGroupsRequest;
import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Join;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What a member asks of the store about its groups once it is there: one question at a time, so that the last answer is
 * the newest.
 */
final class GroupCalls {
    private final Member member;
    private final LocalApp app;
    private final Queue<Join> joins = new ArrayDeque<>(2);
    private boolean reload;
    private boolean busy;
    private int failures;
    /** When to ask again; 0: not planned. */
    private long againMs;

    GroupCalls(Member member, LocalApp app) {
        this.member = member;
        this.app = app;
    }

    boolean isIdle() {
        return !busy && !reload && joins.isEmpty();
    }

    /** Returns false where too many wait. */
    boolean join(Join join) {
        if (joins.size() >= app.config().joinsWaiting()) {
            return false;
        }
        joins.add(join);
        next();
        return true;
    }

    /** Groups changed elsewhere. */
    void reload() {
        reload = true;
        next();
    }

    private void next() {
        if (busy || member.hasEnded()) {
            return;
        }
        Join join = joins.poll();
        if (join != null) {
            busy = true;
            change(join);
        } else if (reload && againMs == 0) {
            busy = true;
            app.reloads().submit(this::askAgain);
        }
    }

    private void change(Join join) {
        Attached binding = member.binding();
        ChangeGroupsRequest request = ChangeGroupsRequest.newBuilder()
                .setApp(binding.app())
                .setUser(binding.user())
                .setDevice(binding.device())
                .addAllJoin(join.getJoinList())
                .addAllLeave(join.getLeaveList())
                .build();
        app.host().hop(app.parts().stores().change(request), (reply, failure) -> onChanged(join, reply, failure));
    }

    private void onChanged(Join join, @Nullable ChangeGroupsReply reply, @Nullable Throwable failure) {
        busy = false;
        if (member.hasEnded()) {
            return;
        }
        if (reply != null) {
            member.belongTo(reply.getMembershipsList(), join.getRequest(), true);
        } else {
            ErrorCode code = failure instanceof HawserException refusal ? refusal.code() : ErrorCode.INTERNAL;
            member.refuseJoin(join.getRequest(), code, failure == null ? "" : String.valueOf(failure.getMessage()));
            // It may have been done all the same.
            reload = true;
        }
        next();
    }

    private void askAgain() {
        reload = false;
        Attached binding = member.binding();
        OpenEndpointRequest request = OpenEndpointRequest.newBuilder()
                .setApp(binding.app())
                .setUser(binding.user())
                .setDevice(binding.device())
                .build();
        app.parts().meters().reloads().increment();
        app.host().hop(app.parts().stores().open(request), this::onReloaded);
    }

    private void onReloaded(@Nullable OpenEndpointReply reply, @Nullable Throwable failure) {
        busy = false;
        app.reloads().finished();
        if (member.hasEnded()) {
            return;
        }
        if (reply == null) {
            app.parts().meters().openFailed(failure);
            reload = true;
            againMs = app.host().nowMs() + app.host().backoffMs(failures++);
            member.binding().wakeAt(againMs);
        } else if (!reload) {
            failures = 0;
            member.belongTo(reply.getMembershipsList(), 0, false);
            member.reloaded();
        }
        next();
    }

    /** Does what is due, and returns when there is more to do; 0: nothing is planned. */
    long onDue(long nowMs) {
        if (againMs != 0 && againMs <= nowMs) {
            againMs = 0;
            next();
        }
        return againMs;
    }
}
