package io.hawser.saver.batch;

import io.hawser.saver.journal.Transactions;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Calls that have nothing to share a transaction for: one each, a few at once, the rest waits within a bound. */
public final class StoreCalls implements AutoCloseable {
    private final Batcher<Call<?>, Boolean> calls;

    /** @param settings its {@code maxBatch} is not used */
    public StoreCalls(String name, BatchSettings settings, DataSource database, MeterRegistry meters) {
        calls = new Batcher<>(
                name, Batcher.View.COMMITTED, settings.withMaxBatch(1), database, meters, (connection, batch) -> {
                    for (Asked<Call<?>, Boolean> asked : batch) {
                        asked.request().run(connection);
                        asked.answer(true);
                    }
                });
    }

    /**
     * Runs work in a transaction and returns its result once that is committed. It may be run again after a rollback.
     * Fails with a {@link HawserException}, as {@link Batcher#submit} does.
     */
    public <T> CompletableFuture<T> run(String app, Transactions.Work<T> work) {
        Call<T> call = new Call<>(work);
        return calls.submit(app, call).thenApply(committed -> call.result());
    }

    @Override
    public void close() {
        calls.close();
    }

    private static final class Call<T> {
        private final Transactions.Work<T> work;
        private @Nullable T result;

        Call(Transactions.Work<T> work) {
            this.work = work;
        }

        void run(Connection connection) throws SQLException {
            result = work.on(connection);
        }

        T result() {
            T present = result;
            if (present == null) {
                throw new HawserException(ErrorCode.INTERNAL, "store: a call without a result");
            }
            return present;
        }
    }
}
