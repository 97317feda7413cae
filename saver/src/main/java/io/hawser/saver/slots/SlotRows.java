package io.hawser.saver.slots;

import io.hawser.rpc.id.Seq;
import io.hawser.saver.journal.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** The slots' owners and generations, as MySQL has them. All methods block. */
final class SlotRows {
    /** Another life that owns slots. */
    record Owner(long incarnation, String node, long life, String state) {}

    private final Transactions transactions;

    SlotRows(DataSource database) {
        this.transactions = new Transactions(database);
    }

    /** Returns which other lives own any of these slots. */
    List<Owner> others(Collection<Integer> slots, long self) throws SQLException {
        return transactions.run(connection -> {
            List<Owner> owners = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT DISTINCT i.id, i.node, i.life, i.state FROM slot s JOIN incarnation i ON i.id = s.owner"
                            + " WHERE i.id <> ? AND i.state <> 'CLOSED' AND s.slot IN " + marks(slots))) {
                select.setLong(1, self);
                set(select, 2, slots);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        owners.add(new Owner(rows.getLong(1), rows.getString(2), rows.getLong(3), rows.getString(4)));
                    }
                }
            }
            return owners;
        });
    }

    /** Takes those of the slots that are free, and returns their new generations. */
    Map<Integer, Integer> take(Collection<Integer> slots, long self) throws SQLException {
        return transactions.runAs(self, connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE slot s LEFT JOIN incarnation i ON i.id = s.owner SET s.owner = ?,"
                            + " s.generation = s.generation + 1 WHERE (s.owner IS NULL OR s.owner = ?"
                            + " OR i.state = 'CLOSED') AND s.generation <= ? AND s.slot IN " + marks(slots))) {
                update.setLong(1, self);
                update.setLong(2, self);
                update.setInt(3, Seq.MAX_GENERATION);
                set(update, 4, slots);
                update.executeUpdate();
            }
            return generations(connection, slots, self);
        });
    }

    /** Takes the next generation of those of the slots that are owned, and returns it. */
    Map<Integer, Integer> next(Collection<Integer> slots, long self, String redisRunId) throws SQLException {
        return transactions.runAs(self, connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE slot SET generation = generation + 1, redis_run_id = ? WHERE owner = ?"
                            + " AND generation <= ? AND slot IN " + marks(slots))) {
                update.setString(1, redisRunId);
                update.setLong(2, self);
                update.setInt(3, Seq.MAX_GENERATION);
                set(update, 4, slots);
                update.executeUpdate();
            }
            return generations(connection, slots, self);
        });
    }

    /** Gives slots up: anybody may take them. */
    void release(Collection<Integer> slots, long self) throws SQLException {
        transactions.runAs(self, connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE slot SET owner = NULL WHERE owner = ? AND slot IN " + marks(slots))) {
                update.setLong(1, self);
                set(update, 2, slots);
                return update.executeUpdate();
            }
        });
    }

    /** A slot whose generations are used up is nobody's: a row beyond the last one says so. */
    private static Map<Integer, Integer> generations(Connection connection, Collection<Integer> slots, long self)
            throws SQLException {
        Map<Integer, Integer> generations = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT slot, generation FROM slot WHERE owner = ? AND generation <= ? AND slot IN " + marks(slots))) {
            select.setLong(1, self);
            select.setInt(2, Seq.MAX_GENERATION);
            set(select, 3, slots);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    generations.put(rows.getInt(1), rows.getInt(2));
                }
            }
        }
        return generations;
    }

    private static String marks(Collection<Integer> slots) {
        return "(" + String.join(", ", Collections.nCopies(slots.size(), "?")) + ")";
    }

    private static void set(PreparedStatement statement, int first, Collection<Integer> slots) throws SQLException {
        int index = first;
        for (int slot : slots) {
            statement.setInt(index++, slot);
        }
    }
}
