package io.hawser.standalone.up;

import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.StartException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A service that is started again, as a new incarnation under its name, when an operator has drained it: it is the only one
 * of its kind here, and a platform without it is no use to anybody.
 */
final class KeptService implements AutoCloseable {
    private final Supplier<? extends ServiceHost<?>> start;
    private final Executor starters;
    private final Progress progress;
    private final Consumer<String> failed;
    private ServiceHost<?> host;
    private boolean closing;

    private KeptService(
            ServiceHost<?> host,
            Supplier<? extends ServiceHost<?>> start,
            Executor starters,
            Progress progress,
            Consumer<String> failed) {
        this.host = host;
        this.start = start;
        this.starters = starters;
        this.progress = progress;
        this.failed = failed;
    }

    /**
     * Starts a service, and looks after it.
     *
     * @param starters run the further starts
     * @param failed told in one line when it cannot be started again
     */
    static KeptService start(
            Supplier<? extends ServiceHost<?>> start, Executor starters, Progress progress, Consumer<String> failed) {
        KeptService kept = new KeptService(start.get(), start, starters, progress, failed);
        kept.watch(kept.host);
        return kept;
    }

    synchronized String name() {
        return host.name();
    }

    /** Stops it; in the middle of its being started again, once that is done. */
    @Override
    public void close() {
        closed().close();
    }

    private synchronized ServiceHost<?> closed() {
        closing = true;
        return host;
    }

    private void watch(ServiceHost<?> running) {
        var _ = running.stopped().thenRunAsync(this::startAgain, starters);
    }

    private synchronized void startAgain() {
        if (closing) {
            return;
        }
        progress.say(name() + " was drained by an operator; starting it again, as there is no other here");
        try {
            host = start.get();
        } catch (StartException e) {
            failed.accept(name() + " did not start again: " + e.getMessage());
            return;
        }
        progress.say(name() + " is back");
        watch(host);
    }
}
