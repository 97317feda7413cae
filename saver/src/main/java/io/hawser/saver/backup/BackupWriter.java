package io.hawser.saver.backup;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a backup's file: gzip of {@link #MAGIC}, a header, tables with their rows, the number of rows, and a SHA-256 of all
 * that. Values are bytes: of numbers and names their text.
 */
final class BackupWriter implements AutoCloseable {
    static final byte[] MAGIC = {'H', 'A', 'W', 'S', 'E', 'R', 'B', '1'};
    static final int TABLE = 1;
    static final int ROW = 2;
    static final int END = 3;
    static final int NULL = -1;
    private static final int BUFFER = 1 << 16;

    private final GZIPOutputStream gzip;
    private final DigestOutputStream digest;
    private final DataOutputStream out;
    private long rows;

    BackupWriter(OutputStream to, BackupHeader header) throws IOException {
        gzip = new GZIPOutputStream(to, BUFFER);
        digest = new DigestOutputStream(new BufferedOutputStream(gzip, BUFFER), Sha256.begin());
        out = new DataOutputStream(digest);
        out.write(MAGIC);
        out.writeUTF(header.schema());
        out.writeLong(header.takenMs());
    }

    /** Rows from here on are this table's. */
    void table(TableColumns table) throws IOException {
        out.writeByte(TABLE);
        out.writeUTF(table.table());
        out.writeShort(table.columns().size());
        for (String column : table.columns()) {
            out.writeUTF(column);
        }
    }

    void row(byte[] @Nullable [] values) throws IOException {
        out.writeByte(ROW);
        for (byte[] value : values) {
            if (value == null) {
                out.writeInt(NULL);
            } else {
                out.writeInt(value.length);
                out.write(value);
            }
        }
        rows++;
    }

    /** Writes what tells that it is whole; nothing comes after it. Returns how many rows there are. */
    long end() throws IOException {
        out.writeByte(END);
        out.writeLong(rows);
        out.flush();
        byte[] sum = digest.getMessageDigest().digest();
        digest.on(false);
        out.write(sum);
        out.flush();
        gzip.finish();
        return rows;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
