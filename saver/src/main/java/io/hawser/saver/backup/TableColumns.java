package io.hawser.saver.backup;

import java.util.List;

/**
 * A table as it stands in a backup.
 *
 * @param columns their names, in the order of the rows' values
 */
record TableColumns(String table, List<String> columns) {
    TableColumns {
        columns = List.copyOf(columns);
    }

    /** Returns where the column stands; -1: the table has none such. */
    int indexOf(String column) {
        return columns.indexOf(column);
    }
}
