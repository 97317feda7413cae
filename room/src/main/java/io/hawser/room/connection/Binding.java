package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import io.hawser.room.token.Permit;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.Session;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Join;
import io.hawser.wire.v1.Resume;
import io.hawser.wire.v1.Sync;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint attached to a connection, from the accepted BIND to its end.
 *
 * <p>It tells the register first, then opens its mailbox, then says BOUND and streams (rule R3: whoever appends after
 * the look-up finds the session; what was appended before is found by the load). Each answer may meet a binding that has
 * ended meanwhile, and then only undoes what it did.
 */
final class Binding extends Attachment {
    private enum State {
        ENTERING,
        OPENING,
        LIVE,
        /** As LIVE, while its mailbox is opened again. */
        REOPENING,
        LEAVING,
        ENDED
    }

    /** Of one that is parked, but for its messages, about. */
    private static final int PARKED_BYTES = 1_024;

    private final Registration registration;
    private final Stream stream;
    private final TokenLife token;

    private final Broadcasts.@Nullable Listener listener;

    private State state = State.ENTERING;
    /** The mailbox's part of BOUND, until the broadcasts' part is there. */
    private @Nullable OpenMailboxReply opened;
    /** From which the mailbox is opened. */
    private long position;

    private boolean broadcastsReady;
    private byte failedOpens;
    /** When to try again to open the mailbox; 0: not planned. */
    private long openAgainMs;
    /** When to open it again though it is open. */
    private long seenAgainMs = Wheel.NEVER;

    /** @throws HawserException where BIND names groups that the client may not join */
    Binding(Connection connection, ConnectionLoop loop, Bind bind, App app, String mailbox, Permit permit) {
        super(connection, loop, bind, app, mailbox);
        this.registration = new Registration(this, loop);
        this.stream = new Stream(this, connection.out(), loop);
        this.token = new TokenLife(this, loop, permit.expiresMs());
        this.position = bind.getPosition();
        this.listener = loop.broadcasts().admit(this, app, bind, permit.groups());
    }

    @Override
    public Broadcasts.@Nullable Listener listener() {
        return listener;
    }

    Registration registration() {
        return registration;
    }

    @Override
    public boolean isLive() {
        return state == State.LIVE || state == State.REOPENING;
    }

    /** Its mailbox is being removed, as the client asked. */
    boolean isLeaving() {
        return state == State.LEAVING;
    }

    /** BIND was accepted, BOUND not yet said. */
    boolean isUnderWay() {
        return state == State.ENTERING || state == State.OPENING;
    }

    // Coming.

    void begin() {
        registration.enter();
    }

    /** The register has answered, or was waited for in vain. */
    void onEntered() {
        if (state == State.ENTERING) {
            state = State.OPENING;
            open();
            if (listener != null) {
                listener.ask(this::onBroadcastsReady);
            }
        } else if (registration.isRegistered()) {
            stream.check();
        }
    }

    void onRefused(HawserException refusal) {
        ErrorCode code = refusal.code();
        int retryAfterMs = loop.waits().retryAfterMs(code);
        connection().unbind(this, code, String.valueOf(refusal.getMessage()), retryAfterMs);
    }

    private void open() {
        openAgainMs = 0;
        loop.hop(loop.mailboxes().open(reader().open(position)), this::onOpened);
    }

    private void onOpened(@Nullable OpenMailboxReply reply, @Nullable Throwable failure) {
        if (state != State.OPENING && state != State.REOPENING) {
            return;
        }
        if (reply == null) {
            onOpenFailed(failure);
            return;
        }
        failedOpens = 0;
        if (state == State.REOPENING) {
            state = State.LIVE;
            onReopened(reply);
        } else if (listener == null || broadcastsReady) {
            onFirstOpened(reply);
        } else {
            opened = reply;
        }
    }

    private void onBroadcastsReady() {
        broadcastsReady = true;
        OpenMailboxReply reply = opened;
        if (reply != null) {
            opened = null;
            onFirstOpened(reply);
        }
    }

    private void onFirstOpened(OpenMailboxReply reply) {
        state = State.LIVE;
        Bound.Builder bound = bound(reply.getPosition(), reply.getHead()).setReset(reply.getReset());
        connection().onBound(this, bound.build());
        stream.open(reply.getPosition(), reply);
        planSeen();
        wakeAt(Math.min(token.dueMs(), seenAgainMs));
        if (listener != null) {
            listener.begin();
        }
    }

    private Bound.Builder bound(long from, long head) {
        Bound.Builder bound = Bound.newBuilder()
                .setBinding(number())
                .setPosition(from)
                .setHead(head)
                .setWindow(loop.config().window())
                .setTokenExpiresMs(token.expiresMs())
                .setMaxUplinkBytes(loop.uplinks().maxBodyBytes(app()));
        if (listener != null) {
            listener.describe(bound);
        }
        return bound;
    }

    /**
     * Opens the mailbox again where the saver knows no such one: it was answered from memory that was lost before it was
     * on disk, or somebody removed it. Without it nothing would come to this client any more, and nobody would notice.
     * What failed is repeated in any case, and finds it then.
     */
    void reopenIfGone(@Nullable Throwable failure) {
        boolean gone = failure instanceof HawserException refusal && refusal.code() == ErrorCode.NOT_FOUND;
        if (gone && state == State.LIVE) {
            state = State.REOPENING;
            loop.meters().reopened();
            position = stream.lastWritten();
            open();
        }
    }

    private void planSeen() {
        seenAgainMs = loop.nowMs()
                + loop.waits().aboutMs((int) loop.config().seenEvery().toMillis());
    }

    /** A mailbox is seen when it is opened. One that gets no messages would count as absent, as soon as nobody is bound. */
    private void tellSeen() {
        planSeen();
        loop.hop(loop.mailboxes().open(reader().open(stream.lastWritten())), this::onSeen);
    }

    /** What failed is done in the next turn: some may fail before a mailbox counts as absent. */
    private void onSeen(@Nullable OpenMailboxReply reply, @Nullable Throwable failure) {
        if (reply == null) {
            loop.meters().openFailed(failure);
        } else if (state == State.LIVE && (reply.getCreated() || reply.getReset())) {
            loop.meters().reopened();
            onReopened(reply);
        }
    }

    private void onReopened(OpenMailboxReply reply) {
        if (reply.getReset()) {
            int retryAfterMs = loop.waits().retryAfterMs(ErrorCode.UNAVAILABLE);
            connection().unbind(this, ErrorCode.UNAVAILABLE, "mailbox: its history is lost", retryAfterMs);
        } else {
            stream.reopened(reply.getAcknowledged(), reply.getHead());
        }
    }

    private void onOpenFailed(@Nullable Throwable failure) {
        loop.meters().openFailed(failure);
        if (failure instanceof HawserException refusal && !mayPass(refusal.code())) {
            onRefused(refusal);
        } else if (++failedOpens < loop.config().openAttempts()) {
            openAgainMs = loop.nowMs() + loop.backoffMs(failedOpens);
            wakeAt(openAgainMs);
        } else {
            onRefused(HawserException.refusal(ErrorCode.UNAVAILABLE, "mailbox: not reached"));
        }
    }

    /** The saver was not reached, or is about to be another. All else it would say again. */
    private static boolean mayPass(ErrorCode code) {
        return code == ErrorCode.UNAVAILABLE || code == ErrorCode.DEADLINE_EXCEEDED || code == ErrorCode.NOT_OWNER;
    }

    // Being there.

    /** NOT_HERE is for good, and has whoever pushed take it out of the register: so only once it has ended. */
    PushOutcome push(long prev, long seq, ByteString content) {
        return switch (state) {
            case ENDED -> PushOutcome.NOT_HERE;
            // Should its mailbox not be forgotten, it lives on, and looks into it.
            case LEAVING -> seq == 0 ? PushOutcome.DROPPED : PushOutcome.BEHIND;
            case ENTERING, OPENING, LIVE, REOPENING ->
                seq == 0 ? stream.pushTransient(content) : stream.push(prev, seq, content);
        };
    }

    /** Returns false where that was not sent. */
    boolean acknowledge(long seq) {
        return stream.acknowledge(seq);
    }

    void onWritable() {
        stream.onWritable();
        if (listener != null) {
            listener.onWritable();
        }
    }

    void sync(Sync sync) {
        if (listener == null) {
            refuse(ErrorCode.UNIMPLEMENTED, "SYNC: not served");
        } else {
            listener.onSync(sync);
        }
    }

    void join(Join join) {
        if (listener == null) {
            refuse(ErrorCode.UNIMPLEMENTED, "JOIN: not served");
        } else {
            listener.onJoin(join);
        }
    }

    /** Whoever pushes may not have known of it for a while: what came meanwhile was not pushed. */
    void checkMailbox() {
        stream.check();
    }

    void renewToken(Permit permit) {
        token.renew(permit.expiresMs());
        wakeAt(token.dueMs());
        if (listener != null) {
            listener.onTokenRenewed(permit.groups());
        }
    }

    /** Does what is due, and returns when there is more to do. May end the binding. */
    long onDue(long nowMs) {
        if (openAgainMs != 0 && openAgainMs <= nowMs) {
            open();
        }
        if (isLive()) {
            token.check();
        }
        if (state == State.ENDED) {
            return Wheel.NEVER;
        }
        if (state == State.LIVE && seenAgainMs <= nowMs) {
            tellSeen();
        }
        // A token that ends before the binding lives is looked at once it does.
        long tokenDueMs = isLive() ? token.dueMs() : Wheel.NEVER;
        long openDueMs = openAgainMs == 0 ? Wheel.NEVER : openAgainMs;
        long seenDueMs = state == State.LIVE ? seenAgainMs : Wheel.NEVER;
        long ownDueMs = Math.min(openDueMs, Math.min(seenDueMs, tokenDueMs));
        long listenerDueMs = listener == null ? Wheel.NEVER : listener.onDue(nowMs);
        return Math.min(Math.min(ownDueMs, listenerDueMs), Math.min(registration.onDue(nowMs), stream.onDue(nowMs)));
    }

    // Away, and back.

    /** The client is away; what it sent and was not answered it sends again. */
    void park() {
        stream.rememberGiven();
        loop.uplinks().onEnded(this);
        loop.pulls().onEnded(this);
    }

    /** What it takes while it is parked, about. */
    int parkedBytes() {
        return PARKED_BYTES + stream.heldBytes();
    }

    /** The same installation is back, which is at this position: whether it is one that was given here. */
    boolean mayResume(Resume at) {
        return Long.compareUnsigned(at.getPosition(), stream.lastWritten()) <= 0;
    }

    /** The client is back, and knows of what it says. The register is asked behind its back whether all is as it was. */
    void resume(Resume at) {
        long from = stream.resume(at.getPosition());
        token.tellAgain();
        if (listener != null) {
            listener.resume(at.hasCursor() ? at.getCursor() : null);
        }
        send(FrameType.BOUND, bound(from, stream.head()).build());
        onWritable();
        registration.confirm();
        wakeAt(token.dueMs());
    }

    /** Its client has messages in hand. */
    boolean awaitsWord() {
        return stream.awaitsWord();
    }

    // Going.

    /** The endpoint logs out for good: its mailbox goes first, then the binding. */
    void forget() {
        state = State.LEAVING;
        stream.tellTaken();
        loop.hop(loop.mailboxes().forget(reader().forget()), this::onForgotten);
    }

    private void onForgotten(@Nullable ForgetMailboxReply reply, @Nullable Throwable failure) {
        if (state != State.LEAVING) {
            return;
        }
        if (reply != null) {
            stream.forgotten();
            connection().unbind(this, null, "", 0);
        } else {
            state = State.LIVE;
            connection().refuse(ErrorCode.UNAVAILABLE, "mailbox: not forgotten", number());
            wakeAt(token.dueMs());
            stream.check();
        }
    }

    /** Called by the connection, which has forgotten it: nobody finds it any more. */
    void end(EndReason why) {
        state = State.ENDED;
        stream.close();
        registration.end(why);
        if (listener != null) {
            listener.end();
        }
        loop.uplinks().onEnded(this);
        loop.pulls().onEnded(this);
    }

    /** What the register is told, but for the stamp. */
    Session.Builder describe() {
        return reader().session().setLocation(location());
    }
}
