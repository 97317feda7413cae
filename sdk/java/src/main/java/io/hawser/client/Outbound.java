package io.hawser.client;

import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Unbind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends, and its end. Everything after HELLO is written by the timer thread, so frames never mix; a write
 * that blocks is ended by the reader, whose heartbeat time-out closes the socket.
 */
final class Outbound {
    /** Far more than all that may be under way: uplinks, questions, changes of groups. */
    private static final int MAX_WAITING_BYTES = 8 << 20;
    /** Of one frame that waits, besides the frame, about. */
    private static final int TASK_BYTES = 128;

    private static final int DEFAULT_HEARTBEAT_SECONDS = 30;
    private static final int MAX_HEARTBEAT_SECONDS = 24 * 60 * 60;

    private final Socket beneath;
    private final OutputStream out;
    private final ScheduledExecutorService timer;
    private final Ticker ticker;
    private final Spacing spacing = new Spacing();
    private final AtomicReference<@Nullable SessionEnd> end = new AtomicReference<>();
    private volatile boolean answered;
    /** The room would keep the binding of a client that goes without a word. */
    private volatile boolean awaited;

    private final AtomicInteger waitingBytes = new AtomicInteger();
    private volatile @Nullable Future<?> pings;
    /** The end that was planned last. */
    private volatile @Nullable Future<?> leaving;
    /** Of the room, once a binding is made. */
    private volatile int maxFrameBytes = FrameLimits.MAX_FRAME_BYTES;

    Outbound(ConnectRace.Winner line, ScheduledExecutorService timer, Ticker ticker) throws IOException {
        this.beneath = line.beneath;
        this.out = line.socket.getOutputStream();
        this.timer = timer;
        this.ticker = ticker;
    }

    /** Writes on the calling thread; for HELLO, before anything else may write. */
    void writeNow(byte[] frame) throws IOException {
        out.write(frame);
    }

    void send(byte[] frame) {
        sendIn(spacing.nextInNanos(ticker.nanoTime()), frame);
    }

    /** Before what {@link #throttle} has wait. */
    void sendNow(byte[] frame) {
        sendIn(0, frame);
    }

    /** A room may ask for more than it reads: what waits for it is bounded, whatever it is. */
    private void sendIn(long nanos, byte[] frame) {
        int bytes = frame.length + TASK_BYTES;
        if (waitingBytes.addAndGet(bytes) > MAX_WAITING_BYTES) {
            end(SessionEnd.lost("the room does not read what it is sent"));
            return;
        }
        Runnable task = () -> {
            waitingBytes.addAndGet(-bytes);
            write(frame);
        };
        laterNanos(task, nanos);
    }

    /** Sends no more than this for a while; heartbeats, acknowledgements and cursors go on, for they are few. */
    void throttle(int framesPerSecond, int durationMs) {
        spacing.begin(framesPerSecond, durationMs, ticker.nanoTime());
    }

    /** Reader: WELCOME came. */
    void welcomed(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    int maxFrameBytes() {
        return maxFrameBytes;
    }

    /** Sends PING in each interval from now on; returns after how many milliseconds of silence the room is dead. */
    int heartbeatEvery(int seconds) {
        int interval = seconds <= 0 ? DEFAULT_HEARTBEAT_SECONDS : Math.min(seconds, MAX_HEARTBEAT_SECONDS);
        cancel(pings);
        byte[] ping = Frames.ping();
        try {
            pings = timer.scheduleAtFixedRate(() -> write(ping), interval, interval, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            end(SessionEnd.lost("closed by the app"));
        }
        return interval * 2500;
    }

    /** Reader: BOUND came; whether the room would wait for the client to come back. */
    void answered(boolean isAwaited) {
        answered = true;
        awaited = isAwaited;
    }

    /** Ends the session for the reason, unless another one came first. */
    void end(SessionEnd reason) {
        end.compareAndSet(null, reason);
        cancel(pings);
        cancel(leaving);
        try {
            beneath.close();
        } catch (IOException e) {
            // Whatever it says, the socket is of no further use, and its end is told already.
        }
    }

    private static void cancel(@Nullable Future<?> planned) {
        if (planned != null) {
            planned.cancel(false);
        }
    }

    SessionEnd endOr(SessionEnd otherwise) {
        SessionEnd reason = end.get();
        return reason == null ? otherwise : reason;
    }

    /** Reader: ends the session then, unless it is told another time. */
    void endIn(long nanos, SessionEnd reason) {
        cancel(leaving);
        leaving = planned(() -> end(reason), nanos);
    }

    void endUnlessOpenedIn(Duration limit) {
        Runnable check = () -> {
            if (!answered) {
                end(SessionEnd.lost("no answer to BIND within " + limit.toSeconds() + " s"));
            }
        };
        laterNanos(check, limit.toNanos());
    }

    /** Says the last words, and that nobody need wait for the client, if that works in time, and ends. */
    void leave(Runnable lastWords, long atMostMs) {
        try {
            timer.submit(() -> writeLast(lastWords)).get(atMostMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            // The room will learn it from the position in the next BIND.
        } finally {
            end(SessionEnd.lost("closed by the app"));
        }
    }

    private void writeLast(Runnable lastWords) {
        lastWords.run();
        if (awaited) {
            Unbind unbind = Unbind.newBuilder().setBinding(Session.BINDING).build();
            write(Frames.encode(FrameType.UNBIND, unbind));
        }
    }

    /** Timer thread: writes, unless the session has ended. */
    void write(byte[] frame) {
        if (end.get() != null) {
            return;
        }
        try {
            out.write(frame);
        } catch (IOException e) {
            end(SessionEnd.lost("writing: " + e.getMessage()));
        }
    }

    /** Runs on the timer thread, unless the client has ended by then, or the caller wants it no more. */
    @Nullable
    Future<?> later(Runnable task, long delayMs) {
        return planned(task, TimeUnit.MILLISECONDS.toNanos(delayMs));
    }

    /** The same, for who never takes it back. */
    void laterNanos(Runnable task, long nanos) {
        Future<?> unused = planned(task, nanos);
    }

    private @Nullable Future<?> planned(Runnable task, long nanos) {
        try {
            return timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The timer has been shut down with the client, or with its last session: this one is over, too.
            end(SessionEnd.lost("closed"));
            return null;
        }
    }
}
