package io.hawser.keeper;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT: the first asks to stop, the second ends the process at once. A shutdown hook would not do, since a
 * JVM that is shutting down heeds no second signal and chooses its exit code itself.
 *
 * <p>{@code sun.misc.Signal} stands in the supported module jdk.unsupported, but javac warns at its very name; hence by
 * reflection.
 */
final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
    private static final MethodType RECEIVED = MethodType.methodType(void.class, int.class, Object.class);
    private static final int KILLED_BY_SIGNAL = 128;

    private final CountDownLatch first = new CountDownLatch(1);

    private StopSignals() {}

    static StopSignals install() {
        StopSignals signals = new StopSignals();
        signals.handle("TERM", 15);
        signals.handle("INT", 2);
        return signals;
    }

    void await() throws InterruptedException {
        first.await();
    }

    /** Ends the wait without a signal: what runs has stopped by itself. */
    void release() {
        first.countDown();
    }

    private void handle(String name, int number) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle received = MethodHandles.lookup().bind(this, "received", RECEIVED);
            Object ours = MethodHandleProxies.asInterfaceInstance(
                    handler, MethodHandles.insertArguments(received, 0, number));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (ReflectiveOperationException e) {
            LOG.warn("SIG{} cannot be handled here, and ends the process without a drain: {}", name, e.toString());
        }
    }

    /** Bound by its name above; the signal says nothing that its number does not. */
    @SuppressWarnings("unused")
    private void received(int number, Object signal) {
        if (first.getCount() == 0) {
            Runtime.getRuntime().halt(KILLED_BY_SIGNAL + number);
        }
        first.countDown();
    }
}
