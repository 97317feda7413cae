package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.v1.Content;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * One client in a hundred stops reading while all are sent to: what waits for it is bounded, to the byte, the others get
 * theirs, and it gets all in order once it reads again.
 */
final class SlowReadersTest {
    private static final int CLIENTS = 200;
    private static final int SLOW = CLIENTS / 100;
    private static final int MESSAGES = 100;
    private static final int BODY_BYTES = 2_000;
    private static final int WRITE_BUFFER_BYTES = 16 * 1024;
    /** What begins below the mark goes in whole: a run of frames, or a longest one. */
    private static final int MOST_WAITING_BYTES = WRITE_BUFFER_BYTES + FrameLimits.MAX_ROOM_FRAME_BYTES;
    /** Frames of broadcasts that are kept, encoded, for those who are yet to be given them. */
    private static final int MOST_KEPT_BYTES = 4 * 1024 * 1024;

    private final FuzzedRoom room = FuzzedRoom.of(config(), CLIENTS);
    private final List<SlowReader> all =
            IntStream.range(0, CLIENTS).mapToObj(i -> new SlowReader(room)).toList();
    private final List<SlowReader> slow = all.subList(0, SLOW);
    private final List<SlowReader> others = all.subList(SLOW, CLIENTS);

    private static ConnectionConfig config() {
        return Desk.config("{writeBuffer: " + new ByteSize(WRITE_BUFFER_BYTES) + ", acknowledgeWithin: 0s}");
    }

    @BeforeEach
    void bindAll() {
        for (int i = 0; i < CLIENTS; i++) {
            all.get(i).bind("user" + i);
        }
        settle();
        assertThat(all).allMatch(SlowReader::isBound);
    }

    @AfterEach
    void endAll() {
        all.forEach(SlowReader::hangUp);
        settle();
        assertThat(room.memory.heldBytes()).isZero();
    }

    @Test
    void ofABroadcastEachGetsAllThoughSomeReadLate() {
        stopReading();
        for (int i = 0; i < MESSAGES; i++) {
            room.neighbours.log.append("x".repeat(BODY_BYTES));
            pass();
            holds(MOST_KEPT_BYTES);
        }
        assertThat(others).allSatisfy(reader -> assertThat(reader.broadcasts()).isEqualTo(allOfThem()));
        assertThat(slow).allSatisfy(reader -> assertThat(reader.broadcasts()).isEmpty());
        readOn();
        assertThat(slow).allSatisfy(reader -> assertThat(reader.broadcasts()).isEqualTo(allOfThem()));
    }

    @Test
    void ofMessagesEachGetsAllThoughSomeReadLate() {
        ByteString content = Content.newBuilder()
                .setBody(ByteString.copyFrom(new byte[BODY_BYTES]))
                .build()
                .toByteString();
        stopReading();
        for (int i = 0; i < MESSAGES; i++) {
            room.neighbours.head++;
            all.forEach(reader -> reader.push(room.neighbours.head, content));
            settle();
            holds(0);
        }
        assertThat(others).allSatisfy(reader -> assertThat(reader.messages()).isEqualTo(allOfThem()));
        assertThat(slow).allSatisfy(reader -> assertThat(reader.messages()).isEmpty());
        readOn();
        assertThat(slow).allSatisfy(reader -> assertThat(reader.messages()).isEqualTo(allOfThem()));
    }

    private void stopReading() {
        slow.forEach(SlowReader::stopReading);
    }

    private void readOn() {
        slow.forEach(SlowReader::readOn);
        for (int i = 0; i < MESSAGES; i++) {
            pass();
        }
    }

    /** What waits is no more than may wait, and nothing is kept besides. */
    private void holds(int keptBytes) {
        assertThat(slow).allMatch(reader -> reader.waitingBytes() <= MOST_WAITING_BYTES);
        assertThat(room.memory.heldBytes()).isLessThanOrEqualTo(keptBytes + (long) SLOW * MOST_WAITING_BYTES);
    }

    private void pass() {
        room.pass(Duration.ofMillis(100));
        settle();
    }

    private void settle() {
        for (int i = 0; i < 6; i++) {
            room.neighbours.answerAllRightly();
            room.turn();
            all.forEach(SlowReader::take);
        }
    }

    private static List<Long> allOfThem() {
        return LongStream.rangeClosed(1, MESSAGES).boxed().toList();
    }
}
