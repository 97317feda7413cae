package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.Session;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint attached to a connection, from the accepted BIND to its end.
 *
 * <p>It tells the register first, then opens its mailbox, then says BOUND and streams (rule R3: whoever appends after
 * the look-up finds the session; what was appended before is found by the load). Each answer may meet a binding that has
 * ended meanwhile, and then only undoes what it did.
 */
final class Binding extends SlotChains.Member {
    private enum State {
        ENTERING,
        OPENING,
        LIVE,
        /** As LIVE, while its mailbox is opened again. */
        REOPENING,
        LEAVING,
        ENDED
    }

    private final Connection connection;
    private final ConnectionLoop loop;
    private final Registration registration;
    private final Stream stream;
    private final TokenLife token;
    private final short slot;
    private final int number;
    private final Reader reader;

    private State state = State.ENTERING;
    /** From which the mailbox is opened. */
    private long position;

    private byte failedOpens;
    /** When to try again to open the mailbox; 0: not planned. */
    private long openAgainMs;

    Binding(Connection connection, ConnectionLoop loop, Bind bind, String app, String mailbox, long tokenExpiresMs) {
        this.connection = connection;
        this.loop = loop;
        this.reader = new Reader(loop, bind, app, mailbox);
        this.registration = new Registration(this, loop);
        this.stream = new Stream(this, connection.out(), loop);
        this.token = new TokenLife(this, loop, tokenExpiresMs);
        this.slot = (short) Slot.of(app, bind.getUser());
        this.number = bind.getBinding();
        this.position = bind.getPosition();
    }

    int number() {
        return number;
    }

    Reader reader() {
        return reader;
    }

    @Override
    int slot() {
        return slot;
    }

    Connection connection() {
        return connection;
    }

    Registration registration() {
        return registration;
    }

    boolean isLive() {
        return state == State.LIVE || state == State.REOPENING;
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
        } else if (registration.isRegistered()) {
            stream.check();
        }
    }

    void onRefused(HawserException refusal) {
        ErrorCode code = refusal.code();
        connection.unbind(this, code, String.valueOf(refusal.getMessage()), loop.retryAfterMs(code));
    }

    private void open() {
        openAgainMs = 0;
        loop.hop(loop.mailboxes().open(reader.open(position)), this::onOpened);
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
        boolean again = state == State.REOPENING;
        state = State.LIVE;
        if (again) {
            onReopened(reply);
        } else {
            onFirstOpened(reply);
        }
    }

    private void onFirstOpened(OpenMailboxReply reply) {
        connection.onBound(Bound.newBuilder()
                .setBinding(number)
                .setPosition(reply.getPosition())
                .setHead(reply.getHead())
                .setReset(reply.getReset())
                .setWindow(loop.config().window())
                .setTokenExpiresMs(token.expiresMs())
                .build());
        stream.open(reply.getPosition(), reply.getAcknowledged(), reply.getHead());
        wakeAt(token.dueMs());
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

    private void onReopened(OpenMailboxReply reply) {
        if (reply.getReset()) {
            connection.unbind(this, ErrorCode.UNAVAILABLE, "mailbox: its history is lost", (int) loop.pollMs());
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
    }

    /** Whoever pushes may not have known of it for a while: what came meanwhile was not pushed. */
    void checkMailbox() {
        stream.check();
    }

    void wakeAt(long dueMs) {
        connection.wakeAt(dueMs);
    }

    void renewToken(long expiresMs) {
        token.renew(expiresMs);
        wakeAt(token.dueMs());
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
        // A token that ends before the binding lives is looked at once it does.
        long tokenDueMs = isLive() ? token.dueMs() : Wheel.NEVER;
        long ownDueMs = openAgainMs == 0 ? tokenDueMs : Math.min(openAgainMs, tokenDueMs);
        return Math.min(ownDueMs, Math.min(registration.onDue(nowMs), stream.onDue(nowMs)));
    }

    // Going.

    /** The endpoint logs out for good: its mailbox goes first, then the binding. */
    void forget() {
        state = State.LEAVING;
        loop.hop(loop.mailboxes().forget(reader.forget()), this::onForgotten);
    }

    private void onForgotten(@Nullable ForgetMailboxReply reply, @Nullable Throwable failure) {
        if (state != State.LEAVING) {
            return;
        }
        if (reply != null) {
            connection.unbind(this, null, "", 0);
        } else {
            state = State.LIVE;
            connection.refuse(ErrorCode.UNAVAILABLE, "mailbox: not forgotten", number);
            wakeAt(token.dueMs());
            stream.check();
        }
    }

    /** Called by the connection, which has forgotten it: nobody finds it any more. */
    void end() {
        state = State.ENDED;
        stream.close();
        registration.end();
    }

    /** What the register is told, but for the stamp. */
    Session.Builder describe() {
        return reader.session().setLocation(loop.identity().location(connection.id(), number));
    }
}
