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

/**
 * A binding as a listener to its app's log: what of it is settled, and what is under way.
 *
 * <p>Each entry is examined once, in the log's order: with all other members when the event loop comes to it, or by the
 * member alone while it is behind (it has just come, its client does not keep up, its groups are asked for). What is for
 * it is written, or waits for its pace as a bit in {@link #waiting}. A member for whom all is settled up to where the app
 * is has no {@link Reading}: a broadcast that is not for it does not touch it.
 *
 * <p>What the client knows is {@link #told}, its cursor's low. It moves by SYNC alone, and never past what was written
 * and not acknowledged: what a client has in hand is above its low, or was told to be missing. So a cursor that comes
 * back says for each entry whether it was had.
 */
final class Member implements Broadcasts.Listener {
    /** Acknowledged broadcasts above the client's low after which it is told a new one at once. */
    private static final int TELL_AT = 16;
    /** A client that nothing was for is told its cursor now and then, lest the log be trimmed above it. */
    private static final long TELL_LAG = 256;

    private enum Phase {
        OPENING,
        ON,
        ENDED
    }

    private final LocalApp app;
    private final Attached binding;
    private List<String> tokenGroups;
    private @Nullable Opening opening;
    private @Nullable GroupCalls calls;
    private @Nullable Memberships memberships;
    private @Nullable Reading reading;

    private Phase phase = Phase.OPENING;
    private byte fruitless;
    private boolean moved;
    private int place;
    /** Newest entry that was examined with others; may be below where the app is. */
    private long mark;

    private long told;
    /** Open entries of the app that are for it, a bit for each of their places. */
    private long waiting;

    Member(LocalApp app, Attached binding, Bind bind, List<String> tokenGroups, List<String> clientGroups) {
        this.app = app;
        this.binding = binding;
        this.tokenGroups = tokenGroups;
        this.opening = new Opening(this, app, bind);
        app.attach(clientGroups);
    }

    Attached binding() {
        return binding;
    }

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
        told = start.low();
        fruitless = (byte) Math.min(start.fruitless(), Byte.MAX_VALUE);
        place = app.enter(this);
        memberships =
                reply.getMembershipsCount() == 0 ? null : Memberships.enter(this, reply.getMembershipsList(), app);
        reading = startReading(start);
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

    private Reading startReading(StartingPoint start) {
        Reading begun = new Reading();
        begun.behind = true;
        begun.examined = start.low();
        start.seen().forEach(begun.seenBefore::add);
        start.missing().forEach(begun.owed::add);
        long heldMs =
                start.heldUntilMs() == 0 ? 0 : start.heldUntilMs() - app.host().wallMs();
        if (heldMs > 0) {
            app.parts().meters().heldBack().increment();
            begun.heldUntilMs = app.host().nowMs() + heldMs;
            binding.wakeAt(begun.heldUntilMs);
        }
        if (start.isNew()) {
            saveSoon(begun);
        }
        return begun;
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

    private void dropWhatIsNotForIt() {
        app.forEachOpen(waiting, open -> {
            if (!isFor(open.entry())) {
                stopWaiting(open);
            }
        });
        if (reading != null) {
            Reading present = reading;
            for (int i = present.owed.size() - 1; i >= 0; i--) {
                Entry entry = app.find(present.owed.get(i));
                if (entry != null && !isFor(entry)) {
                    present.owed.removeAt(i);
                }
            }
        }
    }

    private void oweWhatWasPassed(List<Membership> groups, @Nullable Memberships before) {
        long since = Long.MAX_VALUE;
        for (Membership joined : groups) {
            if (before == null || !before.holds(joined.getGroup())) {
                since = Math.min(since, joined.getSinceBseq());
            }
        }
        long examined = examined();
        if (since < examined) {
            Reading present = reading();
            if (present.recheckTo < examined) {
                present.recheckedBefore = present.recheckTo == 0 ? before : present.recheckedBefore;
                present.recheckTo = examined;
            }
            present.examined = since;
            present.behind = true;
        }
    }

    /** What was for one of the groups of the first time was given then, or is settled. */
    private void recheck(Reading present, Entry entry) {
        Memberships before = present.recheckedBefore;
        boolean wasForIt = entry.isForAll() || (before != null && before.match(entry));
        if (!wasForIt && isFor(entry) && !present.knows(entry.bseq())) {
            present.owed.add(entry.bseq());
            present.tellMissing |= entry.bseq() <= told;
        }
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

    // Examining.

    /** All up to here was examined. */
    private long examined() {
        return reading != null && reading.behind ? reading.examined : Math.max(mark, app.offered());
    }

    boolean isFor(Entry entry) {
        return entry.isForAll() || (memberships != null && memberships.match(entry));
    }

    /** The event loop has come to the entry. Returns whether it is for the member. */
    boolean offer(Entry entry) {
        if (mark >= entry.bseq() || (reading != null && reading.behind)) {
            return false;
        }
        mark = entry.bseq();
        if (!take(entry)) {
            fallBehind(entry.bseq() - 1);
        }
        return isFor(entry);
    }

    private void fallBehind(long examined) {
        app.parts().meters().behind().increment();
        Reading present = reading();
        present.behind = true;
        present.examined = examined;
    }

    /** Gives what is owed, and examines what was not examined, as far as may be. */
    void advance() {
        Reading present = reading;
        if (phase != Phase.ON || present == null || !app.isStarted() || isHeld(present)) {
            return;
        }
        giveOwed(present);
        while (present.behind) {
            long next = present.examined + 1;
            if (next > app.reached()) {
                present.behind = false;
                mark = Math.max(mark, present.examined);
            } else if (!app.holds(next)) {
                app.wantRead(this);
                break;
            } else {
                Entry entry = app.find(next);
                if (entry != null && next <= present.recheckTo) {
                    recheck(present, entry);
                } else if (entry != null && !take(entry)) {
                    break;
                }
                present.examined = next;
            }
        }
        if (present.recheckTo != 0 && present.examined >= present.recheckTo) {
            present.recheckTo = 0;
            present.recheckedBefore = null;
            giveOwed(present);
        }
        forgetIfSettled();
    }

    private boolean isHeld(Reading present) {
        return present.reloading || present.heldUntilMs != 0;
    }

    private void giveOwed(Reading present) {
        if (present.tellMissing) {
            tell(present);
        }
        int at = 0;
        while (at < present.owed.size() && !present.tellMissing) {
            long bseq = present.owed.get(at);
            if (!app.holds(bseq)) {
                app.wantRead(this);
                at++;
                continue;
            }
            present.owed.removeAt(at);
            Entry entry = app.find(bseq);
            if (entry != null && !take(entry)) {
                present.owed.add(bseq);
                return;
            }
        }
    }

    /** The lowest number that is not held and is wanted; 0: none. */
    long wanted() {
        Reading present = reading;
        if (phase != Phase.ON || present == null) {
            return 0;
        }
        for (int i = 0; i < present.owed.size(); i++) {
            if (!app.holds(present.owed.get(i))) {
                return present.owed.get(i);
            }
        }
        return present.behind && present.examined < app.reached() && !app.holds(present.examined + 1)
                ? present.examined + 1
                : 0;
    }

    /** Examines the entry. Returns false where it is to be examined again. */
    private boolean take(Entry entry) {
        if (!isFor(entry)) {
            return true;
        }
        if (reading != null && reading.knows(entry.bseq())) {
            if (reading.seenBefore.remove(entry.bseq()) && entry.bseq() > told) {
                reading.acknowledged.add(entry.bseq());
                tellSoon(reading);
            }
            return true;
        }
        if (entry.isDead(app.host().wallMs())) {
            return true;
        }
        if (entry.mustWait()) {
            return startWaiting(entry);
        }
        return give(entry);
    }

    private boolean startWaiting(Entry entry) {
        OpenEntry open = app.open(entry);
        if (open == null) {
            app.stall(this);
            return false;
        }
        if ((waiting & open.bit()) == 0) {
            waiting |= open.bit();
            open.waits(1);
        }
        return true;
    }

    private void stopWaiting(OpenEntry open) {
        if ((waiting & open.bit()) != 0) {
            waiting &= ~open.bit();
            open.waits(-1);
        }
    }

    boolean waitsFor(OpenEntry open) {
        return (waiting & open.bit()) != 0;
    }

    /** The entry is nobody's any more. */
    void giveUp(OpenEntry open) {
        stopWaiting(open);
    }

    /**
     * Its turn has come. A client that cannot take it now gets it as soon as it can: its pace was granted.
     *
     * @return whether it was written
     */
    boolean serve(OpenEntry open) {
        if (give(open.entry())) {
            stopWaiting(open);
            return true;
        }
        Reading present = reading();
        if (present.owed.size() < BroadcastConfig.MAX_NAMED) {
            stopWaiting(open);
            present.owed.add(open.entry().bseq());
        }
        return false;
    }

    // Giving.

    private boolean give(Entry entry) {
        if (!canTake()) {
            return false;
        }
        binding.write(app.frame(entry));
        wrote(entry.bseq());
        binding.forEachSibling(sibling -> {
            if (sibling.listener() instanceof Member other && other.app == app) {
                other.hadWithSibling(entry);
            }
        });
        return true;
    }

    private boolean canTake() {
        return binding.isWritable() && (reading == null || (!isHeld(reading) && hasRoom(reading)));
    }

    private boolean hasRoom(Reading present) {
        int named = present.written.size() + present.acknowledged.size() + present.seenBefore.size();
        return present.written.isEmpty() || named < app.config().window();
    }

    private void wrote(long bseq) {
        Reading present = reading();
        if (present.written.isEmpty()) {
            present.firstWrittenMs = app.host().nowMs();
        }
        present.written.add(bseq);
        app.tally(bseq).sent();
        app.parts().meters().written().increment();
    }

    /** The connection was given it for another binding, and its client hands it to this one as well. */
    private void hadWithSibling(Entry entry) {
        long bseq = entry.bseq();
        if (phase != Phase.ON || !isFor(entry) || (reading != null && reading.knows(bseq))) {
            return;
        }
        OpenEntry open = app.findOpen(bseq);
        boolean waits = open != null && waitsFor(open);
        boolean owed = reading != null && reading.owed.contains(bseq);
        boolean settled = bseq <= examined() && !waits && !owed;
        if (settled || !hasRoom(reading())) {
            return;
        }
        if (open != null) {
            stopWaiting(open);
        }
        reading().owed.remove(bseq);
        wrote(bseq);
    }

    @Override
    public void onWritable() {
        goOn();
    }

    private void goOn() {
        Reading present = reading;
        if (present != null && (present.behind || !present.owed.isEmpty())) {
            app.heal(this);
        }
    }

    /** Whether this crowd is the first of these groups that it is in, and no other binding of its connection comes first. */
    boolean isMetFirstIn(Crowd crowd, List<String> groups) {
        for (String group : groups) {
            if (!group.equals(crowd.name()) && memberships != null && memberships.holds(group)) {
                return false;
            }
            if (group.equals(crowd.name())) {
                break;
            }
        }
        return !binding.hasEarlierSibling(sibling -> sibling.listener() instanceof Member other
                && other.app == app
                && other.isOn()
                && (groups.isEmpty() || other.isInAny(groups)));
    }

    private boolean isInAny(List<String> groups) {
        return memberships != null && groups.stream().anyMatch(memberships::holds);
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
        Reading present = reading;
        if (present != null && acknowledge(present, cursor)) {
            moved = true;
            fruitless = 0;
            saveSoon(present);
            tellSoon(present);
            goOn();
        }
    }

    private boolean acknowledge(Reading present, BroadcastCursor cursor) {
        boolean any = false;
        for (int i = present.written.size() - 1; i >= 0; i--) {
            long bseq = present.written.get(i);
            if (had(bseq, cursor)) {
                any = true;
                present.written.removeAt(i);
                if (bseq > told) {
                    present.acknowledged.add(bseq);
                }
                app.tally(bseq).acknowledged();
                app.parts().meters().acknowledged().increment();
            }
        }
        return any;
    }

    /** A low beyond what it was told is the client's invention. */
    private boolean had(long bseq, BroadcastCursor cursor) {
        boolean below = bseq <= told && Long.compareUnsigned(bseq, cursor.getLow()) <= 0;
        return below
                ? !cursor.getMissingList().contains(bseq)
                : cursor.getSeenList().contains(bseq);
    }

    private void tellSoon(Reading present) {
        if (present.acknowledged.size() > TELL_AT) {
            tell(present);
        } else if (!present.acknowledged.isEmpty()) {
            tellLater(present);
        }
    }

    private void tellLater(Reading present) {
        if (present.tellMs == 0) {
            present.tellMs = app.host().nowMs() + app.config().tellAfter().toMillis();
            binding.wakeAt(present.tellMs);
        }
    }

    /** Tells the client its cursor, where it is another one than before. */
    private void tell(Reading present) {
        present.tellMs = 0;
        long low = settledTo(present);
        Numbers missing = open(low);
        if (missing.size() > BroadcastConfig.MAX_NAMED) {
            low = missing.get(BroadcastConfig.MAX_NAMED) - 1;
        }
        if (calls != null && !calls.isIdle()) {
            // What is joined meanwhile counts from now on at the earliest: so all of it is above what the client is
            // told.
            tellLater(present);
        } else if (low > told || (low == told && present.tellMissing)) {
            tell(low, missing);
            present.acknowledged.removeUpTo(low);
            present.tellMissing = false;
        }
    }

    private void tell(long low, Numbers missing) {
        BroadcastCursor.Builder cursor = BroadcastCursor.newBuilder().setLow(low);
        for (int i = 0; i < missing.size() && missing.get(i) <= low; i++) {
            cursor.addMissing(missing.get(i));
        }
        told = low;
        app.parts().meters().cursorsTold().increment();
        send(Sync.newBuilder().setBinding(binding.number()).setCursor(cursor).build());
    }

    /** All up to here was examined, and is not in the client's hands. */
    private long settledTo(Reading present) {
        return present.written.isEmpty() ? examined() : Math.min(examined(), present.written.first() - 1);
    }

    /** What is to come yet, up to here. */
    private Numbers open(long upTo) {
        Numbers open = new Numbers();
        app.forEachOpen(waiting, waitedFor -> {
            if (waitedFor.entry().bseq() <= upTo) {
                open.add(waitedFor.entry().bseq());
            }
        });
        if (reading != null) {
            addUpTo(upTo, reading.owed, open);
        }
        return open;
    }

    private static void addUpTo(long upTo, Numbers some, Numbers to) {
        for (int i = 0; i < some.size() && some.get(i) <= upTo; i++) {
            to.add(some.get(i));
        }
    }

    private void saveSoon(Reading present) {
        if (present.saveMs == 0) {
            present.saveMs = app.host().nowMs() + app.giveOrTake(app.config().saveEvery());
            binding.wakeAt(present.saveMs);
        }
    }

    private void save(Reading present) {
        present.saveMs = 0;
        long low = Math.max(told, settledTo(present));
        Numbers missing = open(low);
        addUpTo(low, present.written, missing);
        if (missing.size() > BroadcastConfig.MAX_NAMED) {
            low = missing.get(BroadcastConfig.MAX_NAMED) - 1;
        }
        app.saveCursor(binding, low, present.acknowledged, missing, fruitless);
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
        if (isDue(present.tellMs, nowMs)) {
            tell(present);
        }
        if (isDue(present.saveMs, nowMs)) {
            save(present);
        }
        forgetIfSettled();
        return Math.min(
                Math.min(dueMs, planned(present.heldUntilMs)),
                Math.min(planned(present.tellMs), planned(present.saveMs)));
    }

    private void tellLag() {
        if (phase == Phase.ON && calls == null && examined() - told > TELL_LAG) {
            long low = examined();
            Numbers missing = open(low);
            if (missing.size() <= BroadcastConfig.MAX_NAMED) {
                tell(low, missing);
            }
        }
    }

    private static boolean isDue(long planned, long nowMs) {
        return planned != 0 && planned <= nowMs;
    }

    private static long planned(long dueMs) {
        return dueMs == 0 ? Long.MAX_VALUE : dueMs;
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

    private void saveAtLast(Reading present) {
        boolean givenInVain = !moved
                && !present.written.isEmpty()
                && app.host().nowMs() - present.firstWrittenMs
                        >= app.config().fruitlessAfter().toMillis();
        if (givenInVain) {
            fruitless = (byte) Math.min(fruitless + 1, Byte.MAX_VALUE);
            app.parts().meters().fruitless().increment();
        }
        if (givenInVain || present.saveMs != 0) {
            save(present);
        }
    }

    /** The log is another one: what was settled says nothing of it. */
    void reset(long watermark) {
        waiting = 0;
        mark = watermark;
        reading = null;
        tell(watermark, new Numbers());
    }

    private Reading reading() {
        if (reading == null) {
            reading = new Reading();
        }
        return reading;
    }

    private void forgetIfSettled() {
        if (reading != null && reading.isSettled()) {
            reading = null;
        }
    }

    private void send(Sync sync) {
        binding.send(FrameType.SYNC, sync);
    }

    private void send(Groups groups) {
        binding.send(FrameType.GROUPS, groups);
    }
}
