package io.hawser.saver.backup;

import io.hawser.saver.batch.Sql;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.MySqlSettings;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Loads a backup as a history of its own: all numbers go on above what was given in the one that is lost. Each slot has a
 * later generation, so savers take nothing that Redis holds for granted; the savers of then are dead, and what they had
 * only committed to the journal is folded by who takes their slots. Until all is loaded no slot can be taken.
 */
public final class Restore {
    /** Who was stopped a moment ago may still be there. */
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(3);

    private Restore() {}

    /**
     * What was loaded.
     *
     * @param taken when the backup was
     * @param generation lowest of the slots'
     */
    public record Summary(Instant taken, String schema, long rows, int generation) {}

    /**
     * Loads the file; the whole of it is checked before anything is touched.
     *
     * @param replace whether what the database holds may be dropped
     * @throws HawserException INVALID_ARGUMENT where the file is no whole backup, or of a later release; FAILED_PRECONDITION
     *     where others are connected to the database, or it is not empty; UNAVAILABLE
     * @throws io.hawser.keeper.StartException where the database is away, or refuses the credentials
     */
    public static Summary load(MySqlSettings mysql, Path file, boolean replace, Clock clock) throws IOException {
        try {
            return loadInto(mysql, file, replace, clock);
        } catch (SQLException e) {
            throw new HawserException(ErrorCode.UNAVAILABLE, "database: " + e.getMessage(), e);
        }
    }

    private static Summary loadInto(MySqlSettings mysql, Path file, boolean replace, Clock clock)
            throws IOException, SQLException {
        History history = new History(clock.millis());
        Renumbering renumbering = new Renumbering(history);
        BackupReader.read(file, renumbering);
        BackupHeader header = Objects.requireNonNull(renumbering.header(), "was read");
        int known = empty(mysql, replace);
        Database.migrate(mysql, header.schema());
        try (Connection connection = Database.connect(mysql)) {
            requireSchema(connection, header.schema(), file);
            connection.setAutoCommit(false);
            Loading loading = new Loading(connection, renumbering);
            long rows = BackupReader.read(file, loading);
            int generation = goOn(connection, history, renumbering, loading.end(), known);
            Database.migrate(mysql, Database.NEWEST);
            return new Summary(Instant.ofEpochMilli(header.takenMs()), header.schema(), rows, generation);
        }
    }

    /** Returns the highest generation that the database tells of. */
    private static int empty(MySqlSettings mysql, boolean replace) throws SQLException {
        try (Connection connection = Database.connect(mysql)) {
            long others = others(connection);
            require(others == 0, "connections of others: " + others + " (expected: none; savers are to be stopped)");
            List<String> tables = Tables.all(connection);
            require(
                    tables.isEmpty() || replace,
                    "database: " + tables.size() + " tables (expected: none, or leave to replace them)");
            int known = tables.contains("slot")
                    ? Sql.first(connection, "SELECT MAX(generation) FROM slot", row -> row.getInt(1))
                            .orElse(0)
                    : 0;
            for (String table : tables) {
                Sql.update(connection, "DROP TABLE " + Tables.quoted(table));
            }
            return known;
        }
    }

    /** Returns how many are connected to the database, and do not leave it within seconds. */
    private static long others(Connection connection) throws SQLException {
        long untilNanos = System.nanoTime() + LEAVE_WITHIN.toNanos();
        long others = Long.MAX_VALUE;
        while (others > 0 && System.nanoTime() - untilNanos < 0) {
            others = Sql.first(
                            connection,
                            "SELECT COUNT(*) FROM information_schema.processlist"
                                    + " WHERE db = DATABASE() AND id <> CONNECTION_ID()",
                            row -> row.getLong(1))
                    .orElse(0L);
            if (others > 0) {
                Sql.update(connection, "DO SLEEP(0.1)");
            }
        }
        return others;
    }

    private static void requireSchema(Connection connection, String schema, Path file) throws SQLException {
        String made = Tables.schema(connection);
        if (!made.equals(schema)) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    file + ": schema " + schema + " (expected: at most " + made + ", which this release knows)");
        }
    }

    /** Returns the lowest generation of a slot. */
    private static int goOn(
            Connection connection,
            History history,
            Renumbering renumbering,
            Map<Integer, Loading.SlotRow> slots,
            int known)
            throws SQLException {
        long first = history.numbersFrom();
        for (String table : Tables.numbered(connection)) {
            Sql.update(connection, "ALTER TABLE " + Tables.quoted(table) + " AUTO_INCREMENT = " + first);
        }
        List<@Nullable Object[]> begun = new ArrayList<>();
        renumbering.appsWithoutBroadcasts().forEach(app -> begun.add(new Object[] {app, first, first, first, first}));
        Sql.batch(
                connection,
                "INSERT INTO broadcast_app (app, watermark, trimmed_to, changed, changes_trimmed_to)"
                        + " VALUES (?, ?, ?, ?, ?)",
                begun);
        Sql.update(connection, "UPDATE incarnation SET state = 'DEAD' WHERE state IN ('ALIVE', 'LEAVING')");
        int lowest = Integer.MAX_VALUE;
        List<@Nullable Object[]> given = new ArrayList<>();
        for (Loading.SlotRow row : slots.values()) {
            int generation = history.generation(Math.max(known, row.generation()));
            lowest = Math.min(lowest, generation);
            given.add(new @Nullable Object[] {row.owner(), generation, row.slot()});
        }
        Sql.batch(connection, "UPDATE slot SET owner = ?, generation = ?, redis_run_id = NULL WHERE slot = ?", given);
        connection.commit();
        return lowest;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw HawserException.refusal(ErrorCode.FAILED_PRECONDITION, message);
        }
    }
}
