package io.hawser.saver.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.saver.journal.LogId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read of a file of the spool, whatever became of it. */
final class SpoolRecordsTest {
    private final SpoolRecords records = SpoolRecords.fresh();
    private final List<Spooled> messages = List.of(message("one"), message("two"), message("three"));
    private final byte[] file = file(records, messages);

    @Test
    void whatWasWrittenIsRead() throws IOException {
        SpoolRecords.Found found = SpoolRecords.read(ByteBuffer.wrap(file));
        assertThat(texts(found)).containsExactly("one", "two", "three");
        assertThat(found.damagedBytes()).isZero();
        assertThat(found.cutBytes()).isZero();
    }

    @Test
    void anyBitThatIsFlippedLosesTheMessageThatItIsInAndNoOther() throws IOException {
        int begin = SpoolRecords.HEAD_BYTES;
        for (Spooled damaged : messages) {
            int size = SpoolRecords.RECORD_BYTES + damaged.record().length;
            List<String> others = messages.stream()
                    .filter(each -> each != damaged)
                    .map(SpoolRecordsTest::text)
                    .toList();
            for (int bit = begin * Byte.SIZE; bit < (begin + size) * Byte.SIZE; bit++) {
                SpoolRecords.Found found = SpoolRecords.read(ByteBuffer.wrap(flipped(bit)));
                assertThat(texts(found)).as("bit %d", bit).isEqualTo(others);
                assertThat(found.damagedBytes() + found.cutBytes()).isEqualTo(size);
            }
            begin += size;
        }
    }

    @Test
    void anyBitOfItsHeadThatIsFlippedIsToldAsDamage() {
        for (int bit = 0; bit < SpoolRecords.HEAD_BYTES * Byte.SIZE; bit++) {
            byte[] damaged = flipped(bit);
            assertThatThrownBy(() -> SpoolRecords.read(ByteBuffer.wrap(damaged)))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("its head is damaged");
        }
    }

    @Test
    void whereverItEndsWhatIsWholeIsRead() throws IOException {
        for (int length = 0; length <= file.length; length++) {
            SpoolRecords.Found found = SpoolRecords.read(ByteBuffer.wrap(file, 0, length));
            List<String> texts = texts(found);
            assertThat(texts).isEqualTo(List.of("one", "two", "three").subList(0, texts.size()));
            assertThat(found.damagedBytes()).isZero();
        }
    }

    /** What a message contains is never taken for a record, wherever the reading begins again. */
    @Test
    void aRecordWithinADamagedMessageIsNone() throws IOException {
        ByteString smuggled = ByteString.copyFrom(file(SpoolRecords.fresh(), List.of(message("of nobody"))));
        byte[] content = file(records, List.of(message(smuggled), message("behind")));
        for (int at = SpoolRecords.HEAD_BYTES; at < SpoolRecords.HEAD_BYTES + SpoolRecords.RECORD_BYTES; at++) {
            byte[] damaged = content.clone();
            damaged[at] ^= 1;
            assertThat(texts(SpoolRecords.read(ByteBuffer.wrap(damaged)))).containsExactly("behind");
        }
    }

    private byte[] flipped(int bit) {
        byte[] damaged = file.clone();
        damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return damaged;
    }

    private static byte[] file(SpoolRecords records, List<Spooled> messages) {
        ByteBuffer head = records.head();
        ByteBuffer all = records.of(messages);
        return ByteBuffer.allocate(head.remaining() + all.remaining())
                .put(head)
                .put(all)
                .array();
    }

    private static Spooled message(String text) {
        return message(ByteString.copyFromUtf8(text));
    }

    private static Spooled message(ByteString content) {
        AppendRequest request = AppendRequest.newBuilder()
                .setApp("demo")
                .setUser("alice")
                .setRequestId("id")
                .setContent(content)
                .build();
        return new Spooled(new LogId(Slot.of("demo", "alice"), "demo", "alice"), request);
    }

    private static List<String> texts(SpoolRecords.Found found) {
        return found.messages().stream().map(SpoolRecordsTest::text).toList();
    }

    private static String text(Spooled message) {
        return message.request.getContent().toStringUtf8();
    }
}
