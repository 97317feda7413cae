package io.hawser.saver.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLSyntaxErrorException;
import javax.sql.DataSource;

/**
 * Writes group commits: one row each, by one statement that is also the fence. It locks the incarnation's row for
 * share, so it waits for a take-over under way and finds the incarnation dead afterwards.
 *
 * <p>A batch whose outcome is unknown is written again under the same number until it is known: the primary key takes
 * it once.
 */
public final class Journal {
    /** What became of a batch. */
    public sealed interface Outcome {
        record Committed() implements Outcome {}

        /** The incarnation is not alive any more: it must not serve. */
        record Fenced() implements Outcome {}

        /** It is certainly not in the journal, and never will be. */
        record Refused(SQLException cause) implements Outcome {}

        /** It may be in the journal, now or a little later. */
        record Unknown(Throwable cause) implements Outcome {}
    }

    private static final String INSERT =
            "INSERT INTO journal (incarnation, batch, created_ms, payload) SELECT id, ?, ?, ? FROM incarnation"
                    + " WHERE id = ? AND state IN ('ALIVE', 'LEAVING') LOCK IN SHARE MODE";

    private static final String LIVES = "SELECT 1 FROM incarnation WHERE id = ? AND state IN ('ALIVE', 'LEAVING')";

    private final DataSource database;

    public Journal(DataSource database) {
        this.database = database;
    }

    /** Commits a batch; blocks. */
    public Outcome write(long incarnation, long batch, long createdMs, byte[] payload) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setLong(1, batch);
            insert.setLong(2, createdMs);
            insert.setBytes(3, payload);
            insert.setLong(4, incarnation);
            return insert.executeUpdate() == 1 ? new Outcome.Committed() : new Outcome.Fenced();
        } catch (SQLIntegrityConstraintViolationException e) {
            // The primary key: an earlier attempt came through.
            return new Outcome.Committed();
        } catch (SQLDataException | SQLSyntaxErrorException e) {
            return new Outcome.Refused(e);
        } catch (SQLException | RuntimeException e) {
            return new Outcome.Unknown(e);
        }
    }

    /**
     * Whether nobody has declared the incarnation dead; blocks. Reads what is committed and waits for no take-over: its
     * slots are taken after that declaration, so until then nothing was done to them by others.
     */
    public boolean lives(long incarnation) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(LIVES)) {
            select.setLong(1, incarnation);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }
}
