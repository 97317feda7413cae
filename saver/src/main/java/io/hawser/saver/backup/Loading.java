package io.hawser.saver.backup;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts a backup's rows into empty tables, many at once. */
final class Loading implements BackupReader.Visitor {
    private static final int MAX_ROWS = 1_000;
    private static final long MAX_BYTES = 4 << 20;
    /** Is no saver's: nobody takes the slot. */
    private static final byte[] NOBODY = "-1".getBytes(StandardCharsets.US_ASCII);

    private final Connection connection;
    private final Renumbering renumbering;
    /** Whose the slots were, and with which generation. */
    private final Map<Integer, SlotRow> slots = new HashMap<>();

    private @Nullable TableColumns table;
    private @Nullable PreparedStatement insert;
    private Set<String> binary = Set.of();
    private int waiting;
    private long waitingBytes;

    /** @param owner null: nobody's */
    record SlotRow(int slot, @Nullable Long owner, int generation) {}

    Loading(Connection connection, Renumbering renumbering) {
        this.connection = connection;
        this.renumbering = renumbering;
    }

    @Override
    public void header(BackupHeader header) {
        // Was looked at before.
    }

    @Override
    public void row(TableColumns of, byte[] @Nullable [] values) throws SQLException {
        byte @Nullable [] @Nullable [] moved = renumbering.moved(of, values);
        if (moved == null) {
            return;
        }
        if (of.table().equals("slot")) {
            keepFromSavers(of, moved);
        }
        PreparedStatement into = insertInto(of);
        for (int i = 0; i < moved.length; i++) {
            bind(into, i, of.columns().get(i), moved[i]);
        }
        into.addBatch();
        waiting++;
        if (waiting >= MAX_ROWS || waitingBytes >= MAX_BYTES) {
            flush();
        }
    }

    /** Writes what waits. Returns the slots as they were. */
    Map<Integer, SlotRow> end() throws SQLException {
        flush();
        close();
        return slots;
    }

    private void keepFromSavers(TableColumns of, byte[] @Nullable [] row) {
        int slot = (int) Renumbering.number(of, row, "slot");
        int owner = of.indexOf("owner");
        Long id = row[owner] == null ? null : Renumbering.number(of, row, "owner");
        slots.put(slot, new SlotRow(slot, id, (int) Renumbering.number(of, row, "generation")));
        row[owner] = NOBODY;
    }

    private void bind(PreparedStatement into, int index, String column, byte @Nullable [] value) throws SQLException {
        if (value == null) {
            into.setObject(index + 1, null);
        } else if (binary.contains(column)) {
            into.setBytes(index + 1, value);
        } else {
            into.setString(index + 1, new String(value, StandardCharsets.UTF_8));
        }
        waitingBytes += value == null ? 0 : value.length;
    }

    private PreparedStatement insertInto(TableColumns of) throws SQLException {
        PreparedStatement present = insert;
        if (present != null && of.equals(table)) {
            return present;
        }
        flush();
        close();
        binary = Tables.binary(connection, of.table());
        // What the schema itself puts in is the backup's, too.
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + Tables.quoted(of.table()))) {
            delete.executeUpdate();
        }
        PreparedStatement fresh = connection.prepareStatement("INSERT INTO " + Tables.quoted(of.table()) + " ("
                + Tables.quoted(of.columns()) + ") VALUES ("
                + String.join(", ", Collections.nCopies(of.columns().size(), "?")) + ")");
        table = of;
        insert = fresh;
        return fresh;
    }

    private void flush() throws SQLException {
        if (insert != null && waiting > 0) {
            insert.executeBatch();
            connection.commit();
        }
        waiting = 0;
        waitingBytes = 0;
    }

    private void close() throws SQLException {
        if (insert != null) {
            insert.close();
            insert = null;
        }
    }
}
