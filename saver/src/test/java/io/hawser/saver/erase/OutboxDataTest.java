package io.hawser.saver.erase;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.id.Slot;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.saver.journal.Transactions;
import io.hawser.stores.EmbeddedMariaDb;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutboxDataTest {
    private static final List<String> TABLES =
            List.of("outbox_stream", "outbox_installation", "outbox", "dead_letter", "delivery_watch");

    private final EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary();
    private Database database;

    @BeforeAll
    void openTheDatabase() {
        database = TestDatabase.open(mariaDb);
    }

    @AfterAll
    void closeTheDatabase() {
        database.close();
        mariaDb.kill();
    }

    @Test
    void allThatGoesUpOfAUserIsDeletedAndNothingOfOthers() throws SQLException {
        fill("alice", 1);
        fill("alicia", 2);

        assertThat(erase("alice")).isEqualTo(TABLES.size());

        for (String table : TABLES) {
            assertThat(count(table)).as(table).isEqualTo(1);
        }
        assertThat(erase("alice")).isZero();
        assertThat(erase("alicia")).isEqualTo(TABLES.size());
    }

    private int erase(String user) throws SQLException {
        return new Transactions(database.stores()).run(connection -> new OutboxData().erase(connection, "demo", user));
    }

    private void fill(String user, int number) throws SQLException {
        int slot = Slot.of("demo", user);
        update(
                "INSERT INTO outbox_stream (stream, slot, app, user, device, events, last_ordinal, told, stamp_version,"
                        + " stamp_counter, touched_ms) VALUES (?, ?, 'demo', ?, 'd', FALSE, 1, 0, 0, 0, 0)",
                stream(number),
                slot,
                user);
        update("INSERT INTO outbox_installation (stream, nonce, stored, touched_ms) VALUES (?, 'n', 1, 0)", (Object)
                stream(number));
        update(
                "INSERT INTO outbox (slot, app, stream, ordinal, attempts, next_attempt_ms, last_error, content)"
                        + " VALUES (?, 'demo', ?, 1, 0, 0, '', '')",
                slot,
                stream(number));
        update(
                "INSERT INTO dead_letter (id, app, stream, buried_ms, attempts, last_error, content)"
                        + " VALUES (?, 'demo', ?, 0, 1, '', '')",
                number,
                stream(number));
        update("INSERT INTO delivery_watch (slot, app, user, seq, due_ms) VALUES (?, 'demo', ?, 1, 0)", slot, user);
    }

    private static byte[] stream(int number) {
        byte[] stream = new byte[16];
        stream[15] = (byte) number;
        return stream;
    }

    private void update(String sql, Object... values) throws SQLException {
        try (Connection connection = database.stores().getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                update.setObject(i + 1, values[i]);
            }
            update.executeUpdate();
        }
    }

    private long count(String table) throws SQLException {
        try (Connection connection = database.stores().getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT COUNT(*) FROM " + table);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
