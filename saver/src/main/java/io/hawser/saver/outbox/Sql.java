package io.hawser.saver.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;

/** Parameters of statements about many rows, in the order of their question marks. */
final class Sql {
    private static final int MAX_ERROR_BYTES = 512;

    private final PreparedStatement statement;
    private int next = 1;

    Sql(PreparedStatement statement) {
        this.statement = statement;
    }

    /** {@code (?,?), (?,?)}: so many rows of so many columns. */
    static String rows(int rows, int columns) {
        return String.join(",", Collections.nCopies(rows, "(" + marks(columns) + ")"));
    }

    static String marks(int count) {
        return String.join(",", Collections.nCopies(count, "?"));
    }

    Sql bind(long value) throws SQLException {
        statement.setLong(next++, value);
        return this;
    }

    Sql bind(String ascii) throws SQLException {
        statement.setString(next++, ascii);
        return this;
    }

    /** For columns that are compared byte by byte. */
    Sql bindBytes(String text) throws SQLException {
        return bind(text.getBytes(StandardCharsets.UTF_8));
    }

    Sql bind(ByteString bytes) throws SQLException {
        return bind(bytes.toByteArray());
    }

    Sql bind(byte[] bytes) throws SQLException {
        statement.setBytes(next++, bytes);
        return this;
    }

    Sql bindAll(Collection<ByteString> keys) throws SQLException {
        for (ByteString key : keys) {
            bind(key);
        }
        return this;
    }

    Sql bindNumbers(Collection<Long> numbers) throws SQLException {
        for (long number : numbers) {
            bind(number);
        }
        return this;
    }

    /** Cut to what the column takes. */
    Sql bindError(String error) throws SQLException {
        String cut = error;
        while (CodedOutputStream.computeStringSizeNoTag(cut) > MAX_ERROR_BYTES) {
            cut = cut.substring(0, cut.length() / 2);
        }
        return bindBytes(cut);
    }
}
