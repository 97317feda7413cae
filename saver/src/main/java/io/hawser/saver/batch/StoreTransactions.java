package io.hawser.saver.batch;

import io.hawser.saver.journal.Transactions;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/**
 * Transactions that are tried again where they lost against others, and whose failures carry codes: UNAVAILABLE where the
 * database is away or stays busy (the outcome may be unknown), INTERNAL where it refuses what it was told.
 *
 * <p>READ COMMITTED (the pool's default): what is read after a row was locked is the newest there is. Reads that have to
 * be of one moment ask for a {@linkplain #snapshot snapshot}.
 */
public final class StoreTransactions {
    private static final int ER_CHECKREAD = 1020;
    private static final int ER_LOCK_WAIT_TIMEOUT = 1205;
    private static final int ER_LOCK_DEADLOCK = 1213;
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final int PAUSE_MILLIS = 10;

    private final Transactions transactions;
    private final int maxAttempts;
    private final Counter retried;

    public StoreTransactions(DataSource database, int maxAttempts, MeterRegistry meters) {
        this.transactions = new Transactions(database);
        this.maxAttempts = maxAttempts;
        this.retried = meters.counter("hawser.saver.batch.retried");
    }

    /**
     * Runs work and commits it. Blocks; work may be run several times.
     *
     * @throws HawserException coded, the work's own included
     */
    public <T> T run(Transactions.Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transactions.run(work);
            } catch (SQLException e) {
                if (attempt == maxAttempts || !lost(e)) {
                    throw coded(e);
                }
                retried.increment();
                pause(attempt);
            }
        }
    }

    /** Runs work all of whose reads are of one moment, that of the first. Blocks. */
    public <T> T snapshot(Transactions.Work<T> work) {
        return run(connection -> {
            // The pool sets it back; before the first statement it is still in time.
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return work.on(connection);
        });
    }

    /** Another try may do. One that has waited for a row as long as it may has had its time. */
    private static boolean lost(SQLException e) {
        return switch (e.getErrorCode()) {
            case ER_LOCK_WAIT_TIMEOUT -> false;
            case ER_CHECKREAD, ER_LOCK_DEADLOCK -> true;
            default -> SERIALIZATION_FAILURE.equals(e.getSQLState());
        };
    }

    private static HawserException coded(SQLException e) {
        if (lost(e) || e.getErrorCode() == ER_LOCK_WAIT_TIMEOUT) {
            return new HawserException(ErrorCode.UNAVAILABLE, "database: busy (" + e.getMessage() + ")", e);
        }
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        // Of its classes: what it was told is wrong. All else is a database that cannot now.
        boolean refused = switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "21", "22", "23", "42" -> true;
            default -> false;
        };
        ErrorCode code = refused ? ErrorCode.INTERNAL : ErrorCode.UNAVAILABLE;
        return new HawserException(code, "database: " + e.getMessage(), e);
    }

    /** Apart from those it lost against. */
    private static void pause(int attempt) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(1, PAUSE_MILLIS * attempt + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HawserException(ErrorCode.UNAVAILABLE, "the saver is closing", e);
        }
    }
}
