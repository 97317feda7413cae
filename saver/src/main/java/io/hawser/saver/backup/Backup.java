package io.hawser.saver.backup;

import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.MySqlSettings;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes all that MySQL holds to a file, as it was at one moment, while savers go on: one transaction reads it all, row by
 * row, and locks nothing. What was accepted before is in it; Redis need not be, for MySQL has it too.
 */
public final class Backup {
    private static final String OWNER_ONLY = "rw-------";

    private Backup() {}

    /**
     * What was written.
     *
     * @param schema version of the tables
     * @param bytes of the file
     */
    public record Summary(String schema, int tables, long rows, long bytes) {}

    /**
     * Writes the file, whole or not at all; nobody but its owner may read it.
     *
     * @throws HawserException ALREADY_EXISTS, FAILED_PRECONDITION where there are no tables of a saver's, UNAVAILABLE
     * @throws io.hawser.keeper.StartException where the database is away, or refuses the credentials
     */
    public static Summary write(MySqlSettings mysql, Path file, Clock clock) throws IOException {
        if (Files.exists(file)) {
            throw HawserException.refusal(ErrorCode.ALREADY_EXISTS, file + ": is there (expected: a new file)");
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".partial");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        try (Connection connection = Database.connect(mysql)) {
            Summary summary = write(connection, unfinished, clock);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            return summary;
        } catch (SQLException e) {
            throw new HawserException(ErrorCode.UNAVAILABLE, "database: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static Summary write(Connection connection, Path file, Clock clock) throws IOException, SQLException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            begin(connection);
            String schema = Tables.schema(connection);
            List<String> tables = Tables.names(connection);
            OutputStream out = Channels.newOutputStream(channel);
            try (BackupWriter writer = new BackupWriter(out, new BackupHeader(schema, clock.millis()))) {
                for (String table : tables) {
                    write(connection, table, writer);
                }
                long rows = writer.end();
                channel.force(true);
                return new Summary(schema, tables.size(), rows, channel.size());
            }
        }
    }

    /** All that is read from here on is as of this moment. */
    private static void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            // A disk that is slow for a while is waited for.
            statement.execute("SET SESSION net_write_timeout = 3600");
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        }
    }

    private static void write(Connection connection, String table, BackupWriter writer)
            throws IOException, SQLException {
        TableColumns columns = Tables.columns(connection, table);
        writer.table(columns);
        String sql = "SELECT " + Tables.quoted(columns.columns()) + " FROM " + Tables.quoted(table) + " ORDER BY "
                + Tables.quoted(Tables.primaryKey(connection, table));
        try (Statement select = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            // Row by row, as the driver calls it.
            select.setFetchSize(Integer.MIN_VALUE);
            try (ResultSet rows = select.executeQuery(sql)) {
                while (rows.next()) {
                    writer.row(values(rows, columns.columns().size()));
                }
            }
        }
    }

    private static byte[] @Nullable [] values(ResultSet row, int count) throws SQLException {
        byte[] @Nullable [] values = new byte[count][];
        for (int i = 0; i < count; i++) {
            values[i] = row.getBytes(i + 1);
        }
        return values;
    }
}
