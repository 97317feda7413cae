package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Broadcasts;
import io.hawser.rpc.v1.Membership;
import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Groups;
import io.hawser.wire.v1.Join;
import io.hawser.wire.v1.Sync;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A binding as a member of its app: how it comes, which groups it is in, and how it goes. */
final class Member extends Listening implements Broadcasts.Listener {
    private enum Phase {
        OPENING,
        ON,
        ENDED
    }

    private List<String> tokenGroups;
    private @Nullable Opening opening;
    private @Nullable GroupCalls calls;
    private Phase phase = Phase.OPENING;
    private int place;

    Member(LocalApp app, Attached binding, Bind bind, List<String> tokenGroups, List<String> clientGroups) {
        super(app, binding);
        this.tokenGroups = tokenGroups;
        this.opening = new Opening(this, app, bind);
        app.attach(clientGroups);
    }

    @Override
    boolean isOn() {
        return phase == Phase.ON;
    }

    boolean hasEnded() {
        return phase == Phase.ENDED;
    }

    int place() {
        return place;
    }

    void movedTo(int newPlace) {
        place = newPlace;
    }

    void movedIn(Crowd crowd, int newPlace) {
        if (memberships != null) {
            memberships.moved(crowd, newPlace);
        }
    }

    // Coming.

    @Override
    public void ask(Runnable whenReady) {
        if (opening != null) {
            opening.ask(whenReady);
        }
    }

    @Override
    public void describe(Bound.Builder bound) {
        if (opening != null) {
            opening.describe(bound);
        } else {
            bound.setCursor(cursor()).addAllGroups(names());
        }
    }

    @Override
    public void begin() {
        if (opening != null) {
            opening.begin();
        }
    }

    /** Groups and cursor were known when BOUND was said. */
    void comeOn(OpenEndpointReply reply, StartingPoint start) {
        phase = Phase.ON;
        opening = null;
        place = app.crowds().enter(this);
        memberships =
                reply.getMembershipsCount() == 0 ? null : Memberships.enter(this, reply.getMembershipsList(), app);
        reading = beginAt(start);
        reading.knownAtChange = reply.getChanged();
        if (start.isReset()) {
            app.parts().meters().cursorsReset().increment();
        }
        advance();
    }

    /** They became known after BOUND was said without them. */
    void comeLate(OpenEndpointReply reply, StartingPoint start) {
        send(Sync.newBuilder()
                .setBinding(binding.number())
                .setCursor(start.cursor())
                .build());
        comeOn(reply, start);
        tellGroups(0);
    }

    @Override
    public void resume(@Nullable BroadcastCursor cursor) {
        if (opening != null) {
            opening.resume(cursor);
        } else if (phase == Phase.ON) {
            goBack(cursor == null || !Permission.isCursor(cursor) ? cursor() : cursor);
        }
    }

    // Groups.

    @Override
    public void onTokenRenewed(List<String> groups) {
        tokenGroups = groups;
    }

    @Override
    public void onJoin(Join join) {
        try {
            Permission.checkNames(join.getLeaveList());
            Permission.check(join.getJoinList(), tokenGroups, app.clientGroups());
            if (phase != Phase.ON) {
                throw HawserException.refusal(ErrorCode.UNAVAILABLE, "groups: not known yet");
            }
            if (!calls().join(join)) {
                throw HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "JOIN: too many under way");
            }
        } catch (HawserException refusal) {
            refuseJoin(join.getRequest(), refusal.code(), String.valueOf(refusal.getMessage()));
        }
    }

    private GroupCalls calls() {
        if (calls == null) {
            calls = new GroupCalls(this, app);
        }
        return calls;
    }

    @Override
    boolean joins() {
        return calls != null && !calls.isIdle();
    }

    void refuseJoin(int request, ErrorCode code, String detail) {
        app.parts().meters().joinRefused(code);
        send(groups(request).setCode(code.number()).setDetail(detail).build());
    }

    /** The back end changed groups of the user: nothing more is given before they are known. */
    void reload() {
        if (opening != null) {
            opening.reload();
        } else if (phase == Phase.ON) {
            Reading present = reading();
            if (!present.behind) {
                present.examined = examined();
                present.behind = true;
            }
            present.reloading = true;
            calls().reload();
        }
    }

    /** The app's log is followed from now on. */
    void beginFollowing() {
        if (reading != null && app.misses(reading.knownAtChange)) {
            reload();
        } else {
            app.heal(this);
        }
    }

    void reloaded() {
        Reading present = reading();
        present.reloading = false;
        advance();
    }

    /** These are all groups now. What was made for new ones since they were joined, and was passed over, is owed. */
    void belongTo(List<Membership> groups, int request, boolean asked) {
        Memberships before = memberships;
        boolean changed =
                !names().equals(groups.stream().map(Membership::getGroup).toList());
        if (before != null) {
            before.leave(app);
        }
        memberships = groups.isEmpty() ? null : Memberships.enter(this, groups, app);
        dropWhatIsNotForIt();
        oweWhatWasPassed(groups, before);
        if (changed || asked) {
            tellGroups(request);
        }
        advance();
    }

    private void tellGroups(int request) {
        send(groups(request).build());
    }

    private Groups.Builder groups(int request) {
        return Groups.newBuilder()
                .setBinding(binding.number())
                .setRequest(request)
                .addAllGroups(names());
    }

    private List<String> names() {
        return memberships == null ? List.of() : memberships.names();
    }

    @Override
    public void onWritable() {
        goOn();
    }

    // The cursor.

    @Override
    public void onSync(Sync sync) {
        BroadcastCursor cursor = sync.getCursor();
        try {
            Permission.check(cursor);
        } catch (HawserException refusal) {
            binding.refuse(refusal.code(), String.valueOf(refusal.getMessage()));
            return;
        }
        if (onCursor(cursor)) {
            goOn();
        }
    }

    // What is due.

    @Override
    public long onDue(long nowMs) {
        long dueMs = Math.min(
                planned(opening == null ? 0 : opening.onDue(nowMs)), planned(calls == null ? 0 : calls.onDue(nowMs)));
        if (calls != null && calls.isIdle()) {
            calls = null;
        }
        Reading present = reading;
        if (present == null) {
            tellLag();
            return dueMs;
        }
        if (isDue(present.heldUntilMs, nowMs)) {
            present.heldUntilMs = 0;
            goOn();
        }
        keepCursor(present, nowMs);
        forgetIfSettled();
        return Math.min(
                Math.min(dueMs, planned(present.heldUntilMs)),
                Math.min(planned(present.tellMs), planned(present.saveMs)));
    }

    // Going.

    @Override
    public void end() {
        boolean wasOn = phase == Phase.ON;
        phase = Phase.ENDED;
        if (wasOn) {
            if (reading != null) {
                saveAtLast(reading);
            }
            if (memberships != null) {
                memberships.leave(app);
            }
            app.forEachOpen(waiting, this::stopWaiting);
        }
        app.leave(this, wasOn);
    }

    Attached binding() {
        return binding;
    }

    private void send(Groups groups) {
        binding.send(FrameType.GROUPS, groups);
    }
}
