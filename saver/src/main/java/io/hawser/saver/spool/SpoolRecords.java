package io.hawser.saver.spool;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How messages stand in a file of the spool. Its head names the format, and a number that the file alone has; each record
 * begins with that number, then come the content's length and checksum (CRC32C, RFC 3720), then the content. So behind a
 * record that is damaged, its length perhaps, the next one is found, as in Avro's object container files; and nobody can
 * send what is taken for a record, for nobody knows the number.
 */
final class SpoolRecords {
    /** What a record takes besides its content. */
    static final int RECORD_BYTES = Long.BYTES + 2 * Integer.BYTES;

    static final int HEAD_BYTES = 2 * Long.BYTES + Integer.BYTES;
    /** "HWSPOOL", and the format's number. */
    private static final long MARK = 0x48575350_4F4F4C01L;

    private static final SecureRandom CHANCE = new SecureRandom();

    private final long number;

    /**
     * What a file holds.
     *
     * @param damagedBytes what stands between records that are whole: it was whole once, but where a power loss left a
     *     hole in a write that nobody was answered for
     * @param cutBytes what is behind the last whole record
     */
    record Found(List<Spooled> messages, long damagedBytes, long cutBytes) {}

    private SpoolRecords(long number) {
        this.number = number;
    }

    /** Returns those of a new file. */
    static SpoolRecords fresh() {
        return new SpoolRecords(CHANCE.nextLong());
    }

    /** Returns what a file begins with. */
    ByteBuffer head() {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).putLong(MARK).putLong(number);
        return head.putInt(checksum(head.slice(0, HEAD_BYTES - Integer.BYTES))).flip();
    }

    /** Returns what is written of some messages. */
    ByteBuffer of(List<Spooled> batch) {
        List<byte[]> contents = batch.stream().map(Spooled::record).toList();
        ByteBuffer all = ByteBuffer.allocate(contents.stream()
                .mapToInt(content -> RECORD_BYTES + content.length)
                .sum());
        for (byte[] content : contents) {
            all.putLong(number)
                    .putInt(content.length)
                    .putInt(checksum(ByteBuffer.wrap(content)))
                    .put(content);
        }
        return all.flip();
    }

    /**
     * Reads a file, from its first byte.
     *
     * @throws IOException where its head is not one
     */
    static Found read(ByteBuffer file) throws IOException {
        if (file.limit() < HEAD_BYTES || isBlank(file)) {
            // Its writer did not get as far as to sync it.
            return new Found(List.of(), 0, file.limit());
        }
        int checked = HEAD_BYTES - Integer.BYTES;
        if (file.getLong(0) != MARK || file.getInt(checked) != checksum(file.slice(0, checked))) {
            throw new IOException("its head is damaged, or another format's (expected: HWSPOOL 1)");
        }
        return new SpoolRecords(file.getLong(Long.BYTES)).messages(file);
    }

    private Found messages(ByteBuffer file) {
        List<Spooled> messages = new ArrayList<>();
        long damaged = 0;
        int end = HEAD_BYTES;
        int at = next(file, end);
        while (at >= 0) {
            Spooled message = message(file, at);
            if (message == null) {
                at = next(file, at + 1);
            } else {
                messages.add(message);
                damaged += at - end;
                end = at + RECORD_BYTES + length(file, at);
                at = next(file, end);
            }
        }
        return new Found(messages, damaged, file.limit() - end);
    }

    /** Returns where the next record may begin; negative: nowhere. */
    private int next(ByteBuffer file, int from) {
        for (int at = from; at <= file.limit() - RECORD_BYTES; at++) {
            if (file.getLong(at) == number) {
                return at;
            }
        }
        return -1;
    }

    private static @Nullable Spooled message(ByteBuffer file, int at) {
        int begin = at + RECORD_BYTES;
        int length = length(file, at);
        if (length < 0 || length > file.limit() - begin) {
            return null;
        }
        ByteBuffer content = file.slice(begin, length);
        try {
            return checksum(content.duplicate()) == file.getInt(begin - Integer.BYTES) ? Spooled.parse(content) : null;
        } catch (InvalidProtocolBufferException noRequest) {
            return null;
        }
    }

    private static int length(ByteBuffer file, int at) {
        return file.getInt(at + Long.BYTES);
    }

    private static boolean isBlank(ByteBuffer file) {
        for (int at = 0; at < file.limit(); at++) {
            if (file.get(at) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int checksum(ByteBuffer content) {
        CRC32C checksum = new CRC32C();
        checksum.update(content);
        return (int) checksum.getValue();
    }
}
