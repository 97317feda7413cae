package io.hawser.saver.outbox;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.v1.OutboxItem;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Items as rows of the outbox. */
final class OutboxRows {
    static final String COLUMNS = "id, attempts, next_attempt_ms, last_error, content";

    private static final int STATEMENT_BYTES = 1 << 20;

    private OutboxRows() {}

    /**
     * Inserts items and returns them with their ids, which grow in the order given: the rows of one INSERT whose number is
     * known take ids that follow each other, in every mode of InnoDB's counter, and a later statement's are higher.
     */
    static List<OutboxItem> insert(Connection connection, List<OutboxItem> items) throws SQLException {
        List<OutboxItem> stored = new ArrayList<>(items.size());
        int from = 0;
        while (from < items.size()) {
            int to = endOfStatement(items, from);
            stored.addAll(insertAtOnce(connection, items.subList(from, to)));
            from = to;
        }
        return stored;
    }

    /** A statement holds one item at least, and otherwise no more than a packet of the database surely takes. */
    private static int endOfStatement(List<OutboxItem> items, int from) {
        int to = from;
        long bytes = 0;
        while (to < items.size() && (to == from || bytes + items.get(to).getSerializedSize() <= STATEMENT_BYTES)) {
            bytes += items.get(to).getSerializedSize();
            to++;
        }
        return to;
    }

    private static List<OutboxItem> insertAtOnce(Connection connection, List<OutboxItem> items) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO outbox (slot, app, stream, ordinal, attempts, next_attempt_ms, last_error, content) VALUES "
                        + Sql.rows(items.size(), 8),
                Statement.RETURN_GENERATED_KEYS)) {
            Sql sql = new Sql(insert);
            for (OutboxItem item : items) {
                StreamId stream = StreamId.of(item);
                sql.bind(stream.slot()).bind(stream.app()).bind(stream.key()).bind(item.getOrdinal());
                sql.bind(0).bind(0).bindBytes("").bind(item.toByteArray());
            }
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                return withIds(items, keys);
            }
        }
    }

    /** Reads an item off a row of {@link #COLUMNS}. */
    static OutboxItem item(ResultSet row) throws SQLException {
        return content(row.getBytes(5)).toBuilder()
                .setId(row.getLong(1))
                .setAttempts(row.getInt(2))
                .setNextAttemptMs(row.getLong(3))
                .setLastError(text(row, 4))
                .build();
    }

    /** Of columns that are compared byte by byte. */
    static String text(ResultSet row, int column) throws SQLException {
        return new String(row.getBytes(column), StandardCharsets.UTF_8);
    }

    /** What an item's content says, without what stands in the columns beside it. */
    static OutboxItem content(byte[] bytes) {
        try {
            return OutboxItem.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outbox: a row cannot be read", e);
        }
    }

    private static List<OutboxItem> withIds(List<OutboxItem> items, ResultSet keys) throws SQLException {
        List<OutboxItem> stored = new ArrayList<>(items.size());
        for (OutboxItem item : items) {
            if (!keys.next()) {
                throw new SQLException("outbox: the database gave fewer ids than rows");
            }
            stored.add(item.toBuilder().setId(keys.getLong(1)).build());
        }
        return stored;
    }
}
