package io.hawser.saver.backup;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads what {@link BackupWriter} wrote, to the end, and finds out whether it is whole. */
final class BackupReader {
    private static final int BUFFER = 1 << 16;
    /** No column holds more. */
    private static final int MAX_VALUE_BYTES = 1 << 26;

    private static final int MAX_COLUMNS = 1_000;

    /** Is shown what is in a backup, in its order. */
    interface Visitor {
        void header(BackupHeader header) throws SQLException;

        /** @param values in the order of the table's columns; null: NULL */
        void row(TableColumns table, byte[] @Nullable [] values) throws SQLException;
    }

    private BackupReader() {}

    /**
     * Returns how many rows there are.
     *
     * @throws HawserException INVALID_ARGUMENT where it is no backup, or not whole: what was shown by then is not to be trusted
     */
    static long read(Path file, Visitor visitor) throws IOException, SQLException {
        try (InputStream raw = Files.newInputStream(file);
                DigestInputStream digest = new DigestInputStream(
                        new BufferedInputStream(new GZIPInputStream(raw, BUFFER), BUFFER), Sha256.begin())) {
            DataInputStream in = new DataInputStream(digest);
            require(
                    Arrays.equals(in.readNBytes(BackupWriter.MAGIC.length), BackupWriter.MAGIC),
                    file,
                    "its first bytes");
            visitor.header(new BackupHeader(in.readUTF(), in.readLong()));
            long rows = rows(in, visitor, file);
            require(in.readLong() == rows, file, "its number of rows");
            byte[] sum = digest.getMessageDigest().digest();
            digest.on(false);
            require(MessageDigest.isEqual(in.readNBytes(sum.length), sum), file, "its checksum");
            return rows;
        } catch (EOFException | ZipException | UTFDataFormatException e) {
            throw new HawserException(
                    ErrorCode.INVALID_ARGUMENT, file + ": " + e.getMessage() + " (expected: a whole backup)", e);
        }
    }

    private static long rows(DataInputStream in, Visitor visitor, Path file) throws IOException, SQLException {
        TableColumns table = null;
        long rows = 0;
        for (int kind = in.readByte(); kind != BackupWriter.END; kind = in.readByte()) {
            if (kind == BackupWriter.TABLE) {
                table = table(in, file);
            } else {
                if (kind != BackupWriter.ROW || table == null) {
                    throw refusal(file, "the order of its parts");
                }
                visitor.row(table, row(in, table, file));
                rows++;
            }
        }
        return rows;
    }

    private static TableColumns table(DataInputStream in, Path file) throws IOException {
        String name = in.readUTF();
        int count = in.readShort();
        require(count > 0 && count <= MAX_COLUMNS, file, "the columns of " + name);
        List<String> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            columns.add(in.readUTF());
        }
        return new TableColumns(name, columns);
    }

    private static byte[] @Nullable [] row(DataInputStream in, TableColumns table, Path file) throws IOException {
        byte[] @Nullable [] values = new byte[table.columns().size()][];
        for (int i = 0; i < values.length; i++) {
            int length = in.readInt();
            require(length >= BackupWriter.NULL && length <= MAX_VALUE_BYTES, file, "a value of " + table.table());
            if (length != BackupWriter.NULL) {
                byte[] value = new byte[length];
                in.readFully(value);
                values[i] = value;
            }
        }
        return values;
    }

    private static void require(boolean holds, Path file, String what) {
        if (!holds) {
            throw refusal(file, what);
        }
    }

    private static HawserException refusal(Path file, String what) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, file + ": " + what + " (expected: a whole backup)");
    }
}
