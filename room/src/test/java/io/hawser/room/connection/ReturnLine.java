package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.Welcome;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link ReturningClient}, from HELLO on: what came, and whether it may. With it goes what is known of
 * the binding that it made or took up, whichever connections that had before.
 */
final class ReturnLine {
    /**
     * What HELLO came with.
     *
     * @param from where the token was given; null: nowhere, as it is
     * @param may whether it may serve
     * @param must whether it has to
     */
    record Claim(ByteString token, @Nullable ReturnLine from, long position, boolean may, boolean must) {}

    final ReturningClient client;
    final FuzzedConnection connection;
    private final Claim claim;
    private ByteString token = ByteString.EMPTY;
    /** How often its binding was taken up. */
    private int round;

    private boolean resumed;
    /** What follows WELCOME, of the binding that it goes on with, has not come yet. */
    private boolean goesOn;

    private boolean bound;
    /** Its binding was taken up on another connection: nothing comes any more. */
    private boolean replaced;
    /** The position that BIND named. */
    private long asked;
    /** When its channel was closed; 0: not yet. */
    private long closedMs;
    /** Of the chain on this connection. */
    private long given;
    /** The newest that was ever written of its binding. */
    private long written;
    /** What the room was told is in the client's hands. */
    private long acknowledged;

    ReturnLine(ReturningClient client, FuzzedRoom room, int loop, Claim claim) {
        this.client = client;
        this.claim = claim;
        this.connection = new FuzzedConnection(room, loop, this::heard);
    }

    ByteString token() {
        return token;
    }

    boolean isBound() {
        return bound;
    }

    boolean isResumed() {
        return resumed;
    }

    boolean isReplaced() {
        return replaced;
    }

    long closedMs() {
        return closedMs;
    }

    void closed(long nowMs) {
        closedMs = closedMs == 0 ? nowMs : closedMs;
    }

    long given() {
        return given;
    }

    void binds(long position) {
        asked = position;
    }

    void acknowledged(long seq) {
        acknowledged = Math.max(acknowledged, seq);
    }

    /** What the room says, as it comes. */
    private void heard(Frame frame) {
        assertThat(replaced)
                .as("%s on a connection that another replaced", frame)
                .isFalse();
        switch (frame.type()) {
            case FrameType.WELCOME -> welcomed(parsed(Welcome.parser(), frame));
            case FrameType.BOUND -> bound(parsed(Bound.parser(), frame));
            case FrameType.UNBOUND -> unbound(parsed(Unbound.parser(), frame).getBinding());
            case FrameType.KICKED -> unbound(parsed(Kicked.parser(), frame).getBinding());
            case FrameType.MESSAGE -> message(parsed(Message.parser(), frame));
            case FrameType.BROADCAST ->
                client.broadcast(this, parsed(Broadcast.parser(), frame).getBseq());
            case FrameType.SYNC ->
                client.synced(this, parsed(Sync.parser(), frame).getCursor());
            default -> {
                // Nothing of it is about coming back.
            }
        }
    }

    private void welcomed(Welcome welcome) {
        resumed = welcome.getResumed();
        if (resumed) {
            assertThat(claim.may).as("a token served that must not: %s", claim).isTrue();
        }
        if (claim.must) {
            assertThat(resumed).as("a token has to serve: %s", claim).isTrue();
        }
        goesOn = resumed;
        if (resumed && claim.from != null) {
            takeUp(claim.from);
        }
        token = welcome.getResumeToken();
        assertThat(token.isEmpty()).as("no token in round %s", round).isEqualTo(round >= Resumable.MAX_ROUNDS);
        client.welcomed(this, claim.token);
    }

    private void takeUp(ReturnLine from) {
        from.replaced = true;
        round = from.round + 1;
        written = from.written;
        acknowledged = from.acknowledged;
    }

    private void bound(Bound answer) {
        if (answer.getBinding() != ReturningClient.BINDING) {
            return;
        }
        assertThat(bound).as("bound twice").isFalse();
        if (client.isToldTheTruth()) {
            long expected = goesOn ? Math.max(claim.position, acknowledged) : asked;
            assertThat(answer.getPosition())
                    .as("position of BOUND")
                    .isEqualTo(expected)
                    .isLessThanOrEqualTo(client.head());
        }
        if (!goesOn) {
            written = 0;
            acknowledged = 0;
        }
        goesOn = false;
        bound = true;
        given = answer.getPosition();
        acknowledged = Math.max(acknowledged, given);
        client.bound(this, answer);
    }

    private void unbound(int binding) {
        if (binding == ReturningClient.BINDING) {
            bound = false;
            goesOn = false;
        }
    }

    private void message(Message message) {
        if (message.getBinding() != ReturningClient.BINDING || message.getSeq() == 0) {
            return;
        }
        long seq = message.getSeq();
        assertThat(bound).as("bound when %s came", seq).isTrue();
        assertThat(message.getPrev()).as("what %s follows", seq).isEqualTo(given);
        assertThat(seq).isGreaterThan(given);
        if (client.isToldTheTruth()) {
            isTrue(message);
        }
        given = seq;
        written = Math.max(written, seq);
        client.message(this, seq);
    }

    /** None is left out, or made up; one that was written before says so, and no other does. */
    private void isTrue(Message message) {
        long seq = message.getSeq();
        assertThat(seq).as("next of all").isEqualTo(given + 1).isLessThanOrEqualTo(client.head());
        if (seq <= written) {
            assertThat(message.getRedelivered()).as("%s came before", seq).isTrue();
        }
        if (message.getRedelivered()) {
            assertThat(seq).as("never came before").isLessThanOrEqualTo(client.written());
        }
    }

    private static <T extends MessageLite> T parsed(Parser<T> parser, Frame frame) {
        return Frames.parse(parser, frame.body());
    }
}
