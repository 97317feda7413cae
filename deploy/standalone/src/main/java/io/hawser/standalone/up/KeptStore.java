package io.hawser.standalone.up;

import io.hawser.stores.StoreException;
import io.hawser.stores.StoreServer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store whose server is started again, with its data and on its port, when it dies: the services come right by
 * themselves once it answers.
 *
 * <p>A server that dies again and again, or does not start again, is given up after a few starts.
 */
final class KeptStore<S extends StoreServer> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeptStore.class);

    private final String name;
    private final Supplier<S> start;
    private final Restarts restarts;
    private final Progress progress;
    private final Consumer<String> givenUp;
    private final Thread keeper;
    /** Of the keeper while it runs; of who closes after that. */
    private S server;

    /**
     * How often, and after what pauses.
     *
     * @param most starts in a row
     * @param firstPause before the first of them; each further pause is twice as long
     * @param calm a server that lived so long is fine: what it dies of after that is another matter
     */
    record Restarts(int most, Duration firstPause, Duration calm) {
        static final Restarts USUAL = new Restarts(4, Duration.ofMillis(250), Duration.ofMinutes(1));

        Duration pauseBefore(int attempt) {
            return firstPause.multipliedBy(1L << (attempt - 1));
        }
    }

    private KeptStore(
            String name, S server, Supplier<S> start, Restarts restarts, Progress progress, Consumer<String> givenUp) {
        this.name = name;
        this.server = server;
        this.start = start;
        this.restarts = restarts;
        this.progress = progress;
        this.givenUp = givenUp;
        this.keeper = Thread.ofVirtual().name("keep-" + name).unstarted(this::keep);
    }

    /**
     * Looks after a server that runs.
     *
     * @param start makes the next server, in the same place
     * @param givenUp told once, in one line, when there is no more hope
     */
    static <S extends StoreServer> KeptStore<S> keep(
            String name, S server, Supplier<S> start, Restarts restarts, Progress progress, Consumer<String> givenUp) {
        var kept = new KeptStore<>(name, server, start, restarts, progress, givenUp);
        kept.keeper.start();
        return kept;
    }

    /** Stops the server, also in the middle of its being started again. */
    @Override
    public void close() {
        keeper.interrupt();
        try {
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
    }

    private void keep() {
        try {
            int attempt = 0;
            boolean alive = true;
            while (alive) {
                long sinceNs = System.nanoTime();
                String died = "ended with exit code " + server.ended().get();
                boolean wasCalm = System.nanoTime() - sinceNs > restarts.calm().toNanos();
                attempt = startAgain(died, wasCalm ? 0 : attempt);
                alive = attempt > 0;
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a process' end never fails", e);
        } catch (RuntimeException e) {
            // Nobody looks after the store any more: that must not go unnoticed.
            LOG.error("{} is not looked after", name, e);
            givenUp.accept(name + " is not looked after: " + e);
        }
    }

    /** Returns which attempt in a row it was that made a server; 0: it was given up. */
    private int startAgain(String died, int attemptsBefore) throws InterruptedException {
        String trouble = died;
        for (int attempt = attemptsBefore + 1; attempt <= restarts.most(); attempt++) {
            progress.say("%s %s; starting it again (%d of %d)".formatted(name, trouble, attempt, restarts.most()));
            TimeUnit.NANOSECONDS.sleep(restarts.pauseBefore(attempt).toNanos());
            try {
                server.close();
                server = start.get();
                progress.say("%s is back at %s".formatted(name, server.address()));
                return attempt;
            } catch (StoreException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException("closed while the store was starting: " + e.getMessage());
                }
                trouble = "did not start: " + e.getMessage();
            }
        }
        givenUp.accept("%s %s; given up after %d starts".formatted(name, trouble, restarts.most()));
        return 0;
    }
}
