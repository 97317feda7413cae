package io.hawser.rpc.link;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Replies that nobody waits for, collected by the event loop once in a while: a reply of another thread's that is
 * announced wakes the loop, for a few bytes, and the caller's loop after it.
 *
 * <p>Any thread brings them; all else is the loop's. Nothing is looked for while none is awaited.
 */
final class ReplyRounds<T> {
    private static final int CHUNK = 256;

    private final EventLoop loop;
    private final Duration length;
    private final Runnable owner;
    /** Holds one reply a request in hand, and those are bounded. */
    private final Queue<T> brought = new MpscUnboundedArrayQueue<>(CHUNK);

    private final Consumer<T> bring = brought::add;
    private int awaited;
    private boolean begun;

    /** {@code owner} is run on the loop at the end of each round, and takes what there is with {@link #poll}. */
    ReplyRounds(EventLoop loop, Duration length, Runnable owner) {
        this.loop = loop;
        this.length = length;
        this.owner = owner;
    }

    boolean areHeld() {
        return length.isPositive();
    }

    /** One more is awaited. Returns where to bring it. */
    Consumer<T> await() {
        awaited++;
        begin();
        return bring;
    }

    @Nullable
    T poll() {
        T next = brought.poll();
        if (next != null) {
            awaited--;
        }
        return next;
    }

    private void begin() {
        if (!begun && !loop.isShuttingDown()) {
            begun = true;
            var _ = loop.schedule(this::end, length.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void end() {
        begun = false;
        owner.run();
        if (awaited > 0) {
            begin();
        }
    }
}
