package io.hawser.saver.backup;

import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the database says of its own tables. */
final class Tables {
    private static final String OF_THIS = " WHERE table_schema = DATABASE()";
    private static final String SCHEMA_HISTORY = "schema_history";

    private Tables() {}

    /** Returns all names in order, but for the one that tells of the schema. */
    static List<String> names(Connection connection) throws SQLException {
        return all(connection).stream()
                .filter(table -> !table.equals(SCHEMA_HISTORY))
                .toList();
    }

    static List<String> all(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                "SELECT table_name FROM information_schema.tables" + OF_THIS
                        + " AND table_type = 'BASE TABLE' ORDER BY table_name",
                row -> row.getString(1));
    }

    static TableColumns columns(Connection connection, String table) throws SQLException {
        return new TableColumns(
                table,
                Sql.list(
                        connection,
                        "SELECT column_name FROM information_schema.columns" + OF_THIS
                                + " AND table_name = ? ORDER BY ordinal_position",
                        row -> row.getString(1),
                        table));
    }

    /** Returns the columns whose values are bytes and no text. */
    static Set<String> binary(Connection connection, String table) throws SQLException {
        return new HashSet<>(Sql.list(
                connection,
                "SELECT column_name FROM information_schema.columns" + OF_THIS
                        + " AND table_name = ? AND (data_type LIKE '%blob' OR data_type LIKE '%binary')",
                row -> row.getString(1),
                table));
    }

    /** Returns the columns of the order in which a table's rows lie. */
    static List<String> primaryKey(Connection connection, String table) throws SQLException {
        return Sql.list(
                connection,
                "SELECT column_name FROM information_schema.statistics" + OF_THIS
                        + " AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index",
                row -> row.getString(1),
                table);
    }

    /** Returns the tables that number their rows by themselves. */
    static List<String> numbered(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                "SELECT table_name FROM information_schema.columns" + OF_THIS
                        + " AND extra LIKE '%auto_increment%' ORDER BY table_name",
                row -> row.getString(1));
    }

    /** Returns the version of the tables. */
    static String schema(Connection connection) throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT version FROM " + SCHEMA_HISTORY
                                + " WHERE success = 1 ORDER BY installed_rank DESC LIMIT 1",
                        row -> row.getString(1))
                .orElseThrow(() -> HawserException.refusal(
                        ErrorCode.FAILED_PRECONDITION, "database: has no tables (expected: those of a saver)"));
    }

    /** Returns names as they stand in statements. */
    static String quoted(List<String> names) {
        return "`" + String.join("`, `", names) + "`";
    }

    static String quoted(String name) {
        return quoted(List.of(name));
    }
}
