package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Groups;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Pulled;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.UplinkAck;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * One connection with its one binding, from HELLO to the end.
 *
 * <p>The I/O thread runs it and does all the reading; what is written goes through {@link Outbound}, on the timer thread.
 * The socket's read time-out is the heartbeat's: a room that is silent for 2.5 intervals ends the session.
 */
final class Session {
    static final int BINDING = 1;

    private final ClientSettings settings;
    private final String address;
    private final FrameReader reader;
    private final Outbound outbound;
    private final Receipts receipts;
    private final Orders orders;
    private final Greeting greeting;
    private final Delivery delivery;
    private final Exchanges exchanges;
    private final Chain chain;
    private final AddressBook addresses;
    private final Introduction introduction;
    private final Inflation inflation;
    private final Renewal renewal;
    private final Counters counters;
    private final Runnable onBound;
    private final Comeback comeback;
    private boolean bound;
    private long boundAtNanos;

    /**
     * Makes a session that has said nothing yet.
     *
     * @param onBound run on the I/O thread once the binding is made
     */
    Session(ConnectRace.Winner line, Connector.Parts parts, Runnable onBound) throws IOException {
        this.settings = parts.settings;
        this.address = line.address;
        this.reader = new FrameReader(line.socket.getInputStream(), FrameLimits.MAX_ROOM_FRAME_BYTES);
        this.outbound = new Outbound(line, parts.timer, settings.ticker);
        this.receipts = new Receipts(outbound);
        this.delivery = parts.delivery;
        this.exchanges = parts.exchanges;
        this.chain = parts.chain;
        this.addresses = parts.addresses;
        this.introduction = parts.introduction;
        this.inflation = parts.inflation;
        this.renewal = new Renewal(parts.tokens, settings.threads, outbound, delivery);
        this.counters = parts.counters;
        this.onBound = onBound;
        this.comeback = parts.comeback;
        this.orders = new Orders(line, outbound, parts);
        this.greeting = new Greeting(line.socket, reader, outbound, orders, parts);
    }

    /** Speaks until the connection ends, and returns how it ended. The socket is closed then. */
    SessionEnd run(Tokens tokens) throws InterruptedException {
        try {
            SessionEnd refused = greeting.exchange();
            return refused != null ? refused : greeting.isResumed() ? read() : bindAndRead(tokens);
        } catch (SocketTimeoutException e) {
            return outbound.endOr(SessionEnd.lost("the room was silent for too long"));
        } catch (IOException e) {
            return outbound.endOr(SessionEnd.lost(String.valueOf(e.getMessage())));
        } catch (HawserException e) {
            delivery.error(e);
            return SessionEnd.refused(e.code(), String.valueOf(e.getMessage()), 0);
        } finally {
            exchanges.unbound();
            outbound.end(SessionEnd.lost("ended"));
        }
    }

    /** Ends the session from another thread: acknowledges what was handed over, if the socket takes it in time. */
    void leave(long atMostMs) {
        outbound.leave(receipts::writeLast, atMostMs);
    }

    /** Ends the session from another thread, for the reason. */
    void end(SessionEnd reason) {
        outbound.end(reason);
    }

    /** Returns since when the binding has been made, or null where it never was. */
    @Nullable
    Long boundAtNanos() {
        return bound ? boundAtNanos : null;
    }

    /** Listener thread: what earlier connections brought is done with, {@code position} is settled. */
    void opened(long position, BroadcastPosition broadcasts) {
        receipts.opened(position, broadcasts);
    }

    /** Listener thread: broadcasts were handed over, or settled by the room. */
    void synced(BroadcastPosition broadcasts, boolean nothingWaits) {
        receipts.synced(broadcasts, nothingWaits);
    }

    /** Listener thread: all up to {@code seq} was handed over. */
    void handed(long seq, boolean nothingWaits) {
        receipts.handed(seq, nothingWaits);
    }

    private SessionEnd bindAndRead(Tokens tokens) throws IOException, InterruptedException {
        String token;
        try {
            token = tokens.next();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            delivery.error(new HawserException(ErrorCode.UNAUTHENTICATED, "token source: " + e, e));
            return SessionEnd.lost("the token source threw " + e);
        }
        byte[] bind = introduction.bind(token, delivery.position(), delivery.cursor());
        if (bind.length > greeting.maxFrameBytes()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "BIND: " + bind.length + " bytes (expected: 1 to " + greeting.maxFrameBytes() + ")");
        }
        outbound.send(bind);
        outbound.endUnlessOpenedIn(settings.bindTimeout);
        return read();
    }

    private SessionEnd read() throws IOException, InterruptedException {
        SessionEnd end = null;
        while (end == null) {
            Frame frame = reader.read();
            end = frame == null ? outbound.endOr(SessionEnd.lost("closed by the room")) : handle(frame);
        }
        return end;
    }

    private @Nullable SessionEnd handle(Frame frame) throws IOException, InterruptedException {
        switch (frame.type()) {
            case FrameType.MESSAGE:
                return message(Frames.parse(Message.parser(), frame.body()));
            case FrameType.BOUND:
                return bound(Frames.parse(Bound.parser(), frame.body()));
            case FrameType.UNBOUND:
                return unbound(Frames.parse(Unbound.parser(), frame.body()));
            case FrameType.KICKED:
                Kicked kicked = Frames.parse(Kicked.parser(), frame.body());
                return kicked.getBinding() == BINDING ? SessionEnd.kicked(kicked) : null;
            case FrameType.ERROR:
                return error(Frames.parse(io.hawser.wire.v1.Error.parser(), frame.body()));
            case FrameType.COMMAND:
                orders.obey(Frames.parse(Command.parser(), frame.body()));
                return null;
            case FrameType.BROADCAST:
                broadcast(Frames.parse(Broadcast.parser(), frame.body()));
                return null;
            case FrameType.SYNC:
                synced(Frames.parse(Sync.parser(), frame.body()));
                return null;
            case FrameType.UPLINK_ACK:
                exchanges.answered(Frames.parse(UplinkAck.parser(), frame.body()));
                return null;
            case FrameType.GROUPS:
                groups(Frames.parse(Groups.parser(), frame.body()));
                return null;
            case FrameType.PULLED:
                exchanges.answered(Frames.parse(Pulled.parser(), frame.body()));
                return null;
            case FrameType.TOKEN_EXPIRING:
                renewal.start();
                return null;
            case FrameType.PING:
                outbound.sendNow(Frames.pong());
                return null;
            default:
                // PONG and TOKEN_RENEWED ask for nothing; types of later releases are skipped.
                return null;
        }
    }

    private @Nullable SessionEnd bound(Bound answer) throws InterruptedException {
        if (bound || answer.getBinding() != BINDING) {
            throw HawserException.refusal(ErrorCode.PROTOCOL_ERROR, "BOUND: came twice, or for another binding");
        }
        BroadcastPosition.check(answer.getCursor());
        chain.bound(answer.getPosition(), answer.getReset());
        bound = true;
        boundAtNanos = settings.ticker.nanoTime();
        onBound.run();
        counters.binds.incrementAndGet();
        comeback.bound();
        outbound.answered(comeback.isAwaited());
        addresses.worked(address);
        receipts.bound(answer.getPosition(), answer.getWindow());
        delivery.bound(this, answer);
        exchanges.bound(outbound);
        return null;
    }

    private void broadcast(Broadcast broadcast) throws InterruptedException {
        if (bound && broadcast.getApp().equals(settings.app)) {
            delivery.broadcast(this, inflation.restored(broadcast));
        }
    }

    private void synced(Sync sync) throws InterruptedException {
        if (bound && sync.getBinding() == BINDING) {
            BroadcastPosition.check(sync.getCursor());
            delivery.synced(this, sync.getCursor());
        }
    }

    private void groups(Groups groups) throws InterruptedException {
        exchanges.answered(groups);
        if (groups.getCode() == 0) {
            delivery.groups(new LinkedHashSet<>(groups.getGroupsList()));
        } else if (groups.getRequest() == 0) {
            // Nobody asked: it is the groups of BIND that were not joined.
            delivery.error(HawserException.refusal(ErrorCode.ofNumber(groups.getCode()), groups.getDetail()));
        }
    }

    private @Nullable SessionEnd message(Message message) throws InterruptedException {
        if (!bound || message.getBinding() != BINDING) {
            return null;
        }
        if (message.getSeq() == 0) {
            if (!exchanges.requests.answered(message)) {
                delivery.message(this, message);
            }
            return null;
        }
        switch (chain.take(message.getPrev(), message.getSeq())) {
            case DUPLICATE:
                counters.duplicates.incrementAndGet();
                receipts.seenAgain(message.getSeq());
                return null;
            case BROKEN:
                return SessionEnd.lost("message " + message.getSeq() + " follows " + message.getPrev() + ", but "
                        + chain.received() + " came last");
            default:
                receipts.seen(message.getSeq());
                delivery.message(this, message);
                return null;
        }
    }

    private @Nullable SessionEnd unbound(Unbound unbound) {
        if (unbound.getBinding() != BINDING) {
            return null;
        }
        ErrorCode code = ErrorCode.ofNumber(unbound.getCode());
        return SessionEnd.refused(code, unbound.getDetail(), unbound.getRetryAfterMs());
    }

    private @Nullable SessionEnd error(io.hawser.wire.v1.Error error) {
        ErrorCode code = ErrorCode.ofNumber(error.getCode());
        delivery.error(HawserException.refusal(code, error.getDetail()));
        return error.getCloses() ? SessionEnd.refused(code, error.getDetail(), error.getRetryAfterMs()) : null;
    }
}
