package io.hawser.room.connection;

import io.hawser.room.access.FrameRates;
import io.hawser.wire.ErrorCode;
import java.time.Duration;

/**
 * How far a connection has come, and what its client must do by when.
 *
 * <pre>
 *   GREETING ── HELLO, WELCOME ──▶ READY ── ERROR(closes) ──▶ CLOSING ──▶ CLOSED
 *                                  │  ▲                                    ▲
 *                         dropped  ▼  │  resumed                           │
 *                                 PARKED ──────── not in time ─────────────┘
 * </pre>
 *
 * <p>A client is dead that is silent for two and a half of its intervals. While it has messages in hand that it did not
 * acknowledge, it is asked much earlier, by PING: a dead link is found when it matters, and costs nothing when it does not.
 *
 * <p>What a {@link Connection} is built on rather than a part of it: there are many, and a part would cost each an object.
 */
abstract class Lifecycle extends Wheel.Entry {
    enum Phase {
        GREETING,
        READY,
        /** Its channel is gone; its client may be back. */
        PARKED,
        /** The last frame is written; what still comes is thrown away until the client has closed. */
        CLOSING,
        CLOSED
    }

    /** Silence after which a client is taken for dead, for each second of its interval: two and a half intervals. */
    private static final long DEAD_AFTER_MS_A_SECOND = 2_500;
    /** What it has to spare when it is read again: so it is not paused by its next frame, nor told so more than twice a second. */
    private static final int SPARE_MS = 500;

    final ConnectionLoop loop;
    private Phase phase = Phase.GREETING;
    private boolean everBound;
    /** A PING is to be answered by the deadline. */
    private boolean probed;

    private int heartbeatSeconds;
    private long heardMs;
    /** What it had sent ahead of its rates when it was last heard. */
    private int debtMicros;
    /** Whether nothing is read until that is paid. */
    private boolean paused;
    /** When it must have said HELLO, made a binding, answered a PING, be back or be closed: by phase. */
    private long deadlineMs;

    Lifecycle(ConnectionLoop loop) {
        this.loop = loop;
        this.heardMs = loop.nowMs();
    }

    /** Ends the connection with a last word, as one that did not do in time what it must. */
    abstract void closeWith(ErrorCode code, String detail, CloseReason why);

    /** Closes the channel, whatever was said. */
    abstract void closeNow();

    /** Nothing is to be read for so long, for what comes comes too fast. */
    abstract void onPause(int pauseMs);

    /** It came far too fast: ends the connection. */
    abstract void onFlood(int pauseMs);

    /** It is to be read again. */
    abstract void onResume();

    /** Has the bindings do what is due, and returns when one is to be asked again. */
    abstract long bindingsDue(long nowMs);

    /** Whether its client has in hand what it is to acknowledge, and can be asked for a word. */
    abstract boolean awaitsWord();

    /** Asks for a word. */
    abstract void probe();

    /** Its client is not back in time. */
    abstract void expire();

    abstract void onFault(Throwable fault);

    final Phase phase() {
        return phase;
    }

    /** When its client was last heard. */
    final long heardMs() {
        return heardMs;
    }

    /** Whether a binding was made, be it still there or not. */
    final boolean everBound() {
        return everBound;
    }

    // What happens to it.

    /** Goes into a phase that is to end within this time. */
    final void enter(Phase next, Duration within) {
        phase = next;
        deadlineMs = loop.nowMs() + within.toMillis();
        wakeAt(deadlineMs);
    }

    /** A frame of so many bytes has come. */
    final void heard(int bytes) {
        long nowMs = loop.nowMs();
        FrameRates rates = loop.access().frames();
        debtMicros = rates.afterFrame(debtMicros, nowMs - heardMs, bytes);
        heardMs = nowMs;
        probed = false;
        holdTo(rates, nowMs);
    }

    /** What the client sends costs as so many frames more. It is no word of it. */
    final void charge(int frames) {
        FrameRates rates = loop.access().frames();
        debtMicros = rates.afterFrames(debtMicros, frames);
        holdTo(rates, loop.nowMs());
    }

    /** The debt is that of when it was last heard: time has paid some of it since. */
    private void holdTo(FrameRates rates, long nowMs) {
        int pauseMs = rates.pauseMs(rates.afterTime(debtMicros, nowMs - heardMs));
        if (pauseMs > rates.maxPause().toMillis()) {
            onFlood(pauseMs);
        } else if (pauseMs > 0 && !paused && phase != Phase.GREETING) {
            // Who greets is not paused: one frame is all that is taken, and its deadline does not wait.
            paused = true;
            wakeAt(resumeMs());
            onPause((int) (resumeMs() - nowMs));
        }
    }

    final boolean isPaused() {
        return paused;
    }

    private long resumeMs() {
        return heardMs + loop.access().frames().pauseMs(debtMicros) + SPARE_MS;
    }

    /** Nobody listened meanwhile: that nothing was heard is not the client's silence. */
    private void resume(long nowMs) {
        debtMicros = loop.access().frames().afterTime(debtMicros, nowMs - heardMs);
        heardMs = nowMs;
        probed = false;
        paused = false;
        onResume();
    }

    /** What was asked for need not come in time: the client was not read for a while. */
    final void forgetProbe() {
        probed = false;
    }

    /** HELLO was answered; the client is to be heard this often from now on. */
    final void greeted(int intervalSeconds) {
        heardMs = loop.nowMs();
        probed = false;
        debtMicros = 0;
        paused = false;
        heartbeatSeconds = intervalSeconds;
        enter(Phase.READY, loop.config().bindWithin());
    }

    final int heartbeatSeconds() {
        return heartbeatSeconds;
    }

    /** The client is to be heard this often from now on, and counts as just heard. */
    final void heartbeat(int intervalSeconds) {
        heartbeatSeconds = intervalSeconds;
        heard(0);
        wakeAt(deadMs());
    }

    /** The client got what it is to acknowledge. */
    final void awaitsWordFromNow() {
        wakeAt(loop.nowMs() + loop.config().heartbeat().probeAfter().toMillis());
    }

    /** A binding was made. Returns whether it was the first. */
    final boolean boundFirst() {
        boolean first = !everBound;
        everBound = true;
        return first;
    }

    /** Nothing is due any more. */
    final void ended() {
        phase = Phase.CLOSED;
        loop.wheel().disarm(this);
    }

    // Deadlines.

    /** Has the connection asked at {@code dueMs}, or earlier. */
    final void wakeAt(long dueMs) {
        if (phase != Phase.CLOSED) {
            loop.wheel().arm(this, dueMs);
        }
    }

    /** A fault ends this connection, not the wheel that all others depend on. */
    @Override
    final long onDue(long nowMs) {
        try {
            return switch (phase) {
                case GREETING -> onGreetingDue(nowMs);
                case READY -> onReadyDue(nowMs);
                case PARKED -> onParkedDue(nowMs);
                case CLOSING -> onClosingDue(nowMs);
                case CLOSED -> Wheel.NEVER;
            };
        } catch (RuntimeException | Error fault) {
            onFault(fault);
            return Wheel.NEVER;
        }
    }

    private long onGreetingDue(long nowMs) {
        if (nowMs >= deadlineMs) {
            closeWith(ErrorCode.HANDSHAKE_TIMEOUT, "HELLO: did not come", CloseReason.HANDSHAKE_TIMEOUT);
        }
        return deadlineMs;
    }

    private long onReadyDue(long nowMs) {
        if (paused && nowMs >= resumeMs()) {
            resume(nowMs);
        }
        long deadMs = deadMs();
        if (!paused && nowMs >= deadMs) {
            closeWith(ErrorCode.HEARTBEAT_TIMEOUT, "nothing heard", CloseReason.HEARTBEAT_TIMEOUT);
            return deadlineMs;
        }
        if (!everBound && nowMs >= deadlineMs) {
            closeWith(ErrorCode.HANDSHAKE_TIMEOUT, "BIND: none was made", CloseReason.HANDSHAKE_TIMEOUT);
            return deadlineMs;
        }
        long dueMs = everBound ? Math.min(deadMs, probeDue(nowMs)) : Math.min(deadMs, deadlineMs);
        return Math.min(dueMs, bindingsDue(nowMs));
    }

    /** Who is not read cannot be heard. */
    private long deadMs() {
        if (paused) {
            return resumeMs();
        }
        long silentMs = heardMs + heartbeatSeconds * DEAD_AFTER_MS_A_SECOND;
        return probed && awaitsWord() ? Math.min(silentMs, deadlineMs) : silentMs;
    }

    /** Asks for a word where one is due, and returns when it is to be there, or to be asked for. */
    private long probeDue(long nowMs) {
        if (!awaitsWord()) {
            return Wheel.NEVER;
        }
        if (probed) {
            return deadlineMs;
        }
        long askMs = heardMs + loop.config().heartbeat().probeAfter().toMillis();
        if (nowMs < askMs) {
            return askMs;
        }
        probed = true;
        deadlineMs = nowMs + loop.config().heartbeat().probeWithin().toMillis();
        probe();
        return deadlineMs;
    }

    private long onParkedDue(long nowMs) {
        if (nowMs >= deadlineMs) {
            expire();
            return Wheel.NEVER;
        }
        return Math.min(deadlineMs, bindingsDue(nowMs));
    }

    private long onClosingDue(long nowMs) {
        if (nowMs < deadlineMs) {
            return deadlineMs;
        }
        closeNow();
        return Wheel.NEVER;
    }
}
