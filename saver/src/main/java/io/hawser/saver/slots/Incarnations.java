package io.hawser.saver.slots;

import io.hawser.saver.journal.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The lives of savers, as MySQL has them. All methods block. */
final class Incarnations {
    private final Transactions transactions;

    Incarnations(DataSource database) {
        this.transactions = new Transactions(database);
    }

    /** Begins a life and returns its number. */
    long begin(String node, long life, long nowMs) throws SQLException {
        return transactions.run(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO incarnation (node, life, state, started_ms) VALUES (?, ?, 'ALIVE', ?)",
                    Statement.RETURN_GENERATED_KEYS)) {
                insert.setString(1, node);
                insert.setLong(2, life);
                insert.setLong(3, nowMs);
                insert.executeUpdate();
                try (ResultSet keys = insert.getGeneratedKeys()) {
                    keys.next();
                    return keys.getLong(1);
                }
            }
        });
    }

    /** Tells that a life is giving its slots up, so that others wait for that. */
    void announceLeaving(long incarnation) throws SQLException {
        transactions.run(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE incarnation SET state = 'LEAVING' WHERE id = ? AND state = 'ALIVE'")) {
                update.setLong(1, incarnation);
                return update.executeUpdate();
            }
        });
    }

    /** Ends a life, if it has not ended: waits for commits of its under way, and none comes after. */
    void declareDead(long incarnation) throws SQLException {
        transactions.run(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE incarnation SET state = 'DEAD' WHERE id = ? AND state IN ('ALIVE', 'LEAVING')")) {
                update.setLong(1, incarnation);
                return update.executeUpdate();
            }
        });
    }
}
