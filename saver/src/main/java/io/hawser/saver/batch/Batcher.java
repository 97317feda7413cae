package io.hawser.saver.batch;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves requests of one kind: each worker takes what waits, up to a bound, and serves it in one transaction. Nobody
 * waits for a batch to fill: alone, a request is a batch of one; under load, a commit is shared by hundreds.
 *
 * <p>Futures complete on a worker's virtual thread, where waiting is no harm to others but to this kind of request.
 */
public final class Batcher<Q, R> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

    /** How a batch sees the database. */
    public enum View {
        /** Each statement sees what is committed when it begins. For whatever writes. */
        COMMITTED,
        /** All statements see what was committed when the first began. For reads that have to fit together. */
        SNAPSHOT
    }

    private final String name;
    private final View view;
    private final BatchSettings settings;
    private final BatchWork<Q, R> work;
    private final StoreTransactions transactions;
    private final Waiting<Q, R> waiting;
    private final List<Thread> workers = new ArrayList<>();
    private final Counter refused;
    private final DistributionSummary sizes;
    private final Timer took;

    /** Starts its workers. {@code name} tags its metrics and names its threads: {@code broadcasts.append}. */
    public Batcher(
            String name,
            View view,
            BatchSettings settings,
            DataSource database,
            MeterRegistry meters,
            BatchWork<Q, R> work) {
        this.name = name;
        this.view = view;
        this.settings = settings;
        this.work = work;
        this.transactions = new StoreTransactions(database, settings.maxAttempts(), meters);
        this.waiting = new Waiting<>(settings.maxQueued());
        List<Tag> tags = List.of(Tag.of("batch", name));
        this.refused = meters.counter("hawser.saver.batch.refused", tags);
        this.sizes = meters.summary("hawser.saver.batch.size", tags);
        this.took = meters.timer("hawser.saver.batch", tags);
        Gauge.builder("hawser.saver.batch.waiting", waiting, Waiting::size)
                .tags(tags)
                .register(meters);
        for (int i = 0; i < settings.workers(); i++) {
            workers.add(Thread.ofVirtual().name("saver-" + name + "-" + i).start(this::serve));
        }
    }

    /**
     * Returns the answer once it is committed; fails with a {@link HawserException}: what the work refused,
     * RESOURCE_EXHAUSTED where too many wait, UNAVAILABLE where the database is away or this is closed. Does not block.
     *
     * @param app whose share of the queue it takes; "" for nobody's
     */
    public CompletableFuture<R> submit(String app, Q request) {
        Asked<Q, R> asked = new Asked<>(app, request);
        switch (waiting.offer(asked)) {
            case ADMITTED -> {}
            case FULL -> {
                refused.increment();
                asked.fail(HawserException.refusal(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        name + ": too many requests wait (expected: at most " + settings.maxQueued()
                                + ", an app as many as are free)"));
            }
            case CLOSED -> asked.fail(closing());
        }
        return asked.future();
    }

    /** Fails what waits, and ends when the transactions under way are over. */
    @Override
    public void close() {
        waiting.close().forEach(asked -> asked.fail(closing()));
        for (Thread worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void serve() {
        try {
            List<Asked<Q, R>> batch = waiting.take(settings.maxBatch());
            while (!batch.isEmpty()) {
                long began = System.nanoTime();
                serve(batch);
                sizes.record(batch.size());
                took.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
                batch = waiting.take(settings.maxBatch());
            }
        } catch (InterruptedException e) {
            // Nobody interrupts a worker but a JVM that ends.
            waiting.close().forEach(asked -> asked.fail(closing()));
        }
    }

    private void serve(List<Asked<Q, R>> batch) {
        try {
            commit(batch);
            batch.forEach(Asked::committed);
        } catch (Throwable e) {
            HawserException failure = coded(e);
            if (batch.size() == 1 || failure.code() == ErrorCode.UNAVAILABLE) {
                batch.forEach(asked -> asked.fail(failure));
            } else {
                batch.forEach(asked -> serve(List.of(asked)));
            }
        }
    }

    private void commit(List<Asked<Q, R>> batch) {
        switch (view) {
            case COMMITTED -> transactions.run(connection -> attempt(connection, batch));
            case SNAPSHOT -> transactions.snapshot(connection -> attempt(connection, batch));
        }
    }

    private boolean attempt(Connection connection, List<Asked<Q, R>> batch) throws SQLException {
        batch.forEach(Asked::forget);
        work.serve(connection, batch);
        return true;
    }

    /** An Error too: a worker that ends takes all that wait for it along. */
    private HawserException coded(Throwable e) {
        if (e instanceof HawserException known) {
            return known;
        }
        LOG.error("A batch of {} failed", name, e);
        return new HawserException(ErrorCode.INTERNAL, name + ": " + e, e);
    }

    private static HawserException closing() {
        return HawserException.refusal(ErrorCode.UNAVAILABLE, "the saver is closing");
    }
}
