package io.hawser.standalone.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.Unbound;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A small client that takes broadcasts by the letter of the protocol page, and writes down each that it hands over. What it
 * knows outlives its connections. All of it happens on one event loop; {@link #heard} may be read from anywhere.
 */
final class Singer {
    private final String app;
    private final String user;
    private final String token;
    private final List<String> groups;
    /** Never says which broadcasts it has had. */
    private final boolean mute;

    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private boolean hasCursor;
    private long low;
    private Set<Long> seen = new TreeSet<>();
    private Set<Long> missing = new TreeSet<>();
    private int toTell;
    private volatile @Nullable Channel channel;
    private volatile boolean bound;
    private volatile @Nullable String refusal;
    private volatile long cameNanos;

    Singer(String app, String user, String token, List<String> groups, boolean mute) {
        this.app = app;
        this.user = user;
        this.token = token;
        this.groups = groups;
        this.mute = mute;
    }

    String user() {
        return user;
    }

    /** Texts of the broadcasts handed over, in their order, those that came twice twice. */
    List<String> heard() {
        return List.copyOf(heard);
    }

    boolean isBound() {
        return bound;
    }

    /** Why it was not bound, or not any more. */
    @Nullable
    String refusal() {
        return refusal;
    }

    /** It is about to connect. */
    void comes() {
        refusal = null;
        cameNanos = System.nanoTime();
    }

    /** Whether it came so long ago, and is neither bound nor about to be. */
    boolean mayComeAgain(Duration after) {
        boolean lost = !bound && (refusal != null || channel == null);
        return lost && System.nanoTime() - cameNanos > after.toNanos();
    }

    void leave() {
        Channel current = channel;
        if (current != null) {
            var _ = current.close();
        }
    }

    /** The connection's handler; a singer has one connection at a time. */
    final class Ear extends SimpleChannelInboundHandler<Frame> {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            channel = context.channel();
            write(
                    context,
                    FrameType.HELLO,
                    Hello.newBuilder().setMinVersion(1).setMaxVersion(1).build());
            context.flush();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Frame frame) {
            switch (frame.type()) {
                case FrameType.WELCOME -> bind(context);
                case FrameType.BOUND -> onBound(Frames.parse(Bound.parser(), frame.body()));
                case FrameType.BROADCAST -> onBroadcast(Frames.parse(Broadcast.parser(), frame.body()));
                case FrameType.SYNC ->
                    takeOver(Frames.parse(Sync.parser(), frame.body()).getCursor());
                case FrameType.UNBOUND ->
                    gone("UNBOUND "
                            + Frames.parse(Unbound.parser(), frame.body()).getDetail());
                case FrameType.KICKED ->
                    gone("KICKED "
                            + Frames.parse(Kicked.parser(), frame.body())
                                    .getReason()
                                    .name());
                case FrameType.ERROR ->
                    gone("ERROR "
                            + Frames.parse(io.hawser.wire.v1.Error.parser(), frame.body())
                                    .getDetail());
                case FrameType.PING -> {
                    var _ = context.write(Unpooled.wrappedBuffer(Frames.pong()));
                }
                default -> {
                    // Messages, and what later releases say.
                }
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (toTell > 0 && !mute) {
                toTell = 0;
                write(
                        context,
                        FrameType.SYNC,
                        Sync.newBuilder().setBinding(1).setCursor(cursor()).build());
            }
            context.flush();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            // It may be back on another.
            if (context.channel().equals(channel)) {
                bound = false;
                channel = null;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            refusal = cause.toString();
            var _ = context.close();
        }

        private void bind(ChannelHandlerContext context) {
            Bind.Builder bind = Bind.newBuilder()
                    .setBinding(1)
                    .setApp(app)
                    .setUser(user)
                    .setDevice("singer")
                    .setInstallationNonce(ByteString.copyFromUtf8("nonce of " + user.hashCode()))
                    .setToken(token)
                    .addAllGroups(groups);
            if (hasCursor) {
                bind.setCursor(cursor());
            }
            write(context, FrameType.BIND, bind.build());
            context.flush();
        }

        private void write(ChannelHandlerContext context, int type, MessageLite body) {
            var _ = context.write(Unpooled.wrappedBuffer(Frames.encode(type, body)));
        }
    }

    private void onBound(Bound answer) {
        if (answer.hasCursor()) {
            takeOver(answer.getCursor());
        }
        bound = true;
    }

    private void gone(String why) {
        refusal = why;
        bound = false;
    }

    private void onBroadcast(Broadcast broadcast) {
        long bseq = broadcast.getBseq();
        boolean had = bseq > low ? seen.contains(bseq) : !missing.contains(bseq);
        if (bseq != 0 && had) {
            toTell++;
            return;
        }
        heard.add(broadcast.getBody().toStringUtf8());
        if (mute || bseq == 0) {
            return;
        }
        if (bseq > low) {
            seen.add(bseq);
        } else {
            missing.remove(bseq);
        }
        toTell++;
    }

    private void takeOver(BroadcastCursor cursor) {
        Set<Long> stillMissing = new TreeSet<>();
        for (long bseq : cursor.getMissingList()) {
            if (bseq > low ? !seen.contains(bseq) : missing.contains(bseq)) {
                stillMissing.add(bseq);
            }
        }
        Set<Long> above = new TreeSet<>(cursor.getSeenList());
        above.addAll(seen);
        above.removeIf(bseq -> bseq <= cursor.getLow());
        hasCursor = !mute;
        low = cursor.getLow();
        seen = above;
        missing = stillMissing;
    }

    private BroadcastCursor cursor() {
        return BroadcastCursor.newBuilder()
                .setLow(low)
                .addAllSeen(seen)
                .addAllMissing(missing)
                .build();
    }
}
