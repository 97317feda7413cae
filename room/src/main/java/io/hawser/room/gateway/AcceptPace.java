package io.hawser.room.gateway;

import io.micrometer.core.instrument.Counter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Accepts no more connections than the event loops take in. Of a crowd that comes at once the rest waits in the kernel's
 * backlog, where it costs nothing, and not among the loops' tasks, where it would stand before every message to those who
 * are here. For one port.
 *
 * <p>After so many connections each loop is asked to say when it has come so far; where as many again are accepted before
 * all have, the port waits for them. A loop that is late holds up the others' newcomers for a while only, so that who is
 * refused still hears of it.
 */
final class AcceptPace extends ChannelInboundHandlerAdapter {
    /** Connections that may stand among a loop's tasks: more would be felt there, and fewer cost a wake-up each. */
    static final int MOST_AHEAD_A_LOOP = 32;

    static final long LONGEST_WAIT_MILLIS = 100;

    /** Where accepting itself fails, as without a file that is free, trying again at once would fail as well. */
    static final long PAUSE_AFTER_FAILURE_MILLIS = 1_000;

    private final Collection<? extends Executor> loops;
    private final int mostAhead;
    private final Counter late;
    private int ahead;
    private boolean asking;
    private boolean waiting;
    private boolean failed;

    /** @param late counts how often the port waited for a loop that did not come within {@link #LONGEST_WAIT_MILLIS} */
    AcceptPace(Collection<? extends Executor> loops, Counter late) {
        this.loops = loops;
        this.mostAhead = MOST_AHEAD_A_LOOP * loops.size();
        this.late = late;
    }

    @Override
    public void channelRead(ChannelHandlerContext server, Object accepted) {
        ahead++;
        server.fireChannelRead(accepted);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext server) {
        server.fireChannelReadComplete();
        if (ahead < mostAhead) {
            return;
        }
        if (!asking) {
            asking = true;
            ahead = 0;
            new Round(server).begin();
        } else if (!waiting) {
            waiting = true;
            server.channel().config().setAutoRead(false);
        }
    }

    /** The bootstrap pauses where that goes wrong, but not while the channel does not read by itself. */
    @Override
    public void exceptionCaught(ChannelHandlerContext server, Throwable cause) {
        failed = waiting;
        server.fireExceptionCaught(cause);
    }

    private void goOn(ChannelHandlerContext server) {
        asking = false;
        if (!waiting) {
            return;
        }
        waiting = false;
        if (failed) {
            failed = false;
            var _ = server.executor().schedule(() -> accept(server), PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            accept(server);
        }
    }

    private static void accept(ChannelHandlerContext server) {
        server.channel().config().setAutoRead(true);
    }

    /** Until the loops have come so far; but for {@link #run} on the server channel's loop. */
    private final class Round implements Runnable {
        private final ChannelHandlerContext server;
        private final AtomicInteger awaited = new AtomicInteger(loops.size());
        private @Nullable Future<?> limit;
        private boolean over;

        Round(ChannelHandlerContext server) {
            this.server = server;
        }

        void begin() {
            limit = server.executor().schedule(this::giveUp, LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
            loops.forEach(loop -> loop.execute(this));
        }

        /** On a loop that has taken in what is its own of them. */
        @Override
        public void run() {
            if (awaited.decrementAndGet() == 0) {
                server.executor().execute(this::end);
            }
        }

        private void giveUp() {
            if (!over) {
                late.increment(waiting ? 1 : 0);
                end();
            }
        }

        private void end() {
            if (!over) {
                over = true;
                if (limit != null) {
                    limit.cancel(false);
                }
                goOn(server);
            }
        }
    }
}
