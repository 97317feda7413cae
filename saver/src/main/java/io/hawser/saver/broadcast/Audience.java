package io.hawser.saver.broadcast;

import io.hawser.saver.batch.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The groups of a broadcast as a column: one a line, for their names hold no control characters. */
final class Audience {
    private static final String BETWEEN = "\n";

    private Audience() {}

    static byte[] column(List<String> groups) {
        return Sql.bytes(String.join(BETWEEN, groups));
    }

    static List<String> read(ResultSet row) throws SQLException {
        String groups = Sql.text(row, "audience");
        return groups.isEmpty() ? List.of() : List.of(groups.split(BETWEEN));
    }
}
