package io.hawser.saver.batch;

import com.google.protobuf.MessageLite;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Rows of a list as a reply takes them: up to a number of them and of bytes, the first at least. */
public final class RowPage {
    /** Half of what the link lets through: what else a reply has to carry is far less. */
    private static final int MAX_BYTES = 2 << 20;
    /** The driver's word for rows that are read one after another: what of them goes nowhere is never all here. */
    private static final int ROW_BY_ROW = Integer.MIN_VALUE;

    private RowPage() {}

    /**
     * Gives the rows of a statement to a page, as they stand in the reply.
     *
     * @param max of them; the statement's last parameter, its limit, is one more. Of large rows it is small: those that the
     *     page has no room for are read all the same
     * @return whether there are more
     */
    public static <T extends MessageLite> boolean read(
            Connection connection,
            String sql,
            int max,
            Sql.RowReader<T> reader,
            Consumer<T> page,
            @Nullable Object... parameters)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setFetchSize(ROW_BY_ROW);
            Sql.bind(select, parameters);
            select.setLong(parameters.length + 1, max + 1L);
            try (ResultSet rows = select.executeQuery()) {
                return fill(rows, max, reader, page);
            }
        }
    }

    private static <T extends MessageLite> boolean fill(
            ResultSet rows, int max, Sql.RowReader<T> reader, Consumer<T> page) throws SQLException {
        long bytes = 0;
        for (int count = 0; rows.next(); count++) {
            T row = reader.read(rows);
            bytes += row.getSerializedSize();
            if (count > 0 && (count == max || bytes > MAX_BYTES)) {
                return true;
            }
            page.accept(row);
        }
        return false;
    }
}
