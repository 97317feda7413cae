package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.TokenExpiring;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint attached to a connection, from the accepted BIND to its end.
 *
 * <p>It tells the register first, then opens its mailbox, then says BOUND and streams (rule R3: whoever appends after
 * the look-up finds the session, whoever appended before is found by the load). A register that does not answer lets it
 * go on <i>detached</i>: it polls its mailbox, and enters again until it is registered, after which it checks the
 * mailbox once more. Each answer may meet a binding that has ended meanwhile, and then only undoes what it did.
 */
final class Binding extends SlotChains.Member {
    private enum State {
        ENTERING,
        OPENING,
        LIVE,
        LEAVING,
        ENDED
    }

    private final Connection connection;
    private final ConnectionLoop loop;
    private final int number;
    private final String app;
    private final String user;
    private final String device;
    private final String deviceClass;
    private final String mailbox;
    private final ByteString installationNonce;
    private final String clientVersion;
    private final long boundMs;
    private final Stream stream;

    private State state = State.ENTERING;
    private final short slot;
    private boolean registered;
    private boolean entering;
    private boolean tokenExpiryTold;
    private byte attempts;
    private long stampVersion;
    private long stampCounter;
    private long tokenExpiresMs;
    /** Next attempt: of opening while OPENING, of entering while LIVE and not registered; 0: none. */
    private long retryMs;
    /** Of the client while OPENING; then of no more use. */
    private long position;

    Binding(Connection connection, ConnectionLoop loop, Bind bind, String app, String mailbox, long tokenExpiresMs) {
        this.connection = connection;
        this.loop = loop;
        this.number = bind.getBinding();
        this.app = app;
        this.user = bind.getUser();
        this.device = bind.getDevice();
        this.deviceClass = loop.shared(bind.getDeviceClass());
        this.mailbox = loop.shared(mailbox);
        this.installationNonce = bind.getInstallationNonce();
        this.clientVersion = loop.shared(bind.getClientVersion());
        this.tokenExpiresMs = tokenExpiresMs;
        this.position = bind.getPosition();
        this.boundMs = loop.wallMs();
        this.slot = (short) Slot.of(app, user);
        this.stream = new Stream(this, loop);
    }

    int number() {
        return number;
    }

    String app() {
        return app;
    }

    String user() {
        return user;
    }

    String device() {
        return device;
    }

    String mailbox() {
        return mailbox;
    }

    @Override
    int slot() {
        return slot;
    }

    Connection connection() {
        return connection;
    }

    boolean isLive() {
        return state == State.LIVE;
    }

    boolean isSettling() {
        return state == State.ENTERING || state == State.OPENING;
    }

    boolean isRegistered() {
        return registered;
    }

    boolean isOf(String someApp, String someUser) {
        return user.equals(someUser) && app.equals(someApp);
    }

    boolean hasStamp(Stamp stamp) {
        return registered && stamp.getMembershipVersion() == stampVersion && stamp.getCounter() == stampCounter;
    }

    // Coming.

    void begin() {
        enter();
    }

    private void enter() {
        entering = true;
        retryMs = 0;
        loop.hop(loop.sessions().enter(session()), this::onEntered);
    }

    private void onEntered(@Nullable Stamp stamp, @Nullable Throwable failure) {
        entering = false;
        if (stamp != null) {
            take(stamp);
        }
        switch (state) {
            case ENTERING -> onFirstEntered(failure);
            case OPENING, LIVE, LEAVING -> onEnteredAgain();
            case ENDED -> leave();
        }
    }

    private void take(Stamp stamp) {
        registered = true;
        stampVersion = stamp.getMembershipVersion();
        stampCounter = stamp.getCounter();
        attempts = 0;
    }

    private void onFirstEntered(@Nullable Throwable failure) {
        if (failure instanceof HawserException refusal && refusal.code() == ErrorCode.INVALID_ARGUMENT) {
            connection.unbind(this, refusal.code(), String.valueOf(refusal.getMessage()), 0);
            return;
        }
        if (!registered) {
            loop.meters().detached();
        }
        state = State.OPENING;
        open();
    }

    private void onEnteredAgain() {
        if (registered) {
            stream.check();
        } else {
            enterLater();
        }
    }

    private void enterLater() {
        retryMs = loop.nowMs() + loop.pollMs();
        wakeAt(retryMs);
    }

    private void open() {
        retryMs = 0;
        loop.hop(loop.mailboxes().open(openRequest()), this::onOpened);
    }

    private void onOpened(@Nullable OpenMailboxReply reply, @Nullable Throwable failure) {
        if (state != State.OPENING) {
            return;
        }
        if (reply == null) {
            onOpenFailed(failure);
            return;
        }
        state = State.LIVE;
        attempts = 0;
        connection.onBound(bound(reply));
        stream.open(reply.getPosition(), reply.getAcknowledged(), reply.getHead());
        if (!registered) {
            enterLater();
        }
        wakeAt(tokenDueMs());
    }

    private void onOpenFailed(@Nullable Throwable failure) {
        loop.meters().openFailed(failure);
        if (attempts++ < loop.config().openAttempts()) {
            retryMs = loop.nowMs() + loop.backoffMs(attempts);
            wakeAt(retryMs);
        } else {
            connection.unbind(this, ErrorCode.UNAVAILABLE, "mailbox: not reached", (int) loop.pollMs());
        }
    }

    private Bound bound(OpenMailboxReply reply) {
        return Bound.newBuilder()
                .setBinding(number)
                .setPosition(reply.getPosition())
                .setHead(reply.getHead())
                .setReset(reply.getReset())
                .setWindow(loop.config().window())
                .setTokenExpiresMs(tokenExpiresMs)
                .build();
    }

    // Being there.

    PushOutcome push(long prev, long seq, ByteString content) {
        if (state == State.LEAVING || state == State.ENDED) {
            return PushOutcome.NOT_HERE;
        }
        return seq == 0 ? stream.pushTransient(content) : stream.push(prev, seq, content);
    }

    /** Returns false where that was not sent. */
    boolean acknowledge(long seq) {
        return stream.acknowledge(seq);
    }

    void onWritable() {
        stream.onWritable();
    }

    /** The register that knew it may have forgotten it for a while: what came meanwhile was not pushed. */
    void checkMailbox() {
        stream.check();
    }

    boolean isWritable() {
        return connection.isWritable();
    }

    void write(long prev, long seq, ByteString content) {
        connection.writeMessage(number, prev, seq, content);
    }

    void wakeAt(long dueMs) {
        connection.wakeAt(dueMs);
    }

    void renewToken(long expiresMs) {
        tokenExpiresMs = expiresMs;
        tokenExpiryTold = false;
        wakeAt(tokenDueMs());
    }

    /** Does what is due, and returns when there is more to do. May end the binding. */
    long onDue(long nowMs) {
        if (retryMs != 0 && retryMs <= nowMs) {
            retry();
        }
        if (state == State.LIVE) {
            checkToken();
        }
        if (state == State.ENDED) {
            return Wheel.NEVER;
        }
        long retryDueMs = retryMs == 0 ? Wheel.NEVER : retryMs;
        return Math.min(Math.min(retryDueMs, tokenDueMs()), stream.onDue(nowMs));
    }

    private void retry() {
        if (state == State.OPENING) {
            open();
        } else if (!registered && !entering) {
            stream.check();
            enter();
        }
    }

    private void checkToken() {
        long leftMs = tokenExpiresMs - loop.wallMs();
        if (leftMs <= -loop.config().tokenGrace().toMillis()) {
            connection.unbind(this, ErrorCode.TOKEN_EXPIRED, "token: ended", 0);
        } else if (leftMs <= loop.config().tokenWarning().toMillis() && !tokenExpiryTold) {
            tokenExpiryTold = true;
            connection.send(
                    FrameType.TOKEN_EXPIRING,
                    TokenExpiring.newBuilder()
                            .setBinding(number)
                            .setTokenExpiresMs(tokenExpiresMs)
                            .build());
        }
    }

    private long tokenDueMs() {
        long leftMs = tokenExpiresMs - loop.wallMs();
        long untilMs = tokenExpiryTold
                ? leftMs + loop.config().tokenGrace().toMillis()
                : leftMs - loop.config().tokenWarning().toMillis();
        return loop.nowMs() + untilMs;
    }

    // Going.

    /** The endpoint logs out for good: its mailbox goes first, then the binding. */
    void forget() {
        state = State.LEAVING;
        loop.hop(
                loop.mailboxes()
                        .forget(ForgetMailboxRequest.newBuilder()
                                .setApp(app)
                                .setUser(user)
                                .setMailbox(mailbox)
                                .build()),
                this::onForgotten);
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
            stream.check();
        }
    }

    /** Called by the connection, which has forgotten it: nobody finds it any more. */
    void end() {
        state = State.ENDED;
        stream.close();
        leave();
    }

    private void leave() {
        if (registered) {
            loop.sessions().leave(session());
            registered = false;
        }
    }

    // What it says to others.

    Session session() {
        Session.Builder session = Session.newBuilder()
                .setApp(app)
                .setUser(user)
                .setDevice(device)
                .setDeviceClass(deviceClass)
                .setMailbox(mailbox)
                .setLocation(loop.identity().location(connection.id(), number))
                .setInstallationNonce(installationNonce)
                .setBoundMs(boundMs)
                .setClientVersion(clientVersion);
        if (registered) {
            session.setStamp(
                    Stamp.newBuilder().setMembershipVersion(stampVersion).setCounter(stampCounter));
        }
        return session.build();
    }

    private OpenMailboxRequest openRequest() {
        return OpenMailboxRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox(mailbox)
                .setPosition(position)
                .build();
    }

    LoadRequest loadRequest(long after, int atMost) {
        return LoadRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox(mailbox)
                .setAfter(after)
                .setMaxMessages(Math.min(atMost, loop.config().loads().maxMessages()))
                .setMaxBytes(loop.config().loads().maxBytes().toInt())
                .build();
    }

    AcknowledgeRequest acknowledgeRequest(long seq) {
        return AcknowledgeRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox(mailbox)
                .setSeq(seq)
                .build();
    }
}
