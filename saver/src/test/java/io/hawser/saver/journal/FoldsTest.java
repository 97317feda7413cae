package io.hawser.saver.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.MessageState;
import io.hawser.saver.v1.Appended;
import io.hawser.saver.v1.JournalBatch;
import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.MailboxState;
import io.hawser.saver.v1.Mailboxes;
import io.hawser.stores.EmbeddedMariaDb;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What takes more than one transaction: what a dead saver left in the journal, with entries that belong to earlier ones, and
 * rows that are of no use any more.
 */
final class FoldsTest {
    private static final String APP = "demo";
    private static EmbeddedMariaDb mariaDb;
    private static Database database;

    @BeforeAll
    static void startStore() {
        mariaDb = EmbeddedMariaDb.temporary();
        database = TestDatabase.open(mariaDb);
    }

    @AfterAll
    static void stopStore() {
        database.close();
        mariaDb.kill();
    }

    /** A transaction takes 64. */
    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 128, 129})
    void allOfADeadIncarnationIsInTheTablesHoweverManyBatches(int batches) throws SQLException {
        LogId log = log("user-" + batches);
        long incarnation = beginAlive(batches);
        Journal journal = new Journal(database.logs());
        for (long batch = 1; batch <= batches; batch++) {
            assertThat(journal.write(incarnation, batch, 0, batch(log, batch, batches)))
                    .isEqualTo(new Journal.Outcome.Committed());
        }
        declareDead(incarnation);

        new Folds(database.logs()).closeDead(incarnation, 0);

        StoredLog stored = read(log);
        assertThat(stored.head()).isEqualTo(batches);
        assertThat(stored.lastAll()).isEqualTo(batches);
        assertThat(stored.mailboxes()).extracting(MailboxState::getMailbox).containsExactly("user");
        assertThat(stored.requests()).hasSize(batches);
        // The last replaces the first, which is in the tables already where it was another transaction's.
        assertThat(stored.messages())
                .extracting(Appended::getSeq)
                .containsExactlyElementsOf(LongStream.rangeClosed(batches == 1 ? 1 : 2, batches)
                        .boxed()
                        .toList());
        assertThat(stored.tombstones())
                .isEqualTo(batches == 1 ? List.of() : List.of(new Tombstone(1, MessageState.COLLAPSED_VALUE)));
        assertThat(number("SELECT COUNT(*) FROM journal WHERE incarnation = ?", incarnation))
                .isZero();
        assertThat(number("SELECT COUNT(*) FROM incarnation WHERE state = 'CLOSED' AND id = ?", incarnation))
                .isEqualTo(1);
    }

    @Test
    void whatEveryMailboxAcknowledgedGoesHoweverMuchItIs() throws SQLException {
        LogId log = log("away-for-long");
        long incarnation = beginAlive(1_000);
        int rows = 2 * OldRows.PORTION + 1;
        fill("message", "target, expires_ms, collapse_key, content", "'', 1, '', ''", log, rows + 1);
        fill("tombstone", "reason, at_ms", "3, 0", log, rows);

        new Folds(database.logs()).write(incarnation, List.of(fold(log, rows, List.of())), List.of(), Map.of(), 0);

        assertThat(rowsOf("message", log)).isEqualTo(1);
        assertThat(rowsOf("tombstone", log)).isZero();
    }

    @Test
    void aTransactionDeletesOnePortionAlone() throws SQLException {
        LogId log = log("portions");
        int rows = OldRows.PORTION + 10;
        fill("message", "target, expires_ms, collapse_key, content", "'', 1, '', ''", log, rows);
        try (Connection connection = database.logs().getConnection()) {
            OldRows left =
                    OldRows.of(connection, List.of(fold(log, rows, List.of()))).delete(connection);
            assertThat(left.isEmpty()).isFalse();
            assertThat(rowsOf("message", log)).isEqualTo(10);
            assertThat(left.delete(connection).isEmpty()).isTrue();
            assertThat(rowsOf("message", log)).isZero();
        }
    }

    @Test
    void ofTombstonesTheNewestAreReadAndWithTimeAloneKept() throws SQLException {
        LogId log = log("buried");
        long incarnation = beginAlive(1_001);
        Folds folds = new Folds(database.logs());
        folds.write(incarnation, List.of(fold(log, 0, List.of())), List.of(), Map.of(), 0);
        int most = Tombstone.MAX_OF_A_LOG;
        fill("tombstone", "reason, at_ms", "3, 0", log, 3 * most);
        assertThat(read(log).tombstones())
                .extracting(Tombstone::seq)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(2L * most + 1, 3L * most).boxed().toList());

        int more = 3_000;
        List<Tombstone> removed = LongStream.rangeClosed(3L * most + 1, 3L * most + more)
                .mapToObj(seq -> new Tombstone(seq, MessageState.COLLAPSED_VALUE))
                .toList();
        for (int i = 0; i < more; i += 100) {
            List<Tombstone> some = removed.subList(i, i + 100);
            folds.write(incarnation, List.of(fold(log, 0, some)), List.of(), Map.of(), 0);
        }

        assertThat(rowsOf("tombstone", log)).isBetween((long) most, most + 1_000L);
        assertThat(read(log).tombstones()).hasSize(most).contains(removed.getLast());
    }

    private static LogFold fold(LogId log, long settled, List<Tombstone> removed) {
        return new LogFold(
                log.slot(),
                log.app(),
                log.user(),
                settled,
                settled,
                0,
                Mailboxes.getDefaultInstance(),
                false,
                settled,
                List.of(),
                List.of(),
                removed);
    }

    /** Gives a table rows of a log, numbered from 1 on. */
    private static void fill(String table, String columns, String values, LogId log, int rows) throws SQLException {
        try (Connection connection = database.logs().getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table
                        + " (slot, app, user, seq, " + columns + ") VALUES (?, ?, ?, ?, " + values + ")")) {
            connection.setAutoCommit(false);
            for (int seq = 1; seq <= rows; seq++) {
                insert.setInt(1, log.slot());
                insert.setString(2, log.app());
                insert.setString(3, log.user());
                insert.setLong(4, seq);
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private static long rowsOf(String table, LogId log) throws SQLException {
        try (Connection connection = database.logs().getConnection();
                PreparedStatement count = connection.prepareStatement(
                        "SELECT COUNT(*) FROM " + table + " WHERE slot = ? AND app = ? AND user = ?")) {
            count.setInt(1, log.slot());
            count.setString(2, log.app());
            count.setString(3, log.user());
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static byte[] batch(LogId log, long number, long last) {
        Appended.Builder message = Appended.newBuilder()
                .setSeq(number)
                .setRequestId("request-" + number)
                .setContent(ByteString.copyFromUtf8("message " + number));
        JournalBatch.Builder batch = JournalBatch.newBuilder();
        if (number == 1) {
            JournalEntry.Builder created = entry(log);
            created.getCreatedBuilder().setMailbox("user");
            batch.addEntries(created);
        } else if (number == last) {
            message.setCollapsedSeq(1);
        }
        return batch.addEntries(entry(log).setAppended(message)).build().toByteArray();
    }

    private static JournalEntry.Builder entry(LogId log) {
        return JournalEntry.newBuilder().setApp(log.app()).setUser(log.user());
    }

    private static LogId log(String user) {
        return new LogId(Slot.of(APP, user), APP, user);
    }

    private static StoredLog read(LogId log) throws SQLException {
        return Objects.requireNonNull(new LogReader(database.logs())
                .read(List.of(log), 0, 1_000, 1_000_000)
                .get(log));
    }

    private static long beginAlive(long id) throws SQLException {
        update("INSERT INTO incarnation (id, node, life, state, started_ms) VALUES (?, 'saver-1', 1, 'ALIVE', 0)", id);
        return id;
    }

    private static void declareDead(long id) throws SQLException {
        update("UPDATE incarnation SET state = 'DEAD' WHERE id = ?", id);
    }

    private static void update(String sql, long id) throws SQLException {
        try (Connection connection = database.logs().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, id);
            statement.executeUpdate();
        }
    }

    private static long number(String query, long id) throws SQLException {
        try (Connection connection = database.logs().getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
