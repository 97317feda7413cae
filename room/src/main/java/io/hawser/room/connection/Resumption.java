package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Resume;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Clients that come back with a token. What they left is on the event loop that the token names, and stays there, for
 * registers, stores and timers have to find it where it was: the channel that the client came with moves to it. So no state
 * ever changes its owner, and whoever holds a token of this room comes to where that is to be judged.
 */
final class Resumption {
    /** Why a token did not serve. */
    enum Refusal {
        /** It is none of this room's, or served before, or what it names is no more; or more is named than there can be. */
        UNKNOWN,
        /** Another installation came with it. */
        OTHER_DEVICE,
        /** The client knows of messages that were not given here. */
        POSITION
    }

    private final ConnectionLoop loop;
    private final ConnectionLoops loops;
    private final ResumeTokens tokens;

    Resumption(ConnectionLoop loop, ConnectionLoops loops) {
        this.loop = loop;
        this.loops = loops;
        this.tokens = new ResumeTokens(loops.key());
    }

    /** Returns what the client of a connection may come back with; empty where it does not want to, or may not. */
    ByteString token(Connection connection, Hello hello) {
        boolean offered =
                connection.resumable(hello.getResumable() && loop.parking().isOpen());
        return offered ? tokens.give(connection.id(), connection.round()) : ByteString.EMPTY;
    }

    /** Returns whether HELLO is answered, or will be, as that of a client that is back. */
    boolean takes(Connection fresh, Hello hello) {
        if (hello.getResumeToken().isEmpty()) {
            return false;
        }
        boolean few = hello.getResumeCount() <= loop.config().maxBindings();
        ResumeTokens.Claim claim = few ? tokens.read(hello.getResumeToken()) : null;
        ConnectionLoop home = claim == null ? null : loops.of(claim.connection());
        if (claim == null || home == null) {
            loop.meters().resumeRefused(Refusal.UNKNOWN);
            return false;
        }
        if (home != loop) {
            move(fresh, hello, home);
            return true;
        }
        return resume(fresh, hello, claim);
    }

    // To the loop that it is a matter of.

    private void move(Connection fresh, Hello hello, ConnectionLoop home) {
        Channel channel = fresh.out().channel();
        fresh.giveUp();
        if (channel != null) {
            // Nothing of what may follow HELLO is read on the way; a client that keeps to the protocol waits for
            // WELCOME.
            channel.config().setAutoRead(false);
            var _ = channel.deregister().addListener((ChannelFutureListener)
                    left -> home.resumption().receive(fresh, channel, hello));
        }
    }

    /** From the loop that gave the channel up. */
    private void receive(Connection from, Channel channel, Hello hello) {
        var _ = loop.register(channel)
                .addListener((ChannelFutureListener) done -> onReceived(from, channel, done.isSuccess(), hello));
    }

    private void onReceived(Connection from, Channel channel, boolean registered, Hello hello) {
        if (!registered) {
            // Closed on the way, or by a room that stops.
            loop.access().leave(from.source());
            loop.admission().leave(false);
            var _ = channel.close();
            return;
        }
        Connection here = loop.connect(channel, from.source(), from.out().carrier());
        here.takeOver(from);
        try {
            loop.conversation().greet(here, hello);
        } catch (RuntimeException | Error fault) {
            here.onFault(fault);
        }
        channel.config().setAutoRead(true);
        loop.flush();
    }

    // On it.

    private boolean resume(Connection fresh, Hello hello, ResumeTokens.Claim claim) {
        Connection known = loop.members().connection(claim.connection());
        if (known == null || known.round() != claim.round()) {
            loop.meters().resumeRefused(Refusal.UNKNOWN);
            return false;
        }
        if (!isSameInstallation(known, hello)) {
            loop.meters().resumeRefused(Refusal.OTHER_DEVICE);
            return false;
        }
        if (!known.canComeBack()) {
            loop.meters().resumeRefused(Refusal.UNKNOWN);
            return false;
        }
        fresh.giveUp();
        known.comeBack(fresh);
        loop.conversation().welcome(known, hello, true);
        goOn(known, hello);
        return true;
    }

    /** A token may be stolen; the nonces of an installation are not where tokens are. All that are named have to match. */
    private static boolean isSameInstallation(Connection known, Hello hello) {
        boolean any = false;
        for (Resume at : hello.getResumeList()) {
            Binding binding = known.binding(at.getBinding());
            if (binding != null) {
                byte[] nonce = binding.reader().installationNonce().toByteArray();
                if (!MessageDigest.isEqual(nonce, at.getInstallationNonce().toByteArray())) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    private void goOn(Connection connection, Hello hello) {
        for (Resume at : hello.getResumeList()) {
            if (connection.binding(at.getBinding()) == null) {
                String detail = "binding: " + Integer.toUnsignedString(at.getBinding()) + " ended meanwhile";
                connection
                        .out()
                        .send(FrameType.UNBOUND, Replies.unbound(at.getBinding(), ErrorCode.NOT_FOUND, detail, 0));
            }
        }
        connection.endBanned();
        for (Binding binding : connection.bindings()) {
            goOn(connection, binding, find(hello, binding.number()));
        }
    }

    private void goOn(Connection connection, Binding binding, @Nullable Resume at) {
        if (at == null) {
            connection.unbind(binding, null, "", 0);
        } else if (binding.mayResume(at)) {
            binding.resume(at);
        } else {
            loop.meters().resumeRefused(Refusal.POSITION);
            connection.unbind(
                    binding,
                    ErrorCode.FAILED_PRECONDITION,
                    "position: " + Long.toUnsignedString(at.getPosition()) + " (expected: one that was given here)",
                    0);
        }
    }

    private static @Nullable Resume find(Hello hello, int binding) {
        for (Resume at : hello.getResumeList()) {
            if (at.getBinding() == binding) {
                return at;
            }
        }
        return null;
    }
}
