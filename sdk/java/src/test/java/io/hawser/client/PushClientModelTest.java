package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Ack;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mailbox with holes, a room that repeats itself and drops connections, and a process that dies. */
class PushClientModelTest {
    private static final int MESSAGES = 300;

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    @Timeout(60)
    void everyMessageIsHandedOverOnceAndInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        List<Long> mailbox = mailbox(random);
        FlakyListener listener = new FlakyListener(new Random(seed + 1));
        try (FakeRoom room = FakeRoom.open()) {
            long acknowledged = 0;
            PushClient client = start(room, listener);
            while (acknowledged < mailbox.get(MESSAGES - 1)) {
                acknowledged = serveOnce(room, mailbox, acknowledged, random, listener);
                if (random.nextInt(4) == 0) {
                    client.close();
                    client = start(room, listener);
                }
            }
            client.close();
        }
        assertThat(listener.handed).as("seed " + seed).isEqualTo(mailbox);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    @Timeout(60)
    void noGarbageFromARoomEndsTheClient(long seed) throws Exception {
        Random random = new Random(seed);
        RecordingListener listener = new RecordingListener();
        try (FakeRoom room = FakeRoom.open();
                PushClient client = start(room, listener)) {
            for (int i = 0; i < 60; i++) {
                try (FakeRoom.Line line = room.accept()) {
                    babble(line, random);
                } catch (EOFException | SocketException e) {
                    // The client had heard enough.
                }
            }
            FakeRoom.Line line = room.acceptBound(0);
            line.message(0, 1L << 50);
            line.awaitAck(1L << 50);
            assertThat(client.counters().connects()).isGreaterThan(60);
        }
    }

    /** Says what no room should, before or after the handshake. */
    private static void babble(FakeRoom.Line line, Random random) throws IOException {
        if (random.nextInt(3) > 0) {
            line.greet(30);
            line.awaitBind();
            line.bound(0);
        }
        for (int i = random.nextInt(10); i >= 0; i--) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            line.send(random.nextBoolean() ? bytes : Frames.encode(random.nextInt(25), bytes));
        }
    }

    @Test
    void whoDiesWithAMessageInHandGetsItAgainFlaggedAndNoOther() throws Exception {
        try (FakeRoom room = FakeRoom.open()) {
            Process process = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            CrashingClient.class.getName(),
                            room.address(),
                            directory.toString(),
                            "m2")
                    .inheritIO()
                    .start();
            FakeRoom.Line line = room.acceptBound(0);
            line.message(0, 1);
            line.message(1, 2);
            line.message(2, 3);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(9);

            RecordingListener listener = new RecordingListener();
            try (PushClient client = start(room, listener)) {
                FakeRoom.Line next = room.accept();
                next.greet(30);
                assertThat(next.awaitBind().getPosition()).isEqualTo(1);
                next.bound(1);
                next.message(1, 2);
                next.message(2, 3);
                assertThat(listener.awaitMessage().redelivered()).isTrue();
                assertThat(listener.awaitMessage().redelivered()).isFalse();
                assertThat(client.counters().duplicates()).isZero();
            }
        }
    }

    /** Plays a room for one connection, and returns what is acknowledged after it. */
    private static long serveOnce(
            FakeRoom room, List<Long> mailbox, long acknowledgedBefore, Random random, FlakyListener listener)
            throws IOException {
        long acknowledged = acknowledgedBefore;
        try (FakeRoom.Line line = room.accept()) {
            line.greet(30);
            long position = Math.max(acknowledgedBefore, line.awaitBind().getPosition());
            line.bound(position);
            acknowledged = position;
            long written = position;
            int budget = 20 + random.nextInt(120);
            for (long seq : mailbox) {
                if (seq > position && budget-- > 0) {
                    line.message(written, seq);
                    if (random.nextInt(5) == 0) {
                        line.messageAgain(written, seq);
                    }
                    written = seq;
                }
            }
            boolean patient = random.nextBoolean();
            while (patient && acknowledged < written) {
                acknowledged = readAck(line, acknowledged);
                assertThat(acknowledged).isLessThanOrEqualTo(written).isLessThanOrEqualTo(listener.last());
            }
        } catch (EOFException | SocketException e) {
            // The connection of a client that was closed before it got so far.
        }
        return acknowledged;
    }

    private static long readAck(FakeRoom.Line line, long acknowledged) throws IOException {
        Frame frame = line.await(FrameType.ACK);
        return Math.max(acknowledged, Frames.parse(Ack.parser(), frame.body()).getSeq());
    }

    private PushClient start(FakeRoom room, PushListener listener) throws IOException {
        return room.alice(listener)
                .storeIn(directory)
                .listenerAttempts(1000)
                .ticker(new FakeTicker())
                .start();
    }

    private static List<Long> mailbox(Random random) {
        List<Long> seqs = new ArrayList<>();
        long seq = 0;
        for (int i = 0; i < MESSAGES; i++) {
            seq += 1 + (random.nextInt(50) == 0 ? 1L << 32 : random.nextInt(3));
            seqs.add(seq);
        }
        return seqs;
    }

    /** Takes most messages, throws at some. */
    private static final class FlakyListener implements PushListener {
        private final Random random;
        private final List<Long> handed = new ArrayList<>();
        private volatile long last;

        FlakyListener(Random random) {
            this.random = random;
        }

        @Override
        public void onMessage(PushMessage message) throws IOException {
            if (random.nextInt(20) == 0) {
                throw new IOException("not now");
            }
            handed.add(message.seq());
            last = message.seq();
        }

        long last() {
            return last;
        }
    }
}
