package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.room.fuzz.Choices;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Resume;
import io.hawser.wire.v1.Sync;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device that drops and comes back: with the token that it was given last, or with one that must not serve. */
final class ReturningClient {
    static final int BINDING = 1;
    /** Beyond every mailbox of a play. */
    private static final long NOWHERE = 1L << 40;
    /** The wheel turns so often, at least. */
    private static final long TURN_MS = 1_000;

    /** What it comes with. */
    private enum Ticket {
        OWN,
        /** Of the connection before, which it may have left without taking it up. */
        FORMER,
        SPENT,
        /** Which is good, for another device. */
        ANOTHERS,
        MANGLED,
        NONE
    }

    private static final List<Ticket> TICKETS = List.of(
            Ticket.OWN,
            Ticket.OWN,
            Ticket.OWN,
            Ticket.SPENT,
            Ticket.ANOTHERS,
            Ticket.MANGLED,
            Ticket.NONE,
            Ticket.FORMER);
    private static final WilfulClient FRAMES = new WilfulClient(FuzzedRoom.START.plus(Duration.ofHours(1)));

    final String user;
    private final FuzzedRoom room;
    private final boolean toldTheTruth;
    private final ByteString nonce;
    private final HeardBroadcasts broadcasts = new HeardBroadcasts();
    private final List<ByteString> spent = new ArrayList<>();
    private @Nullable ReturnLine line;
    private @Nullable ReturnLine former;
    /** All up to here is in its hands. */
    private long position;
    /** The newest that was ever written for it. */
    private long written;
    /** It dropped, and nothing has happened since that its binding may have ended of. */
    private boolean kept;

    private int returns;

    ReturningClient(FuzzedRoom room, String user, boolean toldTheTruth) {
        this.room = room;
        this.user = user;
        this.toldTheTruth = toldTheTruth;
        this.nonce = ByteString.copyFromUtf8("nonce of " + user);
    }

    boolean isToldTheTruth() {
        return toldTheTruth;
    }

    long position() {
        return position;
    }

    long written() {
        return written;
    }

    long head() {
        return room.neighbours.head;
    }

    /** How often it was taken up where it had been. */
    int returns() {
        return returns;
    }

    @Nullable
    ReturnLine line() {
        return line;
    }

    boolean isHere() {
        return line != null && line.connection.isHeard();
    }

    // What it does.

    /** Its channel is closed, as the room is told at once or when it finds out. */
    void drop(boolean isNoticed) {
        if (line != null) {
            kept = line.isBound() && isHere();
            if (isNoticed) {
                line.connection.hangUp();
                line.closed(room.nowMs());
            }
        }
    }

    /** Something happened that its binding may have ended of. */
    void isKeptNoMore() {
        kept = false;
    }

    /** Comes on a new channel, by a line that it returns. */
    ReturnLine comeBack(ReturningClient other, Choices choices) {
        ReturnLine before = line;
        // Not before now does it leave a line that it is still heard on.
        kept |= before != null && before.isBound() && isHere();
        Ticket ticket = choices.of(TICKETS);
        boolean names = choices.below(8) != 7;
        long at = choices.below(8) == 7 ? NOWHERE : Math.max(0, position - choices.below(3));
        ReturnLine.Claim claim = claim(ticket, other, names, at, choices);
        ReturnLine next = new ReturnLine(this, room, choices.below(2), claim);
        line = next;
        next.connection.send(hello(claim, names, choices.below(8) == 7), choices);
        former = before;
        kept = false;
        return next;
    }

    private ReturnLine.Claim claim(Ticket ticket, ReturningClient other, boolean names, long at, Choices choices) {
        return switch (ticket) {
            case OWN -> claim(line, names, at, kept && toldTheTruth);
            case FORMER -> claim(former, names, at, false);
            case SPENT -> ofNoUse(spent.isEmpty() ? ByteString.EMPTY : choices.of(spent));
            case ANOTHERS -> ofNoUse(other == this ? ByteString.EMPTY : tokenOf(other.line));
            case MANGLED -> ofNoUse(mangled(tokenOf(line), choices));
            case NONE -> ofNoUse(ByteString.EMPTY);
        };
    }

    private ReturnLine.Claim claim(@Nullable ReturnLine from, boolean names, long at, boolean isKept) {
        boolean may = from != null
                && names
                && from.isBound()
                && !from.isReplaced()
                && !from.token().isEmpty()
                && !isLate(from);
        return new ReturnLine.Claim(tokenOf(from), from, at, may, may && isKept);
    }

    private static ByteString tokenOf(@Nullable ReturnLine line) {
        return line == null ? ByteString.EMPTY : line.token();
    }

    private static ReturnLine.Claim ofNoUse(ByteString token) {
        return new ReturnLine.Claim(token, null, 0, false, false);
    }

    private boolean isLate(ReturnLine before) {
        long keptMs = ReturnPlay.KEPT.toMillis() + TURN_MS;
        return before.closedMs() != 0 && room.nowMs() - before.closedMs() > keptMs;
    }

    private static ByteString mangled(ByteString token, Choices choices) {
        if (token.isEmpty()) {
            return ByteString.copyFrom(choices.bytes(40));
        }
        byte[] bytes = token.toByteArray();
        if (choices.yes()) {
            return token.substring(0, choices.below(bytes.length));
        }
        bytes[choices.below(bytes.length)] ^= (byte) (1 << choices.below(Byte.SIZE));
        return ByteString.copyFrom(bytes);
    }

    /** @param more whether it names a binding besides that it never had */
    private Frame hello(ReturnLine.Claim claim, boolean names, boolean more) {
        Hello.Builder hello = Hello.newBuilder()
                .setMinVersion(1)
                .setMaxVersion(1)
                .setResumable(true)
                .setResumeToken(claim.token());
        if (names) {
            hello.addResume(resume(BINDING, claim.position()));
        }
        if (more) {
            hello.addResume(resume(BINDING + 1, 0));
        }
        return frame(FrameType.HELLO, hello.build());
    }

    private Resume.Builder resume(int binding, long at) {
        Resume.Builder resume = Resume.newBuilder()
                .setBinding(binding)
                .setInstallationNonce(nonce)
                .setPosition(at);
        BroadcastCursor cursor = broadcasts.cursor();
        return cursor == null ? resume : resume.setCursor(cursor);
    }

    void bind() {
        ReturnLine here = line;
        if (here != null && here.connection.isRead() && !here.isBound()) {
            here.binds(position);
            Bind.Builder bind = FRAMES.bind("demo", user)
                    .setBinding(BINDING)
                    .setInstallationNonce(nonce)
                    .setPosition(position);
            BroadcastCursor cursor = broadcasts.cursor();
            say(FrameType.BIND, (cursor == null ? bind : bind.setCursor(cursor)).build());
        }
    }

    /** That it has all but so many of the messages that it has. */
    void acknowledge(int butFor) {
        ReturnLine here = line;
        if (here != null && here.isBound() && here.connection.isRead()) {
            long seq = Math.max(0, position - butFor);
            here.acknowledged(seq);
            say(FrameType.ACK, Ack.newBuilder().setBinding(BINDING).setSeq(seq).build());
        }
    }

    void sync() {
        BroadcastCursor cursor = broadcasts.cursor();
        if (cursor != null && line != null && line.isBound()) {
            say(
                    FrameType.SYNC,
                    Sync.newBuilder().setBinding(BINDING).setCursor(cursor).build());
        }
    }

    void ping() {
        if (line != null && line.connection.isRead()) {
            line.connection.send(new Frame(FrameType.PING, new byte[0]));
        }
    }

    private void say(int type, MessageLite body) {
        if (line != null && line.connection.isRead()) {
            line.connection.send(frame(type, body));
        }
    }

    private static Frame frame(int type, MessageLite body) {
        return new Frame(type, body.toByteArray());
    }

    // What it is told: by its newest connection, that is. Of the others it hears nothing any more.

    void welcomed(ReturnLine by, ByteString token) {
        if (by.isResumed()) {
            returns++;
            spent.add(token);
        }
    }

    void bound(ReturnLine by, Bound answer) {
        if (by == line) {
            position = answer.getPosition();
            if (answer.hasCursor()) {
                broadcasts.bound(answer.getCursor());
            }
        }
    }

    void message(ReturnLine by, long seq) {
        written = Math.max(written, seq);
        if (by == line) {
            position = seq;
        }
    }

    void broadcast(ReturnLine by, long bseq) {
        if (by == line && bseq != 0) {
            broadcasts.came(bseq);
        }
    }

    void synced(ReturnLine by, BroadcastCursor cursor) {
        if (by == line) {
            broadcasts.synced(cursor);
        }
    }

    /** Whether it has all that was promised, and where it is told the truth, all that is for it. */
    boolean hasAll() {
        ReturnLine here = line;
        if (here == null || !here.connection.unfulfilled().isEmpty()) {
            return false;
        }
        boolean hasMessages = here.isBound() && here.given() == head();
        return !toldTheTruth || (hasMessages && broadcasts.isComplete(log()));
    }

    private long log() {
        return room.neighbours.log.watermark();
    }

    @Override
    public String toString() {
        ReturnLine here = line;
        return user + " at " + position + " of " + head() + ", " + broadcasts + " of " + log() + ", "
                + (here == null ? "nowhere" : "bound: " + here.isBound() + ", " + here.connection.unfulfilled());
    }
}
