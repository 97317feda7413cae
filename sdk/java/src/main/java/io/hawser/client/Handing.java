package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Calls to the app's listener, which may throw whatever it likes. For the listener thread. */
final class Handing {
    private final PushListener listener;
    private final int attempts;
    private final BackOff backOff;
    private final Ticker ticker;
    private final CountDownLatch closed;
    private final Counters counters;

    Handing(ClientSettings settings, CountDownLatch closed, Counters counters) {
        this.listener = settings.listener;
        this.attempts = settings.listenerAttempts;
        this.backOff = settings.newBackOff();
        this.ticker = settings.ticker;
        this.closed = closed;
        this.counters = counters;
    }

    /** Returns whether the message is done with: taken or given up. Not so when the client was closed meanwhile. */
    boolean takeOrGiveUp(PushMessage message) {
        backOff.reset();
        for (int attempt = 1; !takeOnce(message); attempt++) {
            if (attempt == attempts) {
                counters.givenUp.incrementAndGet();
                String what = message + ": given up after " + attempts + " attempts of the listener";
                tell(l -> l.onError(new HawserException(ErrorCode.INTERNAL, what)));
                return true;
            }
            if (!pause()) {
                return false;
            }
        }
        return true;
    }

    private boolean pause() {
        try {
            return ticker.pause(backOff.nextNanos(0), closed);
        } catch (InterruptedException e) {
            // Left over from the listener: the wait is merely shorter.
            return closed.getCount() > 0;
        }
    }

    // The listener is the app's: whatever it throws, the thread has to live.
    @SuppressWarnings("CatchingUnchecked")
    boolean takeOnce(PushMessage message) {
        try {
            listener.onMessage(message);
            counters.handed.incrementAndGet();
            return true;
        } catch (Throwable e) {
            counters.listenerFailures.incrementAndGet();
            tell(l -> l.onError(new HawserException(ErrorCode.INTERNAL, message + ": the listener threw " + e, e)));
            return false;
        }
    }

    @SuppressWarnings("CatchingUnchecked")
    void tell(Consumer<PushListener> what) {
        try {
            what.accept(listener);
        } catch (Throwable e) {
            // There is nobody left to tell: counted.
            counters.listenerFailures.incrementAndGet();
        }
    }
}
