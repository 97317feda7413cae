package io.hawser.saver.queries;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How the database goes about statements, with thousands of rows in each table. */
final class Plans {
    private static final int ROWS = 5_000;
    private static final Map<String, String> VALUES = Map.of("bigint", "seq", "int", "seq", "smallint", "seq % 4096");

    private final Connection connection;

    /**
     * One table of a statement's.
     *
     * @param table empty: one of which at most one row is meant
     * @param type as EXPLAIN names it: ALL reads the whole table
     * @param key the index; empty: none
     */
    record Step(String table, String type, String key) {
        boolean readsAll() {
            return type.equals("ALL") || type.equals("index");
        }
    }

    Plans(Connection connection) {
        this.connection = connection;
    }

    /** Puts rows into each table: each with names, numbers and times of its own, in fifty apps. */
    void fill() throws SQLException {
        List<String> tables = texts("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
                + " AND table_type = 'BASE TABLE' AND table_name <> 'schema_history'");
        try (Statement statement = connection.createStatement()) {
            // Plans are the same each time if all pages are counted, and at one time.
            statement.execute("SET GLOBAL innodb_stats_auto_recalc = OFF");
            statement.execute("SET GLOBAL innodb_stats_persistent_sample_pages = 100000");
            for (String table : tables) {
                statement.execute("INSERT IGNORE INTO `" + table + "` " + rows(table));
            }
            statement.execute("UPDATE slot SET owner = 1 + slot % 3");
            for (String table : tables) {
                statement.execute("ANALYZE TABLE `" + table + "`");
            }
        }
    }

    private String rows(String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        try (Statement select = connection.createStatement();
                ResultSet column = select.executeQuery(
                        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = DATABASE()"
                                + " AND table_name = '" + table + "' ORDER BY ordinal_position")) {
            while (column.next()) {
                columns.add("`" + column.getString(1) + "`");
                values.add(value(table, column.getString(1), column.getString(2)));
            }
        }
        return "(" + String.join(", ", columns) + ") SELECT " + String.join(", ", values) + " FROM seq_1_to_" + ROWS;
    }

    private static String value(String table, String column, String type) {
        if (column.equals("app") && !table.equals("broadcast_app")) {
            return "CONCAT('app-', seq % 50)";
        }
        if (type.equals("tinyint")) {
            return column.equals("state") ? "seq % 8" : "seq % 2";
        }
        return VALUES.getOrDefault(type.toLowerCase(Locale.ROOT), "CONCAT('name-', seq)");
    }

    /** Asks for a statement's plan; the parameters are such that few rows are meant. */
    List<Step> of(String sql) throws SQLException {
        List<Step> steps = new ArrayList<>();
        try (Statement explain = connection.createStatement();
                ResultSet step = explain.executeQuery("EXPLAIN " + withValues(sql))) {
            while (step.next()) {
                String table = step.getString("table");
                String extra = String.valueOf(step.getString("Extra"));
                if (table == null && !extra.equals("No tables used")) {
                    steps.add(ofNoTable(extra));
                } else if (table != null && !table.startsWith("<")) {
                    String key = step.getString("key");
                    steps.add(new Step(table, String.valueOf(step.getString("type")), key == null ? "" : key));
                }
            }
        }
        return steps;
    }

    /** A row that a unique key names is read before there is a plan, and there is none here; or an index alone has the answer. */
    private static Step ofNoTable(String extra) {
        if (!extra.contains("const table") && !extra.equals("Select tables optimized away")) {
            throw new IllegalStateException(extra);
        }
        return new Step("", "const", "a unique key");
    }

    private static String withValues(String sql) {
        return sql.replaceAll("LIMIT (\\?|:\\w+)", "LIMIT 100")
                .replaceAll("app (=|<) \\?", "app $1 'app-1'")
                .replaceAll("app IN \\(\\?, \\?\\)", "app IN ('app-1', 'app-2')")
                .replaceAll("(>=?) (\\?|:\\w+)", "$1 '" + (ROWS - 10) + "'")
                .replaceAll("(<=?) (\\?|:\\w+)", "$1 '10'")
                .replaceAll("user (=|<|IN) \\?", "user $1 'name-7'")
                .replaceAll("(?<!:):\\w+", "'7'")
                .replace("?", "'7'");
    }

    private List<String> texts(String sql) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}
